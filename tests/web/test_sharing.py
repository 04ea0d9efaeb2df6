"""The doors of shares, of "why", of limits by value and of looking as somebody else."""

from hookline.app import list_doors
from hookline.crm.access.restrictions import limit_role
from hookline.crm.access.rights import give_rights, rights_of
from hookline.crm.access.roles import Role, restriction
from hookline.crm.access.shares import share_record
from hookline.crm.access.users import User
from hookline.crm.audit.trail import audit
from hookline.crm.deals import Deal
from hookline.kernel.actor import ANY, HOUSE, Level
from hookline.kernel.entity import link_table
from hookline.web.doors import Door
from hookline_sdk.testing.elements import read_html
from sqlalchemy import insert, select

from tests.town import Town
from tests.web.visitor import Doors, words


def told(town: Town) -> list[str]:
    with town.house() as gate:
        found = gate.tx.run(select(audit.c.what, audit.c.about).order_by(audit.c.number), why="test")
        return [f"{row.what} {row.about}" for row in found]


def seller(town: Town) -> int:
    with town.as_("ada") as gate:
        return int(gate.scalar(select(Role.id).where(Role.name == "Seller")))


def test_a_record_is_shared_from_its_menu_and_taken_back(doors: Doors) -> None:
    town, boris = doors.town, doors.enter("boris")
    path = f"/deals/{town.ids['scanners']}"
    assert boris.see(path).select_one(f'a[href="{path}/shares"]')
    form = {
        "with": f"user:{town.ids['clara']}",
        "right": "read",
        "until": "2026-03-20",
        "reason": "Holiday cover",
    }
    page = boris.walk(f"{path}/shares", form)
    assert "Shared with Clara" in page.get_text()
    listed = words(str(boris.see(f"{path}/shares")))
    for said in ("Clara", "until 20 Mar 2026", "shared by Boris", "Holiday cover"):
        assert said in listed
    clara = doors.enter("clara")
    assert "Scanners" in clara.see(path).get_text()
    assert not clara.see(path).select_one(f'a[href="{path}/shares"]')
    assert clara.get(f"{path}/shares").status_code == 403
    end = boris.see(f"{path}/shares").select_one('form[action$="/closure"]')
    assert end is not None
    boris.walk(str(end["action"]))
    assert clara.get(path).status_code == 404


def test_the_dialog_is_the_same_form(doors: Doors) -> None:
    boris, path = doors.enter("boris"), f"/deals/{doors.town.ids['scanners']}/shares"
    dialog = boris.get(path, htmx=True)
    assert "dialog-head" in dialog.text
    assert "<html" not in dialog.text
    refused = boris.post(path, {"with": "", "right": "read"}, htmx=True)
    assert refused.status_code == 422
    assert "Choose a person or a team." in refused.text


NOT_TO_BE_SHARED = [
    {"with": "user:x"},
    {"with": "team:99999999999999999999"},
    {"with": "deal:1", "right": "read"},
    {"with": "team:1", "right": "own"},
    {"with": "team:1", "right": "read", "until": "gestern-ish"},
    {"with": "team:1", "right": "read", "until": "2020-01-01"},
    {"with": "team:1", "right": "read", "until": "9999-12-31"},
]


def test_what_cannot_be_shared_comes_back_with_the_reason(doors: Doors) -> None:
    boris, path = doors.enter("boris"), f"/deals/{doors.town.ids['scanners']}/shares"
    for form in NOT_TO_BE_SHARED:
        answer = boris.post(path, form)
        assert answer.status_code == 422, form
        assert read_html(answer.text).select_one('[aria-invalid="true"], .callout, .error'), form


def test_there_is_no_door_to_share_what_belongs_to_nobody(doors: Doors) -> None:
    ada = doors.enter("ada")
    assert ada.get(f"/teams/{doors.town.ids['north']}/shares").status_code == 404
    assert ada.get("/deals/999999/shares").status_code == 404


def test_why_answers_for_oneself_and_administrators_ask_for_anybody(doors: Doors) -> None:
    town = doors.town
    path = f"/deals/{town.ids['scanners']}"
    boris, ada = doors.enter("boris"), doors.enter("ada")
    assert boris.see(path).select_one(f'a[href="{path}/why"]')
    page = words(str(boris.see(f"{path}/why")))
    assert "It is the person's own." in page
    assert "Seller: own records" in page
    assert boris.get(f"{path}/why?user={town.ids['clara']}").status_code == 403
    page = words(str(ada.see(f"{path}/why?user={town.ids['clara']}")))
    assert "It is not the person's own." in page
    page = words(str(ada.see(f"/deals/{town.ids['flour']}/why?user={town.ids['vera']}")))
    assert "North › South" in page
    assert doors.enter("clara").get(f"{path}/why").status_code == 404
    for nobody in ("0", "x", "99999", "9" * 30):
        assert ada.get(f"{path}/why?user={nobody}").status_code == 404


