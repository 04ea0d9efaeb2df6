"""A record's page: the same declaration, whatever the entity, at a cost that does not grow."""

import pytest
from hookline.crm.access.roles import Role, field_right, grant
from hookline.crm.activities import Activity, write_activity
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.crm.relations import relate, relation_kinds
from hookline.kernel.actor import Action, FieldRight, Level
from hookline_sdk.testing.elements import Element, read_html
from sqlalchemy import insert, select, update

from tests.town import NOW
from tests.web.visitor import Doors, words


def _panel(page: Element, label: str) -> str:
    found = [p for p in page.select(".panel") if words(str(p.select_one("h2"))).startswith(label)]
    assert len(found) == 1, label
    return words(str(found[0]))


def test_every_entity_has_a_page_a_form_and_an_empty_form(doors: Doors) -> None:
    v = doors.enter("ada")
    for info in doors.town.installation.host.schema().entities.values():
        base = f"/{info.cls.slug}"
        v.see(f"{base}/new")
        with doors.town.house() as gate:
            first = gate.run(info.table.select().with_only_columns(info.table.c.id).limit(1)).scalar()
        if first is not None:
            v.see(f"{base}/{first}")
            v.see(f"{base}/{first}/edit")


def test_a_deal_shows_facts_path_fields_and_what_may_be_done(doors: Doors) -> None:
    deal = doors.town.ids["scanners"]
    page = doors.enter("boris").see(f"/deals/{deal}")
    assert page.one("h1").text == "Scanners"
    facts = {f.one("dt").text: words(str(f.one("dd"))) for f in page.select(".facts > div")}
    assert facts["Amount"] == "€84,600.50"
    assert facts["Company"] == "Acme Works"
    assert facts["Contact"] == "Helen Marsh"
    steps = [(words(str(li)), li.classes) for li in page.select(".path li")]
    assert [(text.split()[0], state) for text, state in steps] == [
        ("New", ["now"]),
        ("Qualified", ["todo"]),
        ("Offer", ["todo"]),
        ("Won", ["todo"]),
    ]
    assert [
        a.get_text()
        for a in page.select(
            ".record-title .actions > .btn > span, .record-title .actions form .btn:not(.menu-item) > span"
        )
    ] == ["Won", "Lost", "Edit"]
    assert page.select_one(f'a.edit[href="/deals/{deal}/field/amount"]') is not None


def test_somebody_who_may_only_look_is_offered_nothing_but_the_reason(doors: Doors) -> None:
    deal = f"/deals/{doors.town.ids['scanners']}"
    page = doors.enter("olga").see(deal)
    assert [link["href"] for link in page.select(".record-title .actions .menu-item")] == [f"{deal}/why"]
    assert not page.select(".composer, .kv .edit, .empty-val, .path button")
    doors.enter("clara").see(f"/deals/{doors.town.ids['scanners']}", status=404)


def test_related_lists_show_five_with_the_count_and_lead_on(doors: Doors) -> None:
    town = doors.town
    with town.as_("boris") as gate:
        gate.create_many(
            Contact, [{"first_name": f"Miller {i}", "company": town.ids["acme"]} for i in range(7)]
        )
    v = doors.enter("boris")
    page = v.see(f"/companies/{town.ids['acme']}")
    panel = _panel(page, "Contacts")
    assert panel.startswith("Contacts 8 ")
    assert panel.count("Miller") == 5
    assert page.select_one(f'a.more[href="/contacts?company={town.ids["acme"]}"]') is not None
    add = page.select_one('a[href^="/deals/new?company="]')
    assert add is not None
    assert "Acme Works" in str(v.see(str(add["href"])).select_one(".combobox-tag"))
    assert "Scanners" in _panel(page, "Deals")


