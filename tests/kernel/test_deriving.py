"""`Gate.derive`: what was worked out for many records is kept quietly, and told to whoever follows them."""

import datetime as dt
from dataclasses import replace

import pytest
from hookline.crm.deals import Deal
from hookline.errors import Invalid
from hookline.kernel.history import list_entries

from tests.town import NOW, Town

SOON = NOW + dt.timedelta(days=3)


def test_what_was_worked_out_stands_without_a_line_in_the_history(town: Town) -> None:
    id = town.ids["scanners"]
    with town.house() as gate:
        info, version = gate.schema[Deal], gate.update(Deal, id, {})
        told = len(list_entries(gate, info, id))
        assert gate.derive(Deal, {id: {"next_activity": SOON}, 999_999: {"next_activity": SOON}}) == 1
        assert gate.derive(Deal, {id: {"next_activity": SOON}}) == 0
        after = gate.get(Deal, id)
        assert after.next_activity == SOON
        assert len(list_entries(gate, info, id)) == told
        # Whoever had the form open has nothing to merge.
        assert gate.update(Deal, id, {"description": "Two of them"}, version=version) == version + 1


def test_each_record_gets_its_own_values(town: Town) -> None:
    ids = (town.ids["scanners"], town.ids["flour"])
    with town.house() as gate:
        since = {id: gate.get(Deal, id).stage_since for id in ids}
        gate.derive(
            Deal, {ids[0]: {"next_activity": SOON}, ids[1]: {"stage_since": NOW, "next_activity": None}}
        )
        assert [gate.get(Deal, id).next_activity for id in ids] == [SOON, None]
        assert [gate.get(Deal, id).stage_since for id in ids] == [since[ids[0]], NOW]


def test_who_follows_is_told_of_what_differs(town: Town) -> None:
    heard: list[tuple[str, int, object]] = []
    id = town.ids["scanners"]
    with town.house() as gate:
        gate.host._following["deal"] = [  # the town's own followers stand aside
            lambda _gate, _info, what, saved: heard.extend(
                (what, record, after["next_activity"]) for record, _, _, after in saved
            )
        ]
        gate.derive(Deal, {id: {"next_activity": SOON}})
        gate.derive(Deal, {id: {"next_activity": SOON}})
        gate.host._following.clear()
    assert heard == [("derived", id, SOON)]


@pytest.mark.parametrize("name", ["name", "amount", "weighted", "no_such"])
def test_what_people_set_and_what_is_nothing_is_refused(town: Town, name: str) -> None:
    with town.house() as gate, pytest.raises(Invalid) as refused:
        gate.derive(Deal, {town.ids["scanners"]: {name: None}})
    assert [problem.field for problem in refused.value.problems] == [name]


def test_nobody_derives_what_they_may_not_change(town: Town) -> None:
    with town.as_("boris") as gate:
        gate.actor = replace(gate.actor, grants={})
        assert gate.derive(Deal, {town.ids["scanners"]: {"next_activity": SOON}}) == 0
