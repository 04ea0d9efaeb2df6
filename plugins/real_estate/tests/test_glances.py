"""What is seen at a glance."""

import datetime as dt

import pytest
from hookline_sdk.testing import Client, Clock, Make

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.holds.data import Hold
from hookline_real_estate.viewings.data import Viewing


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"hours": 5.5}, "5 h left"),
        ({"hours": -2}, "0 h left"),
        ({"hours": 25}, None),
        ({"hours": 5, "paid": True}, None),
        ({"hours": 5, "state": "released"}, None),
    ],
)
def test_a_hold_that_ends_within_a_day_says_so(
    make: Make, client: Client, clock: Clock, values: dict[str, object], said: str | None
) -> None:
    hours = values.pop("hours")
    assert isinstance(hours, int | float)
    make(Hold, unit=make(Unit), until=clock.now + dt.timedelta(hours=hours), **values)
    page = client.get("/real_estate/holds")
    shown = [stage.get_text(strip=True) for stage in page.all("tbody .stage")]
    assert [text for text in shown if "left" in text] == ([said] if said else [])


def test_the_viewings_of_the_next_day_are_counted(make: Make, client: Client, clock: Clock) -> None:
    for hours, state in (
        (1, "planned"),
        (23, "confirmed"),
        (2, "cancelled"),
        (25, "planned"),
        (-1, "planned"),
    ):
        make(Viewing, starts_at=clock.now + dt.timedelta(hours=hours), state=state)
    widget = client.get("/widgets/real_estate/next_viewings", htmx=True)
    link = widget.one('a[href="/real_estate/viewings?id.among=real_estate.soon:"]')
    assert "2" in link.text
    assert len(client.get(str(link["href"])).rows()) == 2
    block = client.get("/my-day").one('[hx-get*="viewings_today"]')
    today = client.get(str(block["hx-get"]), htmx=True).one('a[href="/x/real_estate/route"]')
    assert today.text.strip()
