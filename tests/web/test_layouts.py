"""Layouts: an administrator arranges a form, and what is asked for or locked holds on every way in."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hookline.crm.audit.entries import Asked, list_entries
from hookline.crm.catalogs import LostReason
from hookline.crm.deals import Deal
from hookline.crm.desks.layouts import save_layout
from hookline.kernel.layouts import Layout, Placed, Section, layout_of
from hookline_sdk.testing.elements import Element, read_html
from sqlalchemy import select

from tests.web.visitor import Doors, Visitor, words

PAGE = "/settings/layouts/deal"


def arrange(doors: Doors, *sections: Section, facts: tuple[str, ...] = ()) -> None:
    """Lay the fields of deals out."""
    with doors.town.as_("ada") as gate:
        save_layout(gate, "deal", Layout(facts=facts, sections=sections))


def sent_by(page: Element) -> dict[str, str]:
    """What the editor would send as it stands."""
    form = page.select_one(".layout-form")
    assert form is not None
    found = {
        str(e["name"]): str(e.get("value", ""))
        for e in form.select("input[name]")
        if e.get("type") != "checkbox"
    }
    for chooser in form.select("select[name]"):
        chosen = chooser.select_one("option[selected]")
        found[str(chooser["name"])] = str(chosen["value"]) if chosen else ""
    return found


def headings(page: Element) -> list[str]:
    return [h.get_text().strip() for h in page.select(".form-section h2")]


def names_in(page: Element) -> list[str]:
    """The fields of a form in their order."""
    found = dict.fromkeys(str(e["name"]) for e in page.select(".record-form .form-grid [name]"))
    return [name for name in found if "__" not in name and not name.endswith(("_currency", "_was"))]


def test_the_editor_shows_every_field_and_saves_what_it_was_sent(doors: Doors) -> None:
    ada = doors.enter("ada")
    sent = sent_by(ada.see(PAGE))
    assert {"place__amount", "visible__competitor", "section__stage"} <= sent.keys()
    # A formula is never typed, so it is neither asked for nor locked.
    assert "visible__weighted" in sent
    assert "required__weighted" not in sent
    count = int(sent["sections"]) - 1
    sent |= {f"title__{count}": "Rivals", "section__competitor": str(count), "wide__competitor": "whole"}
    sent |= {"place__amount": "0", "required__competitor": "amount > 50000", "facts": "number"}
    page = ada.walk(PAGE, sent)
    assert "Saved" in page.get_text()
    form = ada.see("/deals/new")
    assert "Rivals" in headings(form)
    assert names_in(form)[0] == "amount"
    assert form.select_one('[data-placed="competitor"].wide') is not None
    record = ada.see(f"/deals/{doors.town.ids['scanners']}")
    assert [dt.get_text() for dt in record.select(".facts dt")] == ["Reference"]
    with doors.town.as_("ada") as gate:
        assert layout_of(gate, "deal").of("competitor") == Placed(
            name="competitor", wide=True, required="amount > 50000"
        )
        assert list_entries(gate, Asked())[0].what == "layout.changed"


def test_a_condition_that_is_not_understood_comes_back_beside_its_field(doors: Doors) -> None:
    ada = doors.enter("ada")
    sent = sent_by(ada.see(PAGE)) | {
        "required__competitor": "amont > 5",
        "visible__source": "1 +",
        "title__0": "Kept",
    }
    answer = ada.post(PAGE, sent)
    assert answer.status_code == 422
    page = read_html(answer.text)
    assert "Did you mean amount?" in page.select_one("#f-required__competitor-error").get_text()  # type: ignore[union-attr]  # it must be there
    assert page.select_one("#f-visible__source-error") is not None
    assert sent_by(page)["title__0"] == "Kept"
    assert not layout_of_deals(doors).places


def test_a_preview_saves_nothing_and_the_standard_comes_back(doors: Doors) -> None:
    ada = doors.enter("ada")
    sent = sent_by(ada.see(PAGE)) | {"title__0": "Looked at"}
    preview = ada.post(PAGE, {**sent, "preview": "1"}, htmx=True)
    assert "Looked at" in preview.text
    assert "<html" not in preview.text
    assert not layout_of_deals(doors).places
    ada.walk(PAGE, sent)
    assert layout_of_deals(doors).sections[0].title == "Looked at"
    ada.walk(f"{PAGE}/reset")
    assert not layout_of_deals(doors).places


def layout_of_deals(doors: Doors) -> Layout:
    with doors.town.as_("ada") as gate:
        return layout_of(gate, "deal")


def test_a_field_of_a_plugin_that_has_gone_keeps_its_place(doors: Doors) -> None:
    gone = Placed(name="margins_cost", required="margins_kind = 1")
    with doors.town.as_("ada") as gate:
        save_layout(
            gate, "deal", Layout(sections=(Section(title="First", fields=(Placed(name="name"), gone)),))
        )
    ada = doors.enter("ada")
    assert "margins_cost" not in str(ada.see("/deals/new"))
    ada.walk(PAGE, sent_by(ada.see(PAGE)))
    assert layout_of_deals(doors).of("margins_cost") == gone


def test_what_shows_and_is_asked_for_follows_what_is_typed(doors: Doors) -> None:
    arrange(
        doors, Section(fields=(Placed(name="competitor", visible="amount > 10", required="amount > 20"),))
    )
    v = doors.enter("boris")

    def states(query: str) -> Mapping[str, Any]:
        (line,) = read_html(v.get(f"/deals/conditions?{query}", htmx=True).text).select("li")
        return {"shown": line.has_attr("data-shown"), "asked": line.has_attr("data-asked")}

    assert states("amount=5") == {"shown": False, "asked": False}
    assert states("amount=15") == {"shown": True, "asked": False}
    assert states("amount=1,000") == {"shown": True, "asked": True}
    # What is not in the address is as the record has it.
    assert states(f"of={doors.town.ids['scanners']}")["asked"]
    form = v.see("/deals/new").select_one("form.record-form")
    assert form is not None
    assert form["data-watched"] == "amount"
    assert form.select_one('[data-placed="competitor"][data-off]') is not None
    assert v.get(f"/deals/conditions?of={doors.town.ids['flour']}").status_code == 404


def test_what_is_asked_for_is_asked_for_by_every_door(doors: Doors) -> None:
    arrange(
        doors,
        Section(
            fields=(
                Placed(name="competitor", required="amount > 50"),
                Placed(name="number", locked="amount > 50"),
            )
        ),
    )
    v, deal = doors.enter("boris"), doors.town.ids["scanners"]
    refused = v.post("/deals", {"name": "Large", "amount": "60"})
    assert refused.status_code == 422
    page = read_html(refused.text)
    assert page.select_one("#f-competitor-error") is not None
    assert page.select_one('.mistakes a[href="#f-competitor"]') is not None
    with doors.town.as_("boris") as gate:
        gate.update(Deal, deal, {"amount": Decimal(60), "competitor": "Kite"})
    edit = v.see(f"/deals/{deal}/edit")
    assert edit.select_one('[name="number"]') is None
    assert "cannot be changed as the record stands" in edit.get_text()
    # What is sent nevertheless is no longer listened to.
    v.walk(f"/deals/{deal}", {"number": "A-1", "name": "Scanners again"})
    with doors.town.as_("boris") as gate:
        found = gate.get(Deal, deal)
    assert (found.name, found.number) == ("Scanners again", None)
    assert v.get(f"/deals/{deal}/field/number").status_code == 404
    record = v.see(f"/deals/{deal}")
    assert record.select_one(f'[data-inline="/deals/{deal}/field/number"]') is None
    done = v.post("/deals/bulk/edit", {"id": [str(deal)], "field": "competitor", "competitor": "", "go": "1"})
    assert "Please fill this in" in words(done.text)
    with doors.town.as_("boris") as gate:
        assert gate.get(Deal, deal).competitor == "Kite"


@pytest.mark.parametrize("who", ["boris", "vera"])
def test_only_who_may_change_fields_arranges_them(doors: Doors, who: str) -> None:
    visitor: Visitor = doors.enter(who)
    assert visitor.get(PAGE).status_code in (403, 404)
    assert visitor.post(PAGE, {"sections": "1"}).status_code in (403, 404)
    assert json.dumps(layout_of_deals(doors).dumped()) == json.dumps(Layout().dumped())


def test_a_stage_asks_for_what_the_layout_demands_of_a_record_that_stands_in_it(doors: Doors) -> None:
    town, boris = doors.town, doors.enter("boris")
    lost = Placed(name="lost_reason", required='outcome = "lost"')
    arrange(doors, Section(fields=(lost, Placed(name="competitor", required="lost_reason > 0"))))
    closure = f"/deals/{town.ids['scanners']}/closure?outcome=lost"
    page = boris.see(closure)
    assert page.select_one('#f-lost_reason[aria-required="true"]') is not None
    answer = boris.post(closure, {"competitor": ""})
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    with town.as_("boris") as gate:
        reason = gate.rows(select(LostReason.id))[0].id
    # What only follows from the answers is asked for with them.
    answer = boris.post(closure, {"lost_reason": str(reason), "competitor": ""})
    assert answer.status_code == 422
    page = read_html(answer.text)
    assert page.select_one("#f-competitor-error") is not None
    assert page.select_one(f'option[value="{reason}"][selected]') is not None
    done = boris.walk(closure, {"lost_reason": str(reason), "competitor": "Tide Mill"})
    assert "Moved to Lost" in done.get_text()