def test_why_stands_on_every_record(doors: Doors) -> None:
    town, ada = doors.town, doors.enter("ada")
    with town.as_("ada") as gate:
        first = {
            info.cls.slug: gate.run(select(gate.source(info.name).c.id).limit(1)).scalar()
            for info in gate.schema.entities.values()
        }
    for slug, id in first.items():
        if id is not None:
            assert "What may be done" in ada.see(f"/{slug}/{id}/why").get_text(), slug
    assert ada.statements(f"/deals/{town.ids['scanners']}/why") <= 8


def test_an_administrator_limits_a_role_by_value(doors: Doors) -> None:
    town, ada, role = doors.town, doors.enter("ada"), seller(doors.town)
    base = f"/settings/roles/{role}"
    assert ada.see(f"{base}/restrictions/new").select_one('option[value="deal.amount"]')
    assert ada.see(f"{base}/restrictions/new?of=deal.amount").select_one('[name="since"]')
    page = ada.walk(
        f"{base}/restrictions", {"of": "deal.amount", "op": "span", "since": "90 000", "until": ""}
    )
    assert "Amount at least" in words(str(page))
    boris = doors.enter("boris")
    assert boris.get(f"/deals/{town.ids['scanners']}").status_code == 404
    lift = page.select_one('form[action*="/restrictions/"][action$="/closure"]')
    assert lift is not None
    ada.walk(str(lift["action"]))
    assert boris.get(f"/deals/{town.ids['scanners']}").status_code == 200
    assert told(town)[-2:] == [f"role.restricted role:{role}", f"role.restriction_lifted role:{role}"]


def test_a_limit_can_be_the_same_as_in_the_own_team(doors: Doors) -> None:
    ada, role = doors.enter("ada"), seller(doors.town)
    page = ada.walk(f"/settings/roles/{role}/restrictions", {"of": "company.industry", "same": "team.region"})
    assert "Industry is the same as in the own team: Region" in words(str(page))


def test_a_limit_without_sense_is_refused(doors: Doors) -> None:
    ada, role = doors.enter("ada"), seller(doors.town)
    for form in ({"of": "deal.amount"}, {"of": "deal.amount", "op": "span", "since": "much"}):
        assert ada.post(f"/settings/roles/{role}/restrictions", form).status_code == 422
    for form in ({}, {"of": "deal.nothing"}, {"of": "user.name", "op": "is", "value": "x"}):
        assert ada.post(f"/settings/roles/{role}/restrictions", form).status_code == 404
    with doors.town.as_("ada") as gate:
        assert rights_of(gate, role).restrictions == ()


def test_a_limit_whose_field_is_gone_is_told_to_administrators(doors: Doors) -> None:
    town, role = doors.town, seller(doors.town)
    with town.house() as gate:
        row = {"role": role, "entity": "deal", "field": "c_gone", "operator": "is", "value": "x"}
        gate.tx.run(insert(restriction).values(**row), why="test")
        gate.configured()
    sentence = "A limit of the role Seller closes everything"
    assert sentence in words(str(doors.enter("ada").see("/")))
    assert sentence not in words(str(doors.enter("boris").see("/")))
    assert "can no longer be understood" in words(str(doors.enter("ada").see(f"/settings/roles/{role}")))


def test_an_administrator_sees_what_another_sees_and_changes_nothing(doors: Doors) -> None:
    town, ada = doors.town, doors.enter("ada")
    assert "Boris" in ada.see("/settings/view-as").get_text()
    page = ada.walk("/settings/view-as", {"user": str(town.ids["boris"])})
    assert "You are looking as Boris" in page.get_text()
    assert ada.get(f"/deals/{town.ids['flour']}").status_code == 404
    seen = ada.see(f"/deals/{town.ids['scanners']}")
    assert "You are looking as Boris" in seen.get_text()
    assert ada.get("/settings/roles").status_code == 403
    assert ada.get("/me").status_code == 403
    refused = ada.post(f"/deals/{town.ids['scanners']}", {"name": "Changed"})
    assert refused.status_code == 403
    back = ada.walk("/view-as/closure")
    assert "You are looking as" not in back.get_text()
    assert ada.get(f"/deals/{town.ids['flour']}").status_code == 200
    with town.as_("ada") as gate:
        assert gate.get(Deal, town.ids["scanners"]).name == "Scanners"
    boris = town.ids["boris"]
    assert told(town)[-2:] == [f"view_as.started user:{boris}", f"view_as.ended user:{boris}"]


