"""The hours of a week: nothing is lost and nothing covers anything else, whatever is planned."""

from hookline.web.records.calendar_hours import MOST_BESIDE, Block, hours_of, side_by_side
from hookline.web.records.calendar_items import Item
from hypothesis import given
from hypothesis import strategies as st

ITEM = Item(1, 1, "Call", "/activities/1", False, "", "", "", False)
SPANS = st.tuples(st.integers(0, 94), st.integers(2, 40)).map(
    lambda pair: Block(ITEM, pair[0], min(pair[0] + pair[1], 96))
)


@given(st.lists(SPANS, max_size=40))
def test_everything_is_shown_or_counted_and_nothing_is_covered(blocks: list[Block]) -> None:
    placed, more = side_by_side(blocks)
    assert len(placed) + sum(each.count for each in more) == len(blocks)
    taken = [(b.start, b.end, b.lane) for b in placed] + [(m.start, m.end, MOST_BESIDE - 1) for m in more]
    for n, (start, end, lane) in enumerate(taken):
        for other in taken[n + 1 :]:
            assert lane != other[2] or end <= other[0] or other[1] <= start
    assert all(block.lane < block.lanes <= MOST_BESIDE for block in placed)


@given(st.lists(SPANS, max_size=40))
def test_the_hours_shown_hold_everything(blocks: list[Block]) -> None:
    hours = hours_of(blocks)
    assert 0 <= hours.first <= 7
    assert 20 <= hours.last <= 24
    assert all(hours.first * 4 <= block.start < block.end <= hours.last * 4 for block in blocks)
