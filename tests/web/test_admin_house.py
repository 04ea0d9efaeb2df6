"""/settings/fields, /settings/lists, /settings/house and /settings/jobs, as an administrator works with them."""

from datetime import timedelta

import pytest
from hookline.crm.catalogs import LostReason, Source
from hookline.crm.deals import Deal
from hookline.crm.settings import setting
from hookline.crm.sign_in.two_step import totp
from hookline.kernel.background import jobs, outbox
from hookline.kernel.background.jobs import JobState, enqueue
from hookline.kernel.tables import delivery, event, job
from sqlalchemy import insert, select, update

from tests.town import NOW, Town
from tests.web.test_admin_people import written
from tests.web.visitor import Doors, words

# Settings, catalogs and own fields are tried on both engines in tests/crm.
pytestmark = pytest.mark.one_engine


def test_a_field_is_made_filled_in_changed_retired_and_brought_back(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    form = {
        "label": "Размер склада",
        "kind": "decimal",
        "places": "1",
        "list": "1",
        "filter": "1",
        "help": "In m²",
    }
    ada.walk("/settings/fields/deal", form)
    with town.as_("boris") as gate:
        spec = gate.schema["deal"].fields["c_razmer_sklada"]
        assert (spec.label, spec.places, spec.list, spec.filter, spec.required, spec.help) == (
            "Размер склада",
            1,
            True,
            True,
            False,
            "In m²",
        )
    path = "/settings/fields/deal/razmer_sklada"
    ada.walk(path, {**written(ada.see(path), path), "label": "Площадь", "required": "1"})
    with town.as_("boris") as gate:
        assert (
            gate.schema["deal"].fields["c_razmer_sklada"].label,
            gate.schema["deal"].fields["c_razmer_sklada"].required,
        ) == ("Площадь", True)
    assert "Retired" in words(str(ada.walk(f"{path}/retirement")))
    with town.as_("boris") as gate:
        assert "c_razmer_sklada" not in gate.schema["deal"].fields
    ada.walk(f"{path}/return")
    with town.as_("boris") as gate:
        assert "c_razmer_sklada" in gate.schema["deal"].fields


def test_choices_have_colours_and_stay_while_a_record_has_them(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    form = {
        "label": "Mood",
        "kind": "choice",
        "choice_value": ["", "", ""],
        "choice_label": ["Good", "", "Bad"],
        "choice_tone": ["green", "gray", "red"],
    }
    ada.walk("/settings/fields/deal", form)
    with town.as_("boris") as gate:
        options = gate.schema["deal"].fields["c_mood"].options
        assert [(o.value, o.label, o.tone) for o in options.values()] == [
            ("good", "Good", "green"),
            ("bad", "Bad", "red"),
        ]
        gate.update(Deal, town.ids["scanners"], {"c_mood": "bad"})
    path = "/settings/fields/deal/mood"
    found = written(ada.see(path), path)
    kept = {**found, "choice_label": ["Very good", "", "Middling", *[""] * (len(found["choice_label"]) - 3)]}
    refused = ada.post(path, kept)
    assert refused.status_code == 422
    assert "1 records still have “Bad”" in words(refused.text)
    ada.walk(
        path,
        {**kept, "choice_label": ["Very good", "Bad", "Middling", *[""] * (len(found["choice_label"]) - 3)]},
    )
    with town.as_("boris") as gate:
        assert [o.label for o in gate.schema["deal"].fields["c_mood"].options.values()] == [
            "Very good",
            "Bad",
            "Middling",
        ]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"label": "", "kind": "text"}, "Please fill this in."),
        ({"label": "x" * 121, "kind": "text"}, "At most 120 characters"),
        ({"label": "Mood", "kind": "spell"}, "spell is not one of the choices."),
        ({"label": "Mood", "kind": "choice"}, "Give at least one choice."),
        ({"label": "Mood", "kind": "text", "name": "Not A Name"}, "Use small Latin letters"),
        (
            {
                "label": "Mood",
                "kind": "choice",
                "choice_value": ["", ""],
                "choice_label": ["A", "a"],
                "choice_tone": ["red", "red"],
            },
            "Each choice once only.",
        ),
        (
            {
                "label": "Mood",
                "kind": "choice",
                "choice_value": ["x|y"],
                "choice_label": ["A"],
                "choice_tone": ["red"],
            },
            "a name with letters",
        ),
        (
            {
                "label": "Mood",
                "kind": "choice",
                "choice_value": [""],
                "choice_label": ["A"],
                "choice_tone": ["plaid"],
            },
            "one of the colours",
        ),
        ({"label": "Mood", "kind": "decimal", "places": "99"}, "Must be at most 6."),
    ],
)
def test_a_field_that_cannot_be_is_refused_and_what_was_typed_stays(
    doors: Doors, form: dict[str, str | list[str]], said: str
) -> None:
    ada = doors.enter("ada")
    answer = ada.post("/settings/fields/deal", form)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert f'value="{form["label"]}"' in answer.text
    assert "No custom fields yet" in words(str(ada.see("/settings/fields/deal")))


def test_fields_are_put_in_order(doors: Doors) -> None:
    ada = doors.enter("ada")
    for label in ("One", "Two", "Three"):
        ada.walk("/settings/fields/company", {"label": label, "kind": "text"})

    def order() -> list[str]:
        return [a.text for a in ada.see("/settings/fields/company").select(".entry-main a")]

    ada.walk("/settings/fields/company/three/place", {"to": "up"})
    assert order() == ["One", "Three", "Two"]
    ada.walk("/settings/fields/company/one/place", {"to": "down"})
    assert order() == ["Three", "One", "Two"]
    ada.walk("/settings/fields/company/three/place", {"to": "up"})
    assert order() == ["Three", "One", "Two"]
    with doors.town.as_("boris") as gate:
        assert [name for name in gate.schema["company"].fields if name.startswith("c_")] == [
            "c_three",
            "c_one",
            "c_two",
        ]


