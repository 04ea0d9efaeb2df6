"""What plugins do to a save beyond judging it: how fields start, and what stands around the write."""

from collections.abc import Iterator
from typing import Any

import pytest
from hookline.errors import Conflict, Invalid, PluginError, Refused, Text
from hookline.kernel.entity import Fields
from hookline.kernel.fields import integer, text
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.rules import BeforeSave, Draft, Write
from sqlalchemy import select
from sqlalchemy.orm import Mapped

from tests.kernel.mill import Sack, open_mill


def sacks(home: Installation) -> list[tuple[str, int | None]]:
    with home.house("looking") as gate:
        return [(row.name, row.weight) for row in gate.rows(select(Sack.name, Sack.weight).order_by(Sack.id))]


def test_a_field_that_is_left_out_starts_with_what_a_plugin_says(mill_url: str) -> None:
    scales = Plugin("scales")

    @scales.default(Sack, "weight", order=20)
    def usual(draft: Draft[Sack], gate: Gate) -> int | None:
        return 50

    @scales.default(Sack, "weight", order=10)
    def by_name(draft: Draft[Sack], gate: Gate) -> int | None:
        return len(draft.values["name"]) if draft.values["name"].startswith("x") else None

    with open_mill(mill_url, scales) as home:
        with home.house("milling") as gate:
            rows: list[dict[str, Any]] = [{"name": "rye"}, {"name": "xxx"}, {"name": "oats", "weight": 3}]
            gate.create_many(Sack, [*rows, {"name": "empty", "weight": None}])
        assert sacks(home) == [("rye", 50), ("xxx", 3), ("oats", 3), ("empty", None)]


@pytest.mark.one_engine
@pytest.mark.parametrize("wrong", ["heavy", True, 2**70, ZeroDivisionError()])
def test_a_start_that_fails_or_does_not_fit_refuses_the_save_and_is_attributed(
    mill_url: str, wrong: object
) -> None:
    scales = Plugin("scales")

    @scales.default(Sack, "weight")
    def broken(draft: Draft[Sack], gate: Gate) -> object:
        if isinstance(wrong, Exception):
            raise wrong
        return wrong

    with open_mill(mill_url, scales) as home:
        with home.house("milling") as gate:
            with pytest.raises(Invalid, match="plugin scales failed"):
                gate.create(Sack, {"name": "rye"})
            gate.create(Sack, {"name": "oats", "weight": 1})
        assert sacks(home) == [("oats", 1)]
        assert [(f.plugin, f.place) for f in home.host.failures] == [("scales", "default broken")]


@pytest.mark.one_engine
def test_a_default_belongs_to_a_field_that_is_there() -> None:
    scales = Plugin("scales")
    with pytest.raises(PluginError, match="no field 'wieght'"):
        scales.default(Sack, "wieght")

    class Measured(Fields[Sack], plugin=scales):
        height: Mapped[int | None] = integer("Height")
        note: Mapped[str | None] = text("Note")

    @scales.default(Measured, "height")
    def usual(draft: Draft[Any], gate: Gate) -> int:
        return 3

    assert scales.contributions[-1].entity == "mill_sack"
    assert scales.contributions[-1].options["field"] == "scales_height"
    with pytest.raises(PluginError, match="no field 'name'"):
        scales.default(Measured, "name")


@pytest.mark.one_engine
@pytest.mark.parametrize("value", ["heavy", 2**64, 1.5, b"1"])
def test_a_rule_that_sets_what_the_field_cannot_hold_refuses_the_save(mill_url: str, value: object) -> None:
    scales = Plugin("scales")

    @scales.before_save(Sack)
    def weigh(event: BeforeSave[Sack]) -> None:
        event.values["weight"] = value

    with (
        open_mill(mill_url, scales) as home,
        home.house("milling") as gate,
        pytest.raises(Invalid, match="weight: A rule of a plugin"),
    ):
        gate.create(Sack, {"name": "rye"})