def test_the_cost_of_a_page_does_not_grow_with_what_belongs_to_it(doors: Doors) -> None:
    town = doors.town
    acme = town.ids["acme"]
    counts = []
    for more in (10, 990):
        with town.as_("boris") as gate:
            gate.create_many(Contact, [{"first_name": f"Miller {i}", "company": acme} for i in range(more)])
            gate.create_many(Deal, [{"name": f"Wheel {i}", "company": acme} for i in range(more)])
            about = {"kind": "call", "about": f"company:{acme}", "company": acme, "done_at": NOW}
            gate.create_many(Activity, [{"subject": f"Call {i}", **about} for i in range(more)])
            relate(
                gate, f"company:{acme}", next(iter(relation_kinds(gate))), f"contact:{town.ids['helen']}"
            ) if more == 10 else None
        counts.append(
            (
                doors.enter("boris").statements(f"/companies/{acme}"),
                doors.enter("boris").statements(f"/deals/{town.ids['scanners']}"),
            )
        )
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 8
    assert "100+" in _panel(doors.enter("boris").see(f"/companies/{acme}"), "Contacts")


def test_what_a_role_may_not_read_stands_nowhere_on_the_page(doors: Doors) -> None:
    town = doors.town
    with town.house() as gate:
        seller = gate.scalar(select(Role.id).where(Role.name == "Seller"))
        for name in ("amount", "weighted"):
            hidden = {"role": seller, "entity": "deal", "field": name, "right": int(FieldRight.hidden)}
            gate.tx.run(insert(field_right).values(**hidden), why="test")
        gate.configured()
    v = doors.enter("boris")
    for path in (
        f"/deals/{town.ids['scanners']}",
        f"/companies/{town.ids['acme']}",
        f"/deals/{town.ids['scanners']}/edit",
    ):
        text = v.get(path).text
        assert "84" not in words(text).replace("#84", "")
        assert "Amount" not in words(text)
    v.see(f"/deals/{town.ids['scanners']}/field/amount", status=404)


def test_a_reference_one_may_not_see_is_neither_named_nor_lost(doors: Doors) -> None:
    town = doors.town
    with town.as_("clara") as gate:
        hidden = gate.create(Lead, {"name": "Secret lead"})
    with town.house() as gate:
        lead = gate.create(Lead, {"name": "Open lead", "deal": town.ids["flour"], "owner": town.ids["boris"]})
        assert hidden
    v = doors.enter("boris")
    page = v.see(f"/leads/{lead}")
    assert "Мука" not in page.get_text()
    form = v.see(f"/leads/{lead}/edit")
    assert "Мука" not in form.get_text()
    v.walk(f"/leads/{lead}", {"name": "Open lead, renamed", "deal": "", "deal__sent": "1", "version": "1"})
    with town.house() as gate:
        kept = gate.get(Lead, lead)
        assert (kept.name, kept.deal) == ("Open lead, renamed", town.ids["flour"])


def test_many_references_one_may_not_see_stay(doors: Doors) -> None:
    town = doors.town
    with town.house() as gate:
        gate.update(Deal, town.ids["scanners"], {"contacts": (town.ids["ivan"], town.ids["helen"])})
        seller = gate.scalar(select(Role.id).where(Role.name == "Seller"))
        own = (grant.c.role == seller) & (grant.c.entity == "contact") & (grant.c.action == Action.read.value)
        gate.tx.run(update(grant).where(own).values(level=int(Level.own)), why="test")
        gate.configured()
    v = doors.enter("boris")
    page = v.see(f"/deals/{town.ids['scanners']}")
    assert "Helen Marsh" in _panel(page, "Other contacts")
    assert "Мельников" not in page.get_text()
    v.walk(f"/deals/{town.ids['scanners']}/field/contacts", {"contacts__sent": "1"})
    with town.house() as gate:
        assert gate.linked(gate.schema["deal"], [town.ids["scanners"]])[town.ids["scanners"]]["contacts"] == (
            town.ids["ivan"],
        )


