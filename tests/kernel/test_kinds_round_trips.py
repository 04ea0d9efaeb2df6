"""Whatever a kind accepts comes back the same through the form, the file and the API."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import available_timezones

import pytest
from hookline.kernel.kinds import KINDS, Address, BadValue, Option, Reader
from hookline.kernel.kinds.cells import unsafe_cell
from hookline.kernel.kinds.moments import EARLIEST, LATEST
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.kind_specs import AMERICAN, ENGLISH, NOW, RUSSIAN, FieldSpec

ZONES = sorted(available_timezones())
OPTIONS = {
    "won": Option("won", "Won"),
    "lost": Option("lost", "Lost, sadly"),
    "both": Option("both", "won"),
    "odd": Option("odd", "=1+1; or less"),
    "on_hold": Option("on_hold", "В ожидании"),
}
SPEC = FieldSpec(places=3, options=OPTIONS)
IDS = st.integers(1, 2**63 - 1)
PHONES = [
    "+442079460958",
    "+442079460958;ext=12",
    "+79161234567",
    "+12125550100;ext=5",
    "+15550100",
    "+390612345678",
]
MOMENTS = st.datetimes(EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None), timezones=st.just(UTC))
VALUES = {
    "integer": st.integers(1 - 2**63, 2**63 - 1),
    "decimal": st.decimals(-(10**15), 10**15, places=3),
    "money": st.decimals(-(10**15), 10**15, places=3),
    "percent": st.decimals(-(10**15), 10**15, places=3),
    "date": st.dates(),
    "datetime": MOMENTS,
    "duration": st.integers(-(10**9), 10**9).map(lambda seconds: timedelta(seconds=seconds)),
    "yes_no": st.booleans(),
    "choice": st.sampled_from(sorted(OPTIONS)),
    "multi_choice": st.sets(st.sampled_from(sorted(OPTIONS)), min_size=1).map(
        lambda found: tuple(value for value in OPTIONS if value in found)
    ),
    "phone": st.sampled_from(PHONES),
    "record": st.builds("{}:{}".format, st.sampled_from(["deal", "coffee_shop.sale"]), IDS),
    "references": st.lists(IDS, min_size=1, unique=True).map(tuple),
    **dict.fromkeys(("reference", "user", "team", "stage", "file"), IDS),
}
WRITTEN = {
    "text": st.text(),
    "long_text": st.text(),
    "email": st.emails(),
    "url": st.from_regex(r"(https?://)?[a-z]{1,9}\.[a-z]{2,5}(:[0-9]{1,4})?(/[!-~]{0,20})?", fullmatch=True),
    "address": st.one_of(
        st.text(), st.fixed_dictionaries({}, optional={name: st.text() for name in Address._fields})
    ),
}
"""Kinds whose values are best had by reading something."""


def readers() -> st.SearchStrategy[Reader]:
    return st.builds(
        lambda base, zone: Reader(
            now=NOW, language=base.language, zone=zone, region=base.region, day_first=base.day_first
        ),
        st.sampled_from([ENGLISH, RUSSIAN, AMERICAN]),
        st.sampled_from(ZONES),
    )


def test_every_kind_is_held_to_the_round_trips() -> None:
    assert set(KINDS) == set(VALUES) | set(WRITTEN)


@pytest.mark.parametrize("name", sorted(VALUES))
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_a_value_comes_back(name: str, data: st.DataObject) -> None:
    comes_back(name, data.draw(VALUES[name]), data.draw(readers()))


@pytest.mark.parametrize("name", sorted(WRITTEN))
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_what_was_read_comes_back(name: str, data: st.DataObject) -> None:
    reader = data.draw(readers())
    try:
        value = KINDS[name].parse(data.draw(WRITTEN[name]), SPEC, reader)
    except BadValue:
        return
    comes_back(name, value, reader)


def comes_back(name: str, value: object, reader: Reader) -> None:
    kind = KINDS[name]
    cell = kind.cell(value, SPEC)
    assert kind.load(kind.dump(value, SPEC), SPEC) == value
    assert kind.parse(kind.edit(value, SPEC, reader), SPEC, reader) == value
    assert kind.parse(unsafe_cell(cell) if isinstance(cell, str) else cell, SPEC, reader) == value
    assert kind.parse(unsafe_cell("" if cell is None else str(cell)), SPEC, reader) == value, "in CSV"
    assert isinstance(kind.show(value, SPEC, reader), str)


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(deadline=None, max_examples=100)
@given(
    raw=st.one_of(
        st.text(),
        st.text("0123456789+-.,:/ ()eE%€$шзdмhчin"),
        st.floats(),
        st.integers(),
        st.booleans(),
        st.dates(),
        st.datetimes(),
        st.timedeltas(),
        st.binary(),
    )
)
def test_nothing_but_bad_value_is_ever_raised(name: str, raw: object) -> None:
    for reader in (ENGLISH, RUSSIAN):
        try:
            value = KINDS[name].parse(raw, SPEC, reader)
        except BadValue:
            continue
        KINDS[name].show(value, SPEC, reader)
        KINDS[name].dump(value, SPEC)


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(deadline=None)
@given(
    raw=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    )
)
def test_the_api_refuses_any_other_shape(name: str, raw: object) -> None:
    try:
        value = KINDS[name].load(raw, SPEC)
    except BadValue:
        return
    assert value is None or KINDS[name].load(KINDS[name].dump(value, SPEC), SPEC) == value


@pytest.mark.parametrize("name", sorted(KINDS))
def test_nothing_written_is_none(name: str) -> None:
    kind = KINDS[name]
    for nothing in (None, "", " \N{NO-BREAK SPACE}\u200b\n"):
        assert kind.parse(nothing, SPEC, ENGLISH) is None
    assert kind.load(None, SPEC) is None
    assert kind.dump(None, SPEC) is None
    assert kind.cell(None, SPEC) is None
    assert kind.show(None, SPEC, ENGLISH) == kind.edit(None, SPEC, ENGLISH) == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", 5),
        ("money", 1.5),
        ("date", datetime(2026, 1, 1, tzinfo=UTC)),
        ("datetime", date(2026, 1, 1)),
        ("datetime", NOW.replace(tzinfo=None)),
        ("integer", Decimal(1)),
    ],
)
def test_a_value_of_another_type_is_a_programming_error(name: str, value: object) -> None:
    with pytest.raises(TypeError):
        KINDS[name].show(value, SPEC, ENGLISH)