def test_what_stands_around_a_write_is_part_of_it(mill_url: str) -> None:
    scales, seen = Plugin("scales"), list[object]()

    @scales.around_write(Sack)
    def weigh(write: Write[Sack], gate: Gate) -> Iterator[None]:
        before = sorted((r.id, (r.before and r.before.weight) or 0) for r in write.records)
        seen.append((write.what, before, gate.scalar(select(Sack.weight).where(Sack.name == "rye"))))
        yield
        seen.append(sorted((r.id, r.values.get("weight") or 0) for r in write.records))

    with open_mill(mill_url, scales) as home, home.house("milling") as gate:
        rye, oats = gate.create_many(Sack, [{"name": "rye", "weight": 1}, {"name": "oats"}])
        gate.update(Sack, rye, {"weight": 2})
        gate.update(Sack, rye, {"weight": 2})
        gate.trash(Sack, rye)
        gate.restore(Sack, rye)
        gate.revert(Sack, rye, 2)
        gate.erase_many(Sack, [rye, oats])
    assert seen == [
        ("created", [(0, 0), (0, 0)], None), [(rye, 1), (oats, 0)],
        ("changed", [(rye, 1)], 1), [(rye, 2)],
        ("trashed", [(rye, 2)], 2), [(rye, 0)],
        ("restored", [(rye, 2)], None), [(rye, 0)],
        ("reverted", [(rye, 2)], 2), [(rye, 1)],
        ("erased", [(rye, 1), (oats, 0)], 1), [(rye, 0), (oats, 0)],
    ]  # fmt: skip


@pytest.mark.parametrize("when", ["before", "after", "twice", "never"])
def test_a_failure_around_a_write_refuses_it_and_is_attributed(mill_url: str, when: str) -> None:
    scales = Plugin("scales")

    @scales.around_write(Sack)
    def weigh(write: Write[Sack], gate: Gate) -> Iterator[None]:
        if when == "never":
            return
        if when == "before":
            raise ZeroDivisionError
        yield
        if when == "after":
            raise ZeroDivisionError
        yield

    with open_mill(mill_url, scales) as home:
        with home.house("milling") as gate, pytest.raises(Invalid, match="plugin scales failed"):
            gate.create(Sack, {"name": "rye"})
        assert sacks(home) == []
        assert [(f.plugin, f.place) for f in home.host.failures] == [("scales", "around_write weigh")]


@pytest.mark.one_engine
@pytest.mark.parametrize("moment", ["around_write", "follow"])
def test_what_a_plugin_refuses_beside_a_write_is_said_in_its_own_words(mill_url: str, moment: str) -> None:
    scales = Plugin("scales")

    def refuse(*_: Any) -> None:
        raise Refused(Text("The mill is closed."))

    def stand_around(*given: Any) -> Iterator[None]:
        refuse(*given)
        yield

    if moment == "around_write":
        scales.around_write(Sack)(stand_around)
    else:
        scales.follow(Sack)(refuse)
    with open_mill(mill_url, scales) as home:
        with pytest.raises(Refused, match="The mill is closed"), home.house("milling") as gate:
            gate.create(Sack, {"name": "rye"})
        assert sacks(home) == []
        assert not home.host.failures


@pytest.mark.one_engine
def test_nobody_around_a_write_makes_its_refusal_unheard(mill_url: str) -> None:
    scales, seen = Plugin("scales"), list[str]()

    @scales.around_write(Sack)
    def swallow(write: Write[Sack], gate: Gate) -> Iterator[None]:
        try:
            yield
        except Invalid as error:
            seen.append(str(error))

    scales.follow(Sack)(_break)
    with open_mill(mill_url, scales) as home:
        with home.house("milling") as gate, pytest.raises(Invalid, match="plugin scales failed"):
            gate.create(Sack, {"name": "rye"})
        assert [f.place for f in home.host.failures] == ["follow _break"]
    assert len(seen) == 1


@pytest.mark.one_engine
def test_what_is_stale_is_a_conflict_before_anybody_stands_around_it(mill_url: str) -> None:
    scales = Plugin("scales")

    @scales.around_write(Sack)
    def count(write: Write[Sack], gate: Gate) -> Iterator[None]:
        assert write.what == "created"
        yield

    with open_mill(mill_url, scales) as home, home.house("milling") as gate:
        id = gate.create(Sack, {"name": "rye"})
        with pytest.raises(Conflict):
            gate.update(Sack, id, {"name": "oats"}, version=7)


def _break(*_: object) -> None:
    raise ZeroDivisionError