def test_trash_and_back(doors: Doors) -> None:
    v, deal = doors.enter("boris"), doors.town.ids["scanners"]
    assert "in the trash" in v.walk(f"/deals/{deal}/trash").get_text()
    page = v.see(f"/deals/{deal}")
    assert "This is in the trash" in page.get_text()
    assert not page.select(".composer")
    v.see(f"/deals/{deal}/edit", status=404)
    assert "It is back" in v.walk(f"/deals/{deal}/restoration").get_text()
    assert doors.enter("olga").post(f"/deals/{deal}/trash").status_code == 403


def test_giving_a_record_away_takes_the_right_and_moves_the_team(doors: Doors) -> None:
    town = doors.town
    v = doors.enter("max")
    assert (
        "Assigned"
        in v.walk(
            f"/deals/{town.ids['scanners']}/assignment", {"owner": str(town.ids["vera"]), "version": "1"}
        ).get_text()
    )
    refused = doors.enter("boris").post(
        f"/deals/{town.ids['scanners']}/assignment", {"owner": str(town.ids["boris"])}
    )
    assert refused.status_code == 404
    with town.house() as gate:
        assert gate.get(Deal, town.ids["scanners"]).team == town.ids["north"]


def test_plugin_fields_custom_fields_and_the_system_stand_under_their_own_headings(doors: Doors) -> None:
    page = doors.enter("boris").see(f"/deals/{doors.town.ids['scanners']}")
    headings = [s.get_text() for s in page.select(".sect > summary")]
    assert headings[0] == "Details"
    assert headings[-1] == "System"


def test_the_stream_alone_answers_htmx(doors: Doors) -> None:
    v = doors.enter("boris")
    answer = v.client.get(
        f"/deals/{doors.town.ids['scanners']}?show=changes",
        headers={"cookie": v._headers(True)["cookie"], "hx-request": "true", "hx-target": "div#stream"},
    )
    part = read_html(answer.text)
    assert part.select_one("#stream") is not None
    assert part.select_one("#record") is None
    assert "<html" not in answer.text


@pytest.mark.parametrize("id", ["0", "99999", str(2**63), str(10**30)])
def test_what_is_not_there_answers_404_everywhere(doors: Doors, id: str) -> None:
    v = doors.enter("ada")
    for path in (
        "",
        "/edit",
        "/field/name",
        "/stage",
        "/closure",
        "/assignment",
        "/timeline",
        "/relations/new",
    ):
        assert v.get(f"/deals/{id}{path}").status_code in (404, 422), path
    for path in (
        "",
        "/trash",
        "/restoration",
        "/assignment",
        "/stage",
        "/closure",
        "/reopening",
        "/activities/note",
        "/files",
        "/relations",
    ):
        assert v.post(f"/deals/{id}{path}", {"stage": "1", "outcome": "won", "body": "x"}).status_code in (
            404,
            422,
        ), path


def test_relations_are_made_from_the_page_and_seen_from_both_ends(doors: Doors) -> None:
    town = doors.town
    v = doors.enter("boris")
    form = v.see(f"/contacts/{town.ids['helen']}/relations/new")
    kind = next(o["value"] for o in form.select('[name="kind"] option') if o.get_text() == "is advised by")
    sent = {"kind": str(kind), "other": "", "other__name": "The Old Mill", "note": "on <b>grain</b>"}
    page = v.walk(f"/contacts/{town.ids['helen']}/relations", sent)
    assert "The Old Mill is advised by · on <b>grain</b>" in _panel(page, "Relations")
    assert "Helen Marsh advises" in _panel(v.see(f"/companies/{town.ids['the_mill']}"), "Relations")
    again = v.post(f"/contacts/{town.ids['helen']}/relations", sent)
    assert again.status_code == 422
    assert "on &lt;b&gt;grain" in again.text


def test_company_page_shows_what_was_done_on_its_deals(doors: Doors) -> None:
    town = doors.town
    with town.as_("boris") as gate:
        write_activity(gate, "call", f"deal:{town.ids['scanners']}", {"body": "about the wheel"})
    text = words(str(doors.enter("boris").see(f"/companies/{town.ids['acme']}").select_one("#stream")))
    assert "about the wheel" in text
    assert "Scanners" in text