def test_lists_are_added_to_renamed_and_taken_from(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    ada.walk("/settings/lists/lost_reason", {"name": "Moved away"})
    assert ada.post("/settings/lists/lost_reason", {"name": "Moved away"}).status_code == 422
    assert ada.post("/settings/lists/source", {"name": ""}).status_code == 422
    with town.house() as gate:
        id = gate.scalar(select(LostReason.id).where(LostReason.name == "Moved away"))
    path = f"/settings/lists/lost_reason/{id}"
    ada.walk(path, {**written(ada.see(path), path), "name": "Moved to the sea", "retired": "1"})
    page = ada.see("/settings/lists/lost_reason")
    assert "Moved to the sea No longer offered" in words(str(page))
    ada.walk(f"{path}/trash")
    with town.house() as gate:
        assert gate.find(LostReason, id) is None
    ada.walk(f"{path}/restoration")
    with town.house() as gate:
        assert gate.get(LostReason, id).retired
        assert gate.scalar(select(Source.id).where(Source.name == "")) is None


def test_only_lists_are_lists(doors: Doors) -> None:
    ada = doors.enter("ada")
    for entity in ("user", "deal", "role", "nonsense"):
        assert ada.get(f"/settings/lists/{entity}").status_code == 404
        assert ada.post(f"/settings/lists/{entity}/1/trash").status_code == 404


def test_the_house_is_settled(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    form = written(ada.see("/settings/house"), "/settings/house")
    assert (form["currency"], form["currencies"], form["region"]) == ("EUR", ["EUR"], "GB")
    page = ada.walk(
        "/settings/house",
        {
            **form,
            "house_name": "  The  Mill ",
            "currency": "RUB",
            "currencies": ["RUB", "EUR"],
            "call_outcome_required": "1",
        },
    )
    brand = page.select_one(".brand")
    assert brand is not None
    assert brand.text.strip() == "The Mill"
    with town.as_("boris") as gate:
        assert [
            setting(gate, name) for name in ("house_name", "currency", "currencies", "call_outcome_required")
        ] == ["The Mill", "RUB", ["RUB", "EUR"], True]
    refused = ada.post("/settings/house", {**form, "house_name": "<i>", "currency": "USD"})
    assert refused.status_code == 422
    assert "USD is the main currency, so it must be among these." in words(refused.text)
    assert "&lt;i&gt;" in refused.text
    with town.as_("boris") as gate:
        assert setting(gate, "house_name") == "The Mill"


def park(town: Town) -> tuple[int, int]:
    """A job and a delivery that have failed for good."""
    with town.installation.database.write() as tx:
        id = enqueue(tx, "core.hand_over", {}, now=NOW, user=town.ids["vera"])
        assert id is not None
        failed = {
            "state": JobState.parked,
            "due_at": None,
            "attempts": 3,
            "finished_at": NOW,
            "error": "Traceback\nValueError: <script>no</script>",
        }
        tx.run(update(job).where(job.c.id == id).values(failed), why="test")
        told = {
            "at": NOW,
            "name": "deal.changed",
            "entity": "deal",
            "record": town.ids["scanners"],
            "cause": "",
            "depth": 0,
            "data": {},
        }
        number = tx.run(insert(event).values(told).returning(event.c.id), why="test").scalar_one()
        lost = {
            "event": number,
            "subscriber": "mill.hear",
            "entity": "deal",
            "record": town.ids["scanners"],
            "attempts": 8,
            "error": "KeyError: 'flour'",
        }
        tx.run(insert(delivery).values(lost), why="test")
    return id, number


def test_what_failed_is_seen_and_tried_again(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    id, number = park(town)
    page = ada.get("/settings/jobs").text
    seen = words(page)
    assert "core.hand_over Failed for Vera" in seen
    assert "ValueError: &lt;script&gt;no&lt;/script&gt;" in page
    assert "mill.hear deal.changed" in seen
    assert "KeyError: 'flour'" in seen
    ada.walk(f"/settings/jobs/{id}/replay")
    ada.walk(f"/settings/deliveries/{number}/replay", {"subscriber": "mill.hear"})
    with town.installation.database.read() as tx:
        again = jobs.find_job(tx, id)
        assert again is not None
        assert (again.state, again.attempts) == (JobState.waiting, 0)
        assert outbox.list_parked(tx) == []
    assert ada.post(f"/settings/jobs/{id}/replay").status_code == 404
    assert ada.post(f"/settings/deliveries/{number}/replay", {"subscriber": "mill.hear"}).status_code == 404


def test_a_job_that_waits_is_ended(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    with town.installation.database.write() as tx:
        id = enqueue(tx, "core.hand_over", {}, now=NOW, run_at=NOW + timedelta(hours=1), user=town.ids["ada"])
    ada.walk(f"/settings/jobs/{id}/cancellation")
    assert ada.post(f"/settings/jobs/{id}/cancellation").status_code == 404
    assert "Cancelled" in words(str(ada.see("/settings/jobs")))


def test_the_health_page_says_what_is_wrong_before_what_is_fine(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    with town.installation.database.write() as tx:
        tx.run(
            insert(totp).values(user=town.ids["ada"], sealed="c2VhbGVkIGVsc2V3aGVyZQ==", last_step=0),
            why="test",
        )
    page = words(ada.get("/settings/health").text)
    wrong = page.index("1 second steps were sealed by another key")
    assert "hookline user two-step" in page
    assert wrong < page.index("up to date")
    assert doors.enter("boris").get("/settings/health").status_code == 403
