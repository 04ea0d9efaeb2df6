"""When the parts of the demo's story take place."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hookline.kernel.stories import Story, StoryPerson


def nobody(person: StoryPerson) -> None:
    raise AssertionError(person)


@pytest.mark.parametrize(
    ("today", "utc"), [(date(2027, 3, 27), 8), (date(2027, 3, 28), 7), (date(2027, 10, 31), 8)]
)
def test_an_hour_is_the_house_s_also_on_the_day_on_which_clocks_change(today: date, utc: int) -> None:
    story = Story(today, {}, ZoneInfo("Europe/Amsterdam"), nobody)  # type: ignore[arg-type]  # nobody acts
    assert story.at(0, 9) == datetime(today.year, today.month, today.day, utc, tzinfo=UTC)
