"""/settings/audit: the log in sentences, narrowed, paged and taken away as a file."""

import csv
import io

import pytest
from hookline.crm.access.rights import give_rights, rights_of
from hookline.crm.access.teams import Team
from hookline.crm.audit.trail import note, redact
from hookline.crm.pipelines import Stage
from hookline.kernel.actor import Action, Level

from tests.web.visitor import Doors, words


@pytest.fixture
def told(doors: Doors) -> Doors:
    """A log with something of everything."""
    town = doors.town
    with town.as_("ada") as gate:
        gate.origin = "203.0.113.7"
        role = next(iter(gate.actor.roles))
        note(gate, "role.changed", f"role:{role}", before=["deal read: own"], after=["deal read: all"])
        note(gate, "settings.changed", before={"currency": "EUR"}, after={"currency": "USD"})
    with town.as_("boris") as gate:
        note(gate, "export.made", entity="deal", filter="q=<b>", rows=1200, format="csv")
        note(gate, "orchard.harvest_ended", f"company:{town.ids['acme']}", yield_="=1+1")
    with town.as_("boris") as gate:
        gate.viewer = town.ids["ada"]
        note(gate, "view_as.started", f"user:{town.ids['boris']}")
    return doors


def lines(doors: Doors, path: str = "/settings/audit") -> list[str]:
    page = doors.enter("ada").see(path)
    return [words(str(line)) for line in page.select(".entries > li")]


def test_each_entry_is_a_sentence(told: Doors) -> None:
    shown = lines(told)
    assert "Began to look as somebody else User: Boris Ada as Boris" in shown[0]
    assert "orchard: harvest ended Company: Acme Works yield =1+1 Boris" in shown[1]
    assert "Records exported" in shown[2]
    assert "Filter q=<b> Format csv Records 1200 Boris" in shown[2]
    assert "Settings changed currency EUR → USD Ada 203.0.113.7" in shown[3]
    assert "Role changed Role: Administrator deal read: own → deal read: all Ada 203.0.113.7" in shown[4]


def test_it_is_narrowed_by_person_kind_record_and_time(told: Doors) -> None:
    boris, acme = told.town.ids["boris"], told.town.ids["acme"]
    assert len(lines(told, f"/settings/audit?person={boris}")) == 3
    assert len(lines(told, "/settings/audit?what=settings.changed")) == 1
    assert len(lines(told, f"/settings/audit?about=company:{acme}")) == 1
    assert lines(told, "/settings/audit?until=2026-03-16") == []
    assert len(lines(told, "/settings/audit?what=view_as.started&since=2026-03-17&until=2026-03-17")) == 1


def test_what_makes_no_sense_is_left_out(told: Doors) -> None:
    for strange in (
        "person=x",
        "since=yesterday",
        "until=9999-12-31",
        "before=-1",
        "person=%00",
        "about=%00",
        "before=99999999999999999999",
    ):
        assert told.enter("ada").get(f"/settings/audit?{strange}").status_code == 200, strange


def test_a_page_leads_to_the_older_ones(told: Doors) -> None:
    with told.town.as_("ada") as gate:
        for turn in range(60):
            note(gate, "export.fetched", job=turn)
    visitor = told.enter("ada")
    first = visitor.see("/settings/audit?what=export.fetched")
    older = next(a["href"] for a in first.select("a.btn") if "Older" in a.text)
    second = visitor.see(str(older))
    shown = [
        words(str(line)).split("Job ")[1].split()[0]
        for page in (first, second)
        for line in page.select(".entries > li")
    ]
    assert shown == [str(turn) for turn in reversed(range(60))]
    assert [a.text for a in second.select("a.btn") if "Older" in a.text] == []


def test_a_redacted_entry_says_so(told: Doors) -> None:
    with told.town.as_("ada") as gate:
        redact(gate, f"company:{told.town.ids['acme']}")
    assert "Company: Acme Works Redacted" in lines(told)[2]


def test_the_file_holds_what_the_filter_lets_through_and_is_noted(told: Doors) -> None:
    answer = told.enter("ada").post("/settings/audit/export?what=orchard.harvest_ended", {})
    assert answer.headers["content-disposition"].startswith('attachment; filename="audit-')
    head, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[:2] == ["Number", "Time (UTC)"]
    assert row[2:] == [
        "Boris",
        "",
        "",
        "orchard.harvest_ended",
        f"company:{told.town.ids['acme']}",
        '{"yield_": "=1+1"}',
    ]
    assert "Records exported" in lines(told)[0]
    assert "Filter what=orchard.harvest_ended" in lines(told)[0]


@pytest.mark.parametrize("who", ["vera", "boris"])
def test_it_is_closed_to_whoever_lacks_the_permission(told: Doors, who: str) -> None:
    visitor = told.enter(who)
    assert visitor.get("/settings/audit").status_code == 403
    assert visitor.post("/settings/audit/export", {}).status_code == 403


def test_the_permission_alone_opens_it(told: Doors) -> None:
    with told.town.as_("olga") as gate:
        (role,) = gate.actor.roles
    with told.town.as_("ada") as gate:
        found = rights_of(gate, role)
        levels: dict[str, dict[str, Level]] = {}
        for (entity, action), level in found.grants.items():
            levels.setdefault(entity, {})[Action(action)] = level
        give_rights(gate, role, levels, [*found.permissions, "admin.audit"])
    assert told.enter("olga").get("/settings/audit").status_code == 200


def test_a_change_is_said_as_the_field_says_it(doors: Doors) -> None:
    with doors.town.as_("ada") as gate:
        gate.update(Team, doors.town.ids["north"], {"manager": doors.town.ids["boris"]})
        gate.update(Stage, doors.town.ids["offer"], {"probability": 75})
    stage, team = lines(doors)[:2]
    assert "Stage changed Stage: Offer Probability 60% → 75%" in stage.replace("\N{NO-BREAK SPACE}", "")
    assert "Team changed Team: North" in team
    assert "→ Boris" in team or "Boris" in team
