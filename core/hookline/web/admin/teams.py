"""/settings/teams: the tree of teams, who leads each, and who works in it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hookline.crm.access.teams import Team, below, count_contents
from hookline.errors import Conflict, Invalid, Text
from hookline.kernel.kinds.keys import id_in
from hookline.web.admin import forms
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.visit import Answer, Visit

door = Doors()

NEEDS: Final = "admin.users"
FIELDS: Final = ("name", "parent", "manager", "region")


@door("GET", "/settings/teams", needs=NEEDS)
def show_all(visit: Visit) -> Answer:
    """The tree, each team under the one it is part of."""
    known = visit.directory
    lines = [_line(visit, team, depth) for team, depth in _in_order(known.teams, known.team_parents)]
    return visit.page("admin/teams.html", page_title=visit.say("Teams"), crumbs=trail(visit), teams=lines)


@door("GET", "/settings/teams/new", needs=NEEDS)
def new(visit: Visit) -> Answer:
    """The form for a new team; `parent` in the address says under which one."""
    parent = visit.query.get("parent", "")
    values = {"parent": id_in(parent)}
    return _page(visit, None, forms.draw(visit, Team, forms.fields_of(visit, Team, FIELDS), values))


@door("POST", "/settings/teams", needs=NEEDS)
def create(visit: Visit) -> Answer:
    """Make a team."""
    fields = forms.fields_of(visit, Team, FIELDS)
    try:
        visit.gate.create(Team, forms.read(visit, Team, fields))
    except Invalid as refusal:
        return _page(visit, None, forms.draw_refused(visit, Team, fields, refusal))
    return visit.see("/settings/teams", done=Text("Saved."))


@door("GET", "/settings/teams/{id:int}", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """One team: what it is called, what it is part of, who leads it and who is in it."""
    team = visit.gate.get(Team, visit.path_id)
    values = {**vars(team), **(team.custom or {})}
    return _page(visit, team.id, forms.draw(visit, Team, forms.fields_of(visit, Team, FIELDS), values))


@door("POST", "/settings/teams/{id:int}", needs=NEEDS)
def change(visit: Visit) -> Answer:
    """Rename, move or give it another manager."""
    fields = forms.fields_of(visit, Team, FIELDS)
    try:
        visit.gate.update(
            Team, visit.path_id, forms.read(visit, Team, fields), version=forms.version_sent(visit)
        )
    except (Invalid, Conflict) as refusal:
        return _page(visit, visit.path_id, forms.draw_refused(visit, Team, fields, refusal))
    return visit.see("/settings/teams", done=Text("Saved."))


@door("POST", "/settings/teams/{id:int}/trash", needs=NEEDS)
def trash(visit: Visit) -> Answer:
    """Put an empty team into the trash."""
    visit.gate.trash(Team, visit.path_id)
    return visit.see("/settings/teams", done=Text("The team is gone."))


def _page(visit: Visit, team: int | None, form: forms.Form) -> Answer:
    known = visit.directory
    if team is not None and (parent := forms.named(form.controls, "parent")):
        under = {str(id) for id in below(known.team_parents, [team])}
        parent.choices = [(id, name) for id, name in parent.choices if id not in under]
    members = sorted(
        (p for p in known.people.values() if team is not None and p.team == team), key=lambda p: p.name
    )
    holds = count_contents(visit.gate, team) if team is not None else {}
    return visit.page(
        "admin/team.html",
        status=form.status,
        page_title=known.teams.get(team or 0, visit.say("New team")),
        team=team,
        form=form,
        members=members,
        holds=[(visit.say(what), visit.fmt.number(count)) for what, count in holds.items()],
        crumbs=trail(visit, (visit.say("Teams"), "/settings/teams")),
    )


def _line(visit: Visit, team: int, depth: int) -> Mapping[str, Any]:
    known = visit.directory
    manager = known.people.get(known.managers[team] or 0)
    members = sum(p.active and p.team == team for p in known.people.values())
    return {
        "id": team,
        "name": known.teams[team],
        "url": f"/settings/teams/{team}",
        "depth": min(depth, 6),
        "manager": manager,
        "members": members,
    }


def _in_order(names: Mapping[int, str], parents: Mapping[int, int | None]) -> Iterator[tuple[int, int]]:
    """Each team with how deep it stands, right after the one it is part of; one in a circle comes at the end."""
    children: dict[int | None, list[int]] = {}
    for team in sorted(names, key=lambda t: names[t].casefold(), reverse=True):
        parent = parents[team]
        children.setdefault(parent if parent in names else None, []).append(team)
    seen: set[int] = set()
    waiting = [(team, 0) for team in children.get(None, ())]
    while waiting:
        team, depth = waiting.pop()
        seen.add(team)
        yield team, depth
        waiting += [(child, depth + 1) for child in children.get(team, ()) if child not in seen]
    yield from ((team, 0) for team in names if team not in seen)
