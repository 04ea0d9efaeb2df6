"""Numbers and keys of records as anybody may write them."""

import pytest
from hookline.kernel.kinds.keys import LARGEST_ID, RecordKey, id_in, key_in, number_in
from hypothesis import given
from hypothesis import strategies as st

NONE = ("", " 7", "-1", "+7", "7.0", "٣", "²", "0x7", str(LARGEST_ID + 1), "9" * 5000)


@pytest.mark.parametrize("written", [*NONE, "0"])
def test_what_no_record_can_have_is_no_number(written: str) -> None:
    assert id_in(written) is None
    assert key_in(f"deal:{written}") is None


@given(st.integers(1, LARGEST_ID))
def test_any_number_of_a_record_is_read_back(id: int) -> None:
    assert id_in(str(id)) == id
    assert key_in(f"deal:{id}") == RecordKey.of(f"deal:{id}") == ("deal", id)


@pytest.mark.parametrize("written", [None, "", ":", "7", ":7", "deal:", "deal:x", "deal:7:8"])
def test_what_is_no_key_is_none(written: str | None) -> None:
    assert key_in(written) is None
    with pytest.raises(ValueError, match="is not the key of a record"):
        RecordKey.of(written or "")


def test_a_number_beyond_its_bounds_is_none() -> None:
    assert [number_in(str(n), 1, 3) for n in range(5)] == [None, 1, 2, 3, None]
