"""The administration of pipelines: made, ordered, asked of and taken away, all by plain forms."""

import pytest
from hookline.crm.deals import Deal
from hookline.crm.pipelines import pipelines
from hookline_sdk.testing.elements import Element, read_html

from tests.town import Town
from tests.web.visitor import Doors

BASE = "/settings/pipelines"


def stages(town: Town, line: int) -> list[str]:
    with town.as_("ada") as gate:
        return [s.name for s in pipelines(gate).by_id[line].stages]


def names(page: Element) -> list[str]:
    return [a.get_text() for a in page.select(".entries .entry-main a")]


@pytest.mark.parametrize(
    ("who", "status"), [("ada", 200), ("vera", 200), ("max", 403), ("boris", 403), ("olga", 403)]
)
def test_only_those_with_the_permission_come_in(doors: Doors, who: str, status: int) -> None:
    ids = doors.town.ids
    paths = (
        BASE,
        f"{BASE}/{ids['sales']}",
        f"{BASE}/{ids['sales']}/stages/new",
        f"/settings/stages/{ids['offer']}",
        f"/settings/stages/{ids['offer']}/removal",
    )
    assert {doors.enter(who).get(path).status_code for path in paths} == {status}
    answer = doors.enter(who).post(f"/settings/stages/{ids['offer']}/place", {"place": "0"})
    assert answer.status_code == (303 if status == 200 else 403)


def test_a_pipeline_is_made_from_a_template_and_as_a_copy(doors: Doors) -> None:
    ada = doors.enter("ada")
    page = ada.walk(BASE, {"name": "Renewals", "entity": "deal", "template": "project"})
    assert names(page) == [
        "New",
        "Needs understood",
        "Offer",
        "Contract",
        "Won",
        "Delivery",
        "Installation",
        "Feedback",
        "Next need",
        "Lost",
    ]
    copy = ada.walk(
        BASE, {"name": "Town too", "entity": "deal", "template": f"copy:{doors.town.ids['sales']}"}
    )
    assert names(copy) == stages(doors.town, doors.town.ids["sales"])
    assert {"Renewals", "Town too", "Town sales"} <= set(names(ada.see(BASE)))


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"name": "", "entity": "deal", "template": "sale"}, 422, "Please fill this in."),
        ({"name": "x" * 121, "entity": "deal", "template": "sale"}, 422, "At most 120 characters"),
        ({"name": "Town sales", "entity": "deal", "template": "sale"}, 422, "of this name already"),
        ({"name": "People", "entity": "contact", "template": "sale"}, 422, "not one of the choices"),
        ({"name": "People", "entity": "deal", "template": "nothing"}, 404, ""),
        ({"name": "People", "entity": "deal", "template": "copy:999999"}, 404, ""),
    ],
)
def test_a_pipeline_that_cannot_be_made_says_why(
    doors: Doors, form: dict[str, str], status: int, said: str
) -> None:
    answer = doors.enter("ada").post(BASE, form)
    assert answer.status_code == status
    assert said in answer.text


def test_a_pipeline_is_renamed_retired_offered_and_taken_away(doors: Doors) -> None:
    ada = doors.enter("ada")
    page = ada.walk(BASE, {"name": "Trial", "entity": "deal", "template": "short"})
    url = str(page.select_one("form[action$='/retirement']")["action"]).removesuffix("/retirement")  # type: ignore[index]  # it has one
    assert "Second trial" in ada.walk(url, {"name": "Second trial"}).one("h1").text
    assert ada.post(url, {"name": "town SALES"}).status_code == 422
    assert "no longer offered" in ada.walk(f"{url}/retirement").get_text()
    assert "Offer it no longer" in ada.walk(f"{url}/retirement").get_text()
    assert "Second trial" not in names(ada.walk(f"{url}/removal"))
    assert ada.get(url).status_code == 404


def test_a_pipeline_in_which_deals_stand_is_not_taken_away(doors: Doors) -> None:
    ada, url = doors.enter("ada"), f"{BASE}/{doors.town.ids['sales']}"
    assert "Records that stand in this pipeline: 2." in ada.walk(f"{url}/removal").get_text()
    assert not ada.see(url).select(f"form[action='{url}/removal']")