def test_no_door_writes_while_somebody_looks_as_another(doors: Doors) -> None:
    """Every door that writes, whatever it needs: refused, though the person looked as may use it."""
    town, ada = doors.town, doors.enter("ada")
    with town.as_("ada") as gate:
        administrator = gate.scalar(select(Role.id).where(Role.name == "Administrator"))
        gate.update(User, town.ids["vera"], {"roles": (administrator,)})
    ada.walk("/settings/view-as", {"user": str(town.ids["vera"])})
    writing = [
        d
        for d in list_doors(doors.client.app.state.site)
        if d.writes and not d.api and d.needs != "public" and d.path != "/view-as/closure"
    ]
    assert len(writing) > 60
    for door in writing:
        answer = ada.post(_filled(door)) if door.method == "POST" else None
        assert answer is None or answer.status_code in (403, 404), (door.path, answer.status_code)
        assert answer is None or "looking as Vera" in answer.text or answer.status_code == 404, door.path


def _filled(door: Door) -> str:
    path = door.path
    while "{" in path:
        start, end = path.index("{"), path.index("}")
        path = path[:start] + ("1" if path[start:end].endswith(":int") else "x") + path[end + 1 :]
    return path


def test_it_ends_by_itself_when_the_right_to_look_is_taken(doors: Doors) -> None:
    town, vera = doors.town, doors.enter("vera")
    with town.as_("ada") as gate:
        role = gate.create(Role, {"name": "Looker"})
        everything = {kind: {"read": Level.all} for kind in (ANY, HOUSE)}
        give_rights(gate, role, everything, ["admin.view_as", "reports"])
        gate.tx.run(
            insert(link_table("user", "roles")).values(record=town.ids["vera"], target=role), why="test"
        )
        gate.configured()
    vera = doors.enter("vera")
    vera.walk("/settings/view-as", {"user": str(town.ids["olga"])})
    assert "You are looking as Olga" in vera.see("/").get_text()
    with town.as_("ada") as gate:
        give_rights(gate, role, everything, [])
    assert "You are looking as" not in vera.see("/").get_text()


def test_nobody_looks_as_somebody_who_may_more(doors: Doors) -> None:
    town = doors.town
    with town.as_("ada") as gate:
        role = gate.create(Role, {"name": "Looker"})
        give_rights(
            gate, role, {kind: {"read": Level.all} for kind in (ANY, HOUSE)}, ["admin.view_as", "reports"]
        )
        gate.update(User, town.ids["max"], {"roles": (role,)})
    looker = doors.enter("max")
    for name in ("ada", "vera", "boris"):
        answer = looker.post("/settings/view-as", {"user": str(town.ids[name])})
        assert answer.status_code == 403, name
    looker.walk("/settings/view-as", {"user": str(town.ids["olga"])})
    assert doors.enter("boris").get("/settings/view-as").status_code == 403
    assert doors.enter("boris").post("/view-as/closure").status_code == 404


def test_a_change_of_a_role_is_told_with_what_it_was_before(doors: Doors) -> None:
    town, role = doors.town, seller(doors.town)
    with town.as_("ada") as gate:
        give_rights(gate, role, {ANY: {"read": Level.all}}, ["imports"])
        give_rights(gate, role, {ANY: {"read": Level.all}}, ["imports"])
    with town.house() as gate:
        rows = (
            gate.tx.run(select(audit.c.facts).where(audit.c.what == "role.changed"), why="test")
            .scalars()
            .all()
        )
    assert len(rows) == 1
    assert '"*.read=all"' in rows[0]
    assert '"reports"' in rows[0]
    assert '"*.read=own"' in rows[0]


def test_pages_cost_no_more_for_somebody_with_shares_and_limits(doors: Doors) -> None:
    town, role = doors.town, seller(doors.town)
    deal = f"/deals/{town.ids['scanners']}"
    with town.as_("boris") as gate:
        share_record(gate, "deal", town.ids["scanners"], user=town.ids["clara"])
    with town.as_("ada") as gate:
        share_record(gate, "deal", town.ids["scanners"], team=town.ids["south"])
        limit_role(gate, role, "deal", "amount", "gte", "1")
        limit_role(gate, role, "deal", "created_at", "within", "this_year")
    clara = doors.enter("clara")
    assert "Scanners" in clara.see("/deals").get_text()
    assert clara.statements("/deals") <= 5
    assert clara.statements(deal) <= 8
    ada = doors.enter("ada")
    ada.walk("/settings/view-as", {"user": str(town.ids["clara"])})
    assert ada.statements("/deals") <= 6
