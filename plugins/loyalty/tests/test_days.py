"""The days of a multiplier in words."""

import datetime as dt

import pytest
from hookline_sdk.testing import Client, Make

from hookline_loyalty.programmes.data import Multiplier
from hookline_loyalty.programmes.days import in_words
from hookline_loyalty.programmes.windows import days_from

TUESDAY = dt.date(2026, 3, 3)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days"),
        ("FREQ=WEEKLY", "every week"),
        ("FREQ=WEEKLY;BYDAY=TU", "on Tuesdays"),
        ("FREQ=WEEKLY;BYDAY=WE,MO,TU", "on Mondays, Tuesdays and Wednesdays"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;WKST=MO", "on working days"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU", "at weekends, every 2 weeks"),
        ("FREQ=MONTHLY;BYDAY=1FR", "on the 1st Friday of the month"),
        ("FREQ=MONTHLY;BYDAY=-1SU", "on the last Sunday of the month"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "on the days 1, 15 of the month"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "on the last day of the month"),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "on day 24 of the month, in December"),
        ("FREQ=WEEKLY;BYMONTH=6,7,8", "every week, in June, in July and in August"),
        ("FREQ=DAILY;COUNT=5", "every day, 5 times"),
        ("FREQ=MONTHLY;BYDAY=1FR,3FR", "FREQ=MONTHLY;BYDAY=1FR,3FR"),
        ("FREQ=YEARLY;BYWEEKNO=20", "FREQ=YEARLY;BYWEEKNO=20"),
    ],
)
def test_a_rule_of_days_is_said_in_words_or_as_it_stands(rule: str, said: str) -> None:
    assert str(in_words(rule)) == said


def test_the_next_days_are_those_of_the_rule_from_its_beginning_to_its_end() -> None:
    rule, end = "FREQ=WEEKLY;BYDAY=TU", TUESDAY + dt.timedelta(days=20)
    found = list(days_from(rule, TUESDAY, end, TUESDAY + dt.timedelta(days=1)))
    assert found == [TUESDAY + dt.timedelta(days=7), TUESDAY + dt.timedelta(days=14)]
    assert list(days_from(rule, TUESDAY, TUESDAY, TUESDAY + dt.timedelta(days=1))) == []


def test_a_multiplier_and_the_list_of_them_say_when_it_is_open(make: Make, client: Client) -> None:
    one = make(Multiplier, rule="FREQ=WEEKLY;BYDAY=TU", from_hour=8, to_hour=11)
    panel = client.get(f"/loyalty/multipliers/{one.id}/panel/loyalty/opens", htmx=True)
    assert "on Tuesdays" in panel
    assert "from 8 to 11 o'clock" in panel
    assert len(panel.rows()) == 5
    assert "on Tuesdays" in client.get("/loyalty/multipliers")