def test_a_stage_is_added_and_asks_for_what_was_ticked(doors: Doors) -> None:
    town, ada = doors.town, doors.enter("ada")
    form = {
        "name": "Contract", "kind": "open", "probability": "80", "expected_days": "9", "tone": "orange", "hint": "Ask for it",
        "required_tasks": "Send the draft",
        "required_fields": ["amount", "expected_close"], "next_stages": [str(town.ids["won"])], "required_kinds": "meeting",
    }  # fmt: skip
    page = ada.walk(f"{BASE}/{town.ids['sales']}/stages", form)
    assert names(page) == ["New", "Qualified", "Offer", "Contract", "Won", "Delivery", "Lost"]
    assert "asks for: Amount, Expected close, Send the draft, Meeting" in page.get_text()
    with town.as_("ada") as gate:
        made = next(s for s in pipelines(gate).by_id[town.ids["sales"]].stages if s.name == "Contract")
    assert (made.probability, made.expected_days, made.required_fields) == (
        80,
        9,
        ("amount", "expected_close"),
    )
    assert (made.next_stages, made.required_kinds) == ({town.ids["won"]}, ("meeting",))
    edit = ada.see(f"/settings/stages/{made.id}")
    ticked = {str(box["value"]) for box in edit.select("[name=required_fields][checked]")}
    assert ticked == {"amount", "expected_close"}
    assert edit.select_one("[name=required_kinds][value=meeting][checked]")


def test_a_stage_is_changed_and_wrong_values_come_back_beside_their_field(doors: Doors) -> None:
    town, ada = doors.town, doors.enter("ada")
    url = f"/settings/stages/{town.ids['offer']}"
    sent = {
        "name": "Proposal",
        "kind": "open",
        "probability": "65",
        "expected_days": "",
        "tone": "amber",
        "version": "1",
    }
    ada.walk(url, sent)
    assert "Proposal" in stages(town, town.ids["sales"])
    wrong = ada.post(
        url, {**sent, "version": "2", "name": "New", "probability": "650", "required_fields": "amount"}
    )
    page = read_html(wrong.text)
    assert wrong.status_code == 422
    assert page.select_one("#f-probability-error, #f-name-error")
    assert page.select_one("[name=required_fields][value=amount][checked]")
    assert ada.post(url, {**sent, "version": "1", "name": "Too late"}).status_code == 409
    assert (
        ada.post(f"/settings/stages/{town.ids['won']}", {**sent, "name": "Won", "version": "1"}).status_code
        == 422
    )


def test_stages_and_pipelines_are_put_in_order_by_buttons(doors: Doors) -> None:
    town, ada = doors.town, doors.enter("ada")
    page = ada.see(f"{BASE}/{town.ids['sales']}")
    up = page.select(f"form[action='/settings/stages/{town.ids['offer']}/place']")[0]
    ada.walk(str(up["action"]), {"place": str(up.select_one("[name=place]")["value"])})  # type: ignore[index]  # it has one
    assert stages(town, town.ids["sales"])[:3] == ["New", "Offer", "Qualified"]
    first = names(ada.see(BASE))
    ada.walk(f"{BASE}/{town.ids['sales']}/place", {"place": "1"})
    assert names(ada.see(BASE)) == [first[1], first[0], *first[2:]]
    assert ada.post(f"{BASE}/{town.ids['sales']}/place", {"place": "-1"}).status_code == 404


def test_a_stage_that_is_dragged_goes_to_its_place(doors: Doors) -> None:
    town, ada = doors.town, doors.enter("ada")
    url = f"{BASE}/{town.ids['sales']}"
    entry = ada.see(url).select("[data-ordered] > [data-place]")[2]
    answer = ada.post(str(entry["data-place"]), {"place": "0"}, htmx=True)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (200, url)
    assert names(ada.see(url))[:3] == ["Offer", "New", "Qualified"]


def test_the_deals_of_a_stage_are_moved_before_it_goes(doors: Doors) -> None:
    town, ada = doors.town, doors.enter("ada")
    url = f"/settings/stages/{town.ids['new']}/removal"
    assert "2 records stand here" in ada.see(url).get_text()
    nowhere = ada.post(url, {})
    assert nowhere.status_code == 422
    assert "Records that stand in this stage: 2." in nowhere.text
    assert "New is taken away." in ada.walk(url, {"to": str(town.ids["qualified"])}).get_text()
    with town.as_("ada") as gate:
        assert gate.get(Deal, town.ids["flour"]).stage == town.ids["qualified"]
    assert "New" not in stages(town, town.ids["sales"])


def test_the_last_stage_of_its_kind_stays(doors: Doors) -> None:
    answer = doors.enter("ada").post(f"/settings/stages/{doors.town.ids['lost']}/removal")
    assert answer.status_code == 422
    assert "at least one stage for what is lost" in answer.text
