"""Activities: what is done and to be done, whom it concerns, who is mentioned, and when it comes again."""

from datetime import timedelta

import pytest
from hookline.crm.activities import Activity, finish, postpone, resume, write_activity
from hookline.crm.deals import Deal
from hookline.crm.settings import set_setting
from hookline.errors import Invalid

from tests.town import NOW, Town


def test_each_kind_is_done_or_to_be_done_as_it_should_be(town: Town) -> None:
    deal = f"deal:{town.ids['scanners']}"
    later, before = NOW + timedelta(days=2), NOW - timedelta(days=2)
    expected = [
        ("note", {}, NOW), ("call", {}, NOW), ("email", {}, NOW), ("message", {}, NOW), ("task", {}, None),
        ("task", {"due_at": before}, None), ("meeting", {}, NOW), ("meeting", {"due_at": later}, None), ("meeting", {"due_at": before}, before),
    ]  # fmt: skip
    with town.as_("boris") as gate:
        for kind, values, done in expected:
            activity = gate.get(Activity, write_activity(gate, kind, deal, values))
            assert activity.done_at == done, (kind, values)
            assert activity.subject == gate.schema["activity"].fields["kind"].options[kind].label


def test_what_is_done_about_a_deal_stands_with_its_contact_and_company(town: Town) -> None:
    with town.as_("boris") as gate:
        about = {"deal": "scanners", "contact": "helen", "company": "acme"}
        found = {}
        for entity, name in about.items():
            activity = gate.get(Activity, write_activity(gate, "call", f"{entity}:{town.ids[name]}", {}))
            found[entity] = (activity.contact, activity.company)
    helen, acme = town.ids["helen"], town.ids["acme"]
    assert found == {"deal": (helen, acme), "contact": (helen, acme), "company": (None, acme)}


def test_names_after_an_at_sign_are_mentions(town: Town) -> None:
    with town.as_("boris") as gate:
        text = "@Vera and @max, look: mail@clara.example and @nobody say so. @vera!"
        id = write_activity(gate, "note", f"deal:{town.ids['scanners']}", {"body": text})
        assert gate.linked(gate.schema["activity"], [id])[id]["mentions"] == (
            town.ids["vera"],
            town.ids["max"],
        )


def test_a_deal_knows_its_next_open_activity(town: Town) -> None:
    deal = town.ids["scanners"]
    with town.as_("boris") as gate:
        near, far = (
            write_activity(gate, "task", f"deal:{deal}", {"subject": "x", "due_at": NOW + timedelta(days=d)})
            for d in (1, 5)
        )
        assert gate.get(Deal, deal).next_activity == NOW + timedelta(days=1)
        finish(gate, near)
        assert gate.get(Deal, deal).next_activity == NOW + timedelta(days=5)
        resume(gate, near)
        postpone(gate, near, NOW + timedelta(days=9))
        gate.trash(Activity, far)
        assert gate.get(Deal, deal).next_activity == NOW + timedelta(days=9)
        gate.trash(Activity, near)
        assert gate.get(Deal, deal).next_activity is None


def test_a_call_says_how_it_went_where_the_house_asks_for_it(town: Town) -> None:
    with town.house() as gate:
        set_setting(gate, "call_outcome_required", True)
    with town.as_("boris") as gate:
        deal = f"deal:{town.ids['scanners']}"
        with pytest.raises(Invalid) as refusal:
            write_activity(gate, "call", deal, {})
        assert [p.field for p in refusal.value.problems] == ["outcome"]
        write_activity(gate, "call", deal, {"outcome": "reached"})
        planned = gate.create(Activity, {"subject": "Call", "kind": "call", "about": deal, "due_at": NOW})
        with pytest.raises(Invalid):
            finish(gate, planned)
        finish(gate, planned, {"outcome": "no_answer"})
        assert gate.get(Activity, planned).done_at == NOW


def test_done_stays_done_and_what_repeats_comes_again_once(town: Town) -> None:
    with town.as_("boris") as gate:
        values = {
            "subject": "Call the mill",
            "kind": "task",
            "about": f"deal:{town.ids['scanners']}",
            "due_at": NOW,
            "repeat": "FREQ=WEEKLY",
        }
        first = gate.create(Activity, values)
        version = finish(gate, first)
        assert finish(gate, first) == version
        found = gate.get(Deal, town.ids["scanners"]).next_activity
        assert found == NOW + timedelta(days=7)
        with pytest.raises(Invalid) as refusal:
            gate.create(Activity, {**values, "repeat": "every now and then"})
        assert [p.field for p in refusal.value.problems] == ["repeat"]
