"""Moving through a pipeline: what a stage asks, who may move, and the stays that are kept."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hookline.crm import stages
from hookline.crm.access.roles import Role
from hookline.crm.activities import Activity
from hookline.crm.catalogs import LostReason
from hookline.crm.deals import Deal
from hookline.crm.pipelines import Pipeline, Stage, get_stage
from hookline.errors import Conflict, Invalid
from hookline.kernel.gate import Gate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.town import NOW, Town


def _deal(town: Town, gate: Gate, **values: object) -> int:
    return gate.create(Deal, {"name": "A mill wheel", "pipeline": town.ids["sales"], **values})


def _refused(call: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        call()
    return {p.field: str(p.text) for p in refusal.value.problems}


def test_a_new_deal_stands_in_the_first_stage_of_the_first_pipeline(town: Town) -> None:
    with town.as_("boris") as gate:
        deal = gate.get(Deal, gate.create(Deal, {"name": "A mill wheel"}))
        assert (deal.pipeline, deal.stage, deal.outcome) == (town.ids["sales"], town.ids["new"], "open")
        assert (deal.probability, deal.opened_on, deal.closed_on) == (10, NOW.date(), None)


def test_a_move_sets_what_follows_from_the_stage_and_keeps_the_stay(town: Town) -> None:
    with town.as_("boris") as gate:
        id = _deal(town, gate)
        stages.move(gate, Deal, id, town.ids["offer"], {"amount": 900})
        deal, stays = gate.get(Deal, id), stages.list_stays(gate, "deal", id)
        assert (deal.stage, deal.probability, deal.amount, deal.stage_since) == (
            town.ids["offer"],
            60,
            900,
            NOW,
        )
        assert [s.stage for s in stays] == [town.ids["new"], town.ids["offer"]]
        assert stays[0].left_at == stays[1].entered_at == NOW
        assert stays[1].left_at is None
        assert stays[1].by == town.ids["boris"]


def test_a_stage_asks_for_its_fields_and_tasks_all_at_once(town: Town) -> None:
    with town.house() as gate:
        asks = {
            "required_fields": ("amount", "expected_close"),
            "required_tasks": "Send the price list\nVisit the mill",
        }
        gate.update(Stage, town.ids["offer"], asks)
    with town.as_("boris") as gate:
        id = _deal(town, gate)
        problems = _refused(lambda: stages.move(gate, Deal, id, town.ids["offer"], {"amount": 5}))
        assert problems.keys() == {"expected_close", "stage"}
        done = {"kind": "task", "about": f"deal:{id}", "done_at": NOW}
        gate.create(Activity, {"subject": "SEND the price list", **done})
        assert stages.missing_tasks(gate, "deal", id, get_stage(gate, town.ids["offer"])) == [
            "Visit the mill"
        ]
        gate.create(Activity, {"subject": "Visit the mill", **done})
        stages.move(gate, Deal, id, town.ids["offer"], {"amount": 5, "expected_close": date(2026, 4, 1)})
        assert gate.get(Deal, id).stage == town.ids["offer"]


def test_a_stage_asks_for_activities_that_have_taken_place(town: Town) -> None:
    with town.house() as gate:
        gate.update(Stage, town.ids["offer"], {"required_kinds": ("meeting", "call")})
    with town.as_("boris") as gate:
        id = _deal(town, gate)
        about = f"deal:{id}"
        gate.create(Activity, {"subject": "Planned", "kind": "meeting", "about": about, "due_at": NOW})
        with pytest.raises(Invalid) as refused:
            gate.update(Deal, id, {"stage": town.ids["offer"]})
        said = [str(problem.text) for problem in refused.value.problems]
        assert said == [f"Before Offer, this must have been done: {kind}." for kind in ("Meeting", "Call")]
        for kind in ("meeting", "call"):
            gate.create(Activity, {"subject": "Done", "kind": kind, "about": about, "done_at": NOW})
        stages.move(gate, Deal, id, town.ids["offer"])
        assert gate.get(Deal, id).stage == town.ids["offer"]


def test_only_the_allowed_next_stages_can_be_reached_but_losing_always_can(town: Town) -> None:
    with town.house() as gate:
        gate.update(Stage, town.ids["new"], {"next_stages": (town.ids["qualified"],)})
    with town.as_("boris") as gate:
        id = _deal(town, gate)
        assert [s.id for s in stages.next_stages(gate, town.ids["new"])] == [
            town.ids["qualified"],
            town.ids["lost"],
        ]
        problems = _refused(lambda: stages.move(gate, Deal, id, town.ids["offer"]))
        assert problems == {"stage": "From New one cannot move to Offer."}
        stages.close(gate, Deal, id, "lost")
        assert gate.get(Deal, id).outcome == "lost"


def test_only_those_may_move_who_are_named_and_the_api_and_edits_are_held_to_it_too(town: Town) -> None:
    with town.house() as gate:
        head = gate.scalar(select(Role.id).where(Role.name == "Head"))
        gate.update(Stage, town.ids["won"], {"movers": (head,)})
    with town.as_("boris") as gate:
        id = _deal(town, gate)
        refused = {"stage": "Your role may not move records to Won."}
        assert _refused(lambda: stages.close(gate, Deal, id, "won")) == refused
        assert _refused(lambda: gate.update(Deal, id, {"stage": town.ids["won"]})) == refused
        assert _refused(lambda: gate.create(Deal, {"name": "x", "stage": town.ids["won"]})) == refused
    with town.as_("vera") as gate:
        stages.close(gate, Deal, id, "won")
        assert gate.get(Deal, id).outcome == "won"


def test_winning_losing_and_reopening_keep_day_reason_and_outcome_together(town: Town) -> None:
    with town.house() as gate:
        reason = gate.create(LostReason, {"name": "Went to the windmill"})
    with town.as_("boris") as gate:
        id = _deal(town, gate, opened_on=date(2026, 3, 1))
        stages.move(gate, Deal, id, town.ids["qualified"])
        stages.close(gate, Deal, id, "lost", {"lost_reason": reason, "closed_on": date(2026, 3, 10)})
        lost = gate.get(Deal, id)
        assert (lost.outcome, lost.closed_on, lost.lost_reason, lost.probability) == (
            "lost",
            date(2026, 3, 10),
            reason,
            0,
        )
        stages.move(gate, Deal, id, town.ids["won"])
        won = gate.get(Deal, id)
        assert (won.outcome, won.closed_on, won.lost_reason) == ("won", NOW.date(), None)
        stages.move(gate, Deal, id, town.ids["delivery"])
        after = gate.get(Deal, id)
        assert (after.outcome, after.closed_on, after.stage) == ("won", NOW.date(), town.ids["delivery"])
        stages.reopen(gate, Deal, id)
        again = gate.get(Deal, id)
        assert (again.outcome, again.closed_on, again.stage) == ("open", None, town.ids["qualified"])


def test_a_deal_that_arrives_closed_has_spent_its_time_before(town: Town) -> None:
    with town.as_("boris") as gate:
        days = {"opened_on": date(2026, 1, 5), "closed_on": date(2026, 2, 9)}
        stays = stages.list_stays(gate, "deal", _deal(town, gate, stage=town.ids["won"], **days))
        assert [s.stage for s in stays] == [town.ids["offer"], town.ids["won"]]
        assert (stays[0].entered_at, stays[0].left_at) == (
            datetime(2026, 1, 5, 12, tzinfo=UTC),
            datetime(2026, 2, 9, 12, tzinfo=UTC),
        )


def test_nothing_leaves_a_stage_before_it_has_entered(town: Town) -> None:
    with town.as_("boris") as gate:
        today = {"opened_on": NOW.date(), "closed_on": NOW.date()}
        id = _deal(town, gate, stage=town.ids["won"], **today)
        stages.reopen(gate, Deal, id)
        for stay in stages.list_stays(gate, "deal", id):
            assert stay.left_at is None or stay.left_at >= stay.entered_at
            assert stay.entered_at <= NOW
        backwards = {"opened_on": date(2026, 3, 2), "closed_on": date(2026, 3, 1)}
        assert _refused(lambda: _deal(town, gate, **backwards)).keys() == {"closed_on"}


def test_a_stage_of_another_pipeline_takes_the_deal_there(town: Town) -> None:
    with town.house() as gate:
        line = gate.create(Pipeline, {"name": "Repairs", "position": 7})
        stage = gate.create(Stage, {"name": "Broken", "pipeline": line})
    with town.as_("boris") as gate:
        id = _deal(town, gate)
        stages.move(gate, Deal, id, stage)
        deal = gate.get(Deal, id)
        assert (deal.pipeline, deal.stage) == (line, stage)
        assert [s.pipeline for s in stages.list_stays(gate, "deal", id)] == [town.ids["sales"], line]
        nonsense = {"stage": "This stage does not belong to the pipeline."}
        apart = {"name": "x", "stage": town.ids["new"], "pipeline": line}
        assert _refused(lambda: gate.create(Deal, apart)) == nonsense
        assert _refused(lambda: gate.update(Deal, id, {"stage": 999_999})) == nonsense
        assert (
            _refused(lambda: gate.create(Deal, {"name": "x", "stage": 999_999})).items() >= nonsense.items()
        )


def test_a_stale_move_is_a_conflict_and_moves_nothing(town: Town) -> None:
    with town.as_("boris") as gate:
        id = _deal(town, gate)
        gate.update(Deal, id, {"amount": 1})
        with pytest.raises(Conflict):
            stages.move(gate, Deal, id, town.ids["offer"], version=1)
        assert gate.get(Deal, id).stage == town.ids["new"]


MOVES = st.lists(
    st.sampled_from(["new", "qualified", "offer", "won", "delivery", "lost", "reopen", "pause"]), max_size=14
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_stays_follow_each_other_without_a_gap_and_one_is_open(town: Town, moves: list[str]) -> None:
    with town.as_("boris") as gate:
        id = _deal(town, gate)
        for move in moves:
            gate.now += timedelta(hours=5)
            if move == "reopen":
                stages.reopen(gate, Deal, id)
            elif move != "pause":
                stages.move(gate, Deal, id, town.ids[move])
        stays = stages.list_stays(gate, "deal", id)
        deal = gate.get(Deal, id)
    assert [s.left_at for s in stays[:-1]] == [s.entered_at for s in stays[1:]]
    assert all(s.entered_at <= (s.left_at or gate.now) for s in stays)
    assert [s.left_at is None for s in stays] == [False] * (len(stays) - 1) + [True]
    assert all(a.stage != b.stage for a, b in itertools.pairwise(stays))
    assert stays[-1].stage == deal.stage
    assert (deal.closed_on is None) == (deal.outcome == "open")
