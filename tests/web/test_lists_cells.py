"""Cells of a list changed in place: the form's rules and rights, somebody else's change, and the one row that comes back."""

import pytest
from hookline.crm.pipelines import Stage
from hookline_sdk.testing.elements import read_html

from tests.web.test_lists import hide, text
from tests.web.visitor import Doors, Visitor

LIST = {"_list": "column=company&column=stage&column=amount"}


def form_of(visitor: Visitor, path: str) -> dict[str, str]:
    """What the form over a cell would send."""
    answer = visitor.get(path, htmx=True)
    assert answer.status_code == 200, answer.text
    page = read_html(answer.text)
    found = {
        str(i["name"]): str(i.get("value", ""))
        for i in page.select("input[name]")
        if i.get("role") != "combobox"
    }
    return {**found, **LIST}


def cells(row: str) -> list[str]:
    return [text(cell) for cell in read_html(row).select("td")][1:-1]


def test_a_cell_is_saved_and_its_row_comes_back(doors: Doors) -> None:
    boris, path = doors.enter("boris"), f"/deals/{doors.town.ids['scanners']}/cell/amount"
    row = boris.post(path, {**form_of(boris, path), "amount": "12 500,50"}, htmx=True)
    assert row.status_code == 200
    assert cells(row.text)[1:] == ["AW Acme Works", "New", "€12,500.50"]
    assert row.text.startswith('<tr role="row" data-edit>')


@pytest.mark.one_engine
def test_what_is_wrong_is_said_beside_the_cell_and_nothing_is_saved(doors: Doors) -> None:
    boris, id = doors.enter("boris"), doors.town.ids["scanners"]
    path = f"/deals/{id}/cell/amount"
    refused = boris.post(path, {**form_of(boris, path), "amount": "a lot"}, htmx=True)
    page = read_html(refused.text)
    assert refused.status_code == 422
    assert "is not a number" in text(page.select_one(".field .error"))
    field = page.select_one("[name=amount]")
    assert field is not None
    assert field["value"] == "a lot"


def test_two_who_change_the_same_cell_see_both_values(doors: Doors) -> None:
    ada, boris, id = doors.enter("ada"), doors.enter("boris"), doors.town.ids["scanners"]
    path = f"/deals/{id}/cell/amount"
    mine = form_of(boris, path)
    ada.post(path, {**form_of(ada, path), "amount": "700"}, htmx=True)
    met = boris.post(path, {**mine, "amount": "900"}, htmx=True)
    page = read_html(met.text)
    assert met.status_code == 409
    assert [text(value) for value in page.select("dd")] == ["€700", "€900"]
    version = page.select_one("[name=version]")
    assert version is not None
    kept = boris.post(path, {**mine, "_keep": "1"}, htmx=True)
    assert cells(kept.text)[-1] == "€700"
    insisted = boris.post(path, {**mine, "version": str(version["value"]), "amount": "900"}, htmx=True)
    assert cells(insisted.text)[-1] == "€900"


def test_somebody_elses_change_of_another_field_is_in_nobodys_way(doors: Doors) -> None:
    ada, boris, id = doors.enter("ada"), doors.enter("boris"), doors.town.ids["scanners"]
    mine = form_of(boris, f"/deals/{id}/cell/amount")
    name = f"/deals/{id}/cell/name"
    ada.post(name, {**form_of(ada, name), "name": "Scanners and stands"}, htmx=True)
    row = boris.post(f"/deals/{id}/cell/amount", {**mine, "amount": "900"}, htmx=True)
    assert cells(row.text)[0] == "Scanners and stands"
    assert cells(row.text)[-1] == "€900"


@pytest.mark.one_engine
def test_a_stage_is_changed_in_place_and_its_demands_open_the_dialog(doors: Doors) -> None:
    town, boris, id = doors.town, doors.enter("boris"), doors.town.ids["scanners"]
    with town.house() as gate:
        gate.update(Stage, town.ids["offer"], {"required_fields": ("expected_close",)})
    path = f"/deals/{id}/cell/stage"
    form = form_of(boris, path)
    moved = boris.post(path, {**form, "stage": str(town.ids["qualified"])}, htmx=True)
    assert cells(moved.text)[2] == "Qualified"
    form = {**form_of(boris, path), "_back": "/deals?owner=me"}
    asked = boris.post(path, {**form, "stage": str(town.ids["offer"])}, htmx=True)
    assert asked.status_code == 422
    assert (
        asked.headers["x-dialog"] == f"/deals/{id}/stage?stage={town.ids['offer']}&back=%2Fdeals%3Fowner%3Dme"
    )


@pytest.mark.one_engine
def test_only_what_one_may_write_is_offered(doors: Doors) -> None:
    town = doors.town
    hide(town, "deal", "amount", role="Manager")
    offered = {
        who: [
            th["data-field"]
            for th in doors.enter(who)
            .see("/deals?column=amount&column=owner&column=stage_since")
            .select("th[data-field]")
        ]
        for who in ("boris", "max", "olga")
    }
    assert offered["olga"] == []
    assert "amount" in offered["boris"]
    assert "amount" not in offered["max"]
    assert "stage_since" not in offered["boris"]


def test_rows_that_one_may_only_read_are_not_offered(doors: Doors) -> None:
    boris = doors.enter("boris")
    rows = boris.see("/companies").select("tbody tr")
    assert {text(row.select_one(".k-main")): "data-edit" in row.attrs for row in rows} == {
        "Acme Works": True,
        "The Old Mill": False,
    }
    path = f"/companies/{doors.town.ids['the_mill']}/cell/name"
    assert boris.get(path, htmx=True).status_code == 403
    assert boris.post(path, {"name": "Mine now", **LIST}, htmx=True).status_code == 403


@pytest.mark.one_engine
@pytest.mark.parametrize("name", ["weighted", "pipeline", "created_at", "nothing"])
def test_no_cell_but_those_of_the_form_can_be_changed(doors: Doors, name: str) -> None:
    ada, id = doors.enter("ada"), doors.town.ids["scanners"]
    assert ada.get(f"/deals/{id}/cell/{name}", htmx=True).status_code == 404
    assert ada.post(f"/deals/{id}/cell/{name}", {name: "1", **LIST}, htmx=True).status_code == 404


@pytest.mark.one_engine
def test_a_record_that_is_given_away_leaves_no_row(doors: Doors) -> None:
    boris, path = doors.enter("boris"), f"/deals/{doors.town.ids['scanners']}/cell/owner"
    gone = boris.post(path, {**form_of(boris, path), "owner": str(doors.town.ids["clara"])}, htmx=True)
    assert (gone.status_code, gone.text) == (200, "")
    assert boris.get(f"/deals/{doors.town.ids['scanners']}").status_code == 404


@pytest.mark.one_engine
def test_without_script_a_cell_leads_to_the_form_of_its_field(doors: Doors) -> None:
    id = doors.town.ids["scanners"]
    answer = doors.enter("boris").get(f"/deals/{id}/cell/amount")
    assert answer.headers["location"] == f"/deals/{id}/field/amount"


@pytest.mark.one_engine
def test_a_cell_costs_few_statements(doors: Doors) -> None:
    boris, id = doors.enter("boris"), doors.town.ids["scanners"]
    path = f"/deals/{id}/cell/amount"
    form = form_of(boris, path)
    assert int(boris.get(path, htmx=True).headers["x-statements"]) <= 4
    answer = boris.post(path, {**form, "amount": "901"}, htmx=True)
    assert int(answer.headers["x-statements"]) <= 18
