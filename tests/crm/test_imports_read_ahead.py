"""The next batch of a file is read early, and nobody notices but by the time."""

from collections.abc import Iterator

import pytest
from hookline.crm.imports.columns import SourceRow
from hookline.crm.imports.read_ahead import ReadAhead, Rows

ONE: list[SourceRow] = [(2, ["a"]), (3, ["b"])]
TWO: list[SourceRow] = [(4, ["c"])]


@pytest.mark.parametrize("looks", [0, 1, 2])
def test_batches_come_in_their_order_and_each_is_begun_once(looks: int) -> None:
    begun: list[Rows] = []
    ahead, taken = ReadAhead(iter((ONE, TWO)), begun.append), []
    for rows in ahead:
        taken.append(rows)
        for _ in range(looks):
            ahead.look()
            assert begun == [ONE, TWO]
    assert taken == begun == [ONE, TWO]


def test_what_is_wrong_with_the_next_batch_is_said_when_its_turn_has_come() -> None:
    def batches() -> Iterator[Rows]:
        yield ONE
        raise OSError("the disk is gone")

    rows = iter(ahead := ReadAhead(batches(), lambda _: None))
    assert next(rows) == ONE
    ahead.look()
    with pytest.raises(OSError, match="the disk is gone"):
        next(rows)
