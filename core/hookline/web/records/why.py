"""/deals/7/why: why somebody may, or may not, do what can be done to this record, in words."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from hookline.crm.access.actors import actor_of
from hookline.crm.access.explaining import Explanation, Reason, Verdict, explain
from hookline.crm.access.permissions import PERMISSIONS
from hookline.crm.access.shares import shares_with
from hookline.errors import Forbidden, NotFound, Text
from hookline.kernel.actor import Action, Actor, FieldRight, Level, Restriction
from hookline.kernel.kinds.keys import id_in, key_in
from hookline.kernel.titles import titles_of
from hookline.kernel.whole import Whole, read_whole
from hookline.web.records.form_page import crumbs_to
from hookline.web.records.restriction_words import restriction_in_words
from hookline.web.records.sharing import lines

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

# Whoever decides what roles give may ask for anybody.
PERMISSION: Final = "admin.roles"
_ACTIONS: Final[Mapping[Action, Text]] = {
    Action.read: Text("See"), Action.edit: Text("Edit"), Action.delete: Text("Delete"), Action.assign: Text("Assign"),
    Action.share: Text("Share"), Action.bulk: Text("Edit many"), Action.export: Text("Export"),
}  # fmt: skip
_REACHES: Final[Mapping[Level, Text]] = {
    Level.none: Text("no record"), Level.own: Text("own records"), Level.team: Text("records of the own team"),
    Level.subteams: Text("records of the own teams and those below"), Level.all: Text("all records"),
}  # fmt: skip
# What is said of a way in that is closed, and of one that is open.
_OPENINGS: Final[Mapping[str, tuple[Text, Text]]] = {
    "all": (Text("A role opens all records of this kind."), Text("A role opens all records of this kind.")),
    "self": (Text("It is not the own account or team."), Text("It is the own account or team.")),
    "own": (Text("It is not the person's own."), Text("It is the person's own.")),
    "team": (Text("It is not the own team's."), Text("It is the own team's.")),
    "subteams": (
        Text("Its team is none of the own ones, nor below them."),
        Text("Its team is one of the own."),
    ),
}
_ABOUT: Final = (
    Text("It is about a record that the person does not see."),
    Text("It is about a record that the person sees."),
)


def show(visit: "Visit", entity: str) -> "Answer":
    """The page, for oneself or, with ?user=, for somebody else."""
    record = read_whole(visit.gate, visit.gate.schema[entity], visit.path_id)
    actor = _person(visit)
    found = explain(visit.gate, record.info, record.id, actor)
    me = actor.user == visit.gate.actor.user
    title = Text("Why may I do this?") if me else Text("Why may %(name)s do this?", name=actor.name)
    return visit.page(
        "records/why.html",
        page_title=visit.say(title),
        crumbs=crumbs_to(visit, record.info, record),
        record=record.title,
        person=visit.directory.people[actor.user or 0],
        people=_people(visit),
        action=f"{record.url}/why",
        facts=_facts(visit, found),
        verdicts=[_verdict(visit, record, found, verdict, actor) for verdict in found.verdicts],
        shares=_shares(visit, record, actor),
        fields=_fields(visit, found),
    )


def _person(visit: "Visit") -> Actor:
    asked = visit.query.get("user", "")
    if not asked or asked == str(visit.gate.actor.user):
        return visit.gate.actor
    if not visit.gate.actor.may(PERMISSION):
        raise Forbidden
    person = id_in(asked)
    found = actor_of(visit.gate, person) if person else None
    if found is None:
        raise NotFound
    return found


def _people(visit: "Visit") -> list[tuple[str, str]]:
    """Whom one may ask for besides oneself."""
    if not visit.gate.actor.may(PERMISSION):
        return []
    people = sorted((p for p in visit.directory.people.values() if p.active), key=lambda p: p.name.casefold())
    return [(str(p.id), p.name) for p in people]


def _facts(visit: "Visit", found: Explanation) -> list[str]:
    """Whose the record is, and whether it lies in the trash."""
    facts = []
    if found.owner is not None:
        facts.append(visit.say(Text("It belongs to %(name)s.", name=_name(visit, found.owner))))
    if found.team is not None:
        path = " › ".join(_path(visit, found.team))
        facts.append(visit.say(Text("Its team is %(path)s.", path=path)))
    if found.trashed:
        facts.append(visit.say(Text("It lies in the trash, so it stands in no list.")))
    return facts


def _verdict(
    visit: "Visit", record: Whole, found: Explanation, verdict: Verdict, actor: Actor
) -> Mapping[str, Any]:
    opens = [
        {"holds": reason.holds, "text": visit.say(_opening(visit, found, reason, actor))}
        for reason in verdict.opens
    ]
    if not verdict.opens:
        opens = [{"holds": False, "text": visit.say(Text("No role and no share gives this."))}]
    limits = [{"holds": reason.holds, "text": _limit(visit, reason)} for reason in verdict.limits]
    return {
        "label": visit.say(_ACTIONS[verdict.action]),
        "allowed": verdict.allowed,
        "roles": [visit.say(Text("%(role)s: %(reach)s", role=role, reach=_REACHES[level])) for role, level in verdict.roles],
        "permissions": [
            visit.say(Text("Permission “%(name)s” opens all of them.", name=PERMISSIONS[name].label))
            for name in verdict.permissions
            if name in PERMISSIONS
        ],
        "opens": opens,
        "limits": limits,
    }  # fmt: skip


def _opening(visit: "Visit", found: Explanation, reason: Reason, actor: Actor) -> Text:
    """One way in, said so that it reads right whether it is open or not."""
    ground = reason.ground
    if ground.lending is not None:
        giver = ground.lending.giver.name
        opened = Text("Shared by %(name)s, who may do this too.", name=giver)
        return opened if reason.holds else Text("No share by %(name)s opens it.", name=giver)
    if ground.kind == "subteams" and reason.holds:
        way, ids = _path(visit, found.team or 0), _ids(visit, found.team or 0)
        top = next((place for place, id in enumerate(ids) if id in actor.below), 0)
        return Text("Its team lies within the own teams: %(path)s.", path=" › ".join(way[top:]))
    return _OPENINGS[ground.kind][reason.holds]


def _limit(visit: "Visit", reason: Reason) -> str:
    ground = reason.ground
    if ground.restriction is not None:
        return _restriction(visit, ground.restriction)
    if ground.kind == "plugin":
        loaded = visit.gate.host.plugins.get(ground.plugin)
        label = loaded.plugin.label if loaded else ground.plugin
        return visit.say(Text("The plugin %(plugin)s limits who sees this.", plugin=label))
    return visit.say(_ABOUT[reason.holds])


def _restriction(visit: "Visit", restriction: Restriction) -> str:
    role = visit.directory.roles.get(restriction.role)
    words = restriction_in_words(visit, restriction)
    return visit.say(
        Text("Role %(role)s, only where: %(words)s", role=role.name if role else "", words=words)
    )


def _shares(visit: "Visit", record: Whole, actor: Actor) -> Sequence[Mapping[str, Any]]:
    """What was shared by hand, of the record itself or of what it is about."""
    info, id = record.info, record.id
    about = record.values.get("about")
    if isinstance(about, str) and info.fields["about"].kind == "record":
        key = key_in(about)
        if (
            key is None
            or key.entity not in visit.gate.schema.entities
            or not titles_of(visit.gate, {key.entity: {key.id}})
        ):
            return []
        info, id = visit.gate.schema[key.entity], key.id
    return lines(visit, shares_with(visit.gate, info, id, actor.user or 0, actor.team))


def _fields(visit: "Visit", found: Explanation) -> list[Mapping[str, Any]]:
    labels = {
        FieldRight.write: Text("Sees and changes"), FieldRight.read: Text("Only sees"), FieldRight.hidden: Text("Does not see"),
    }  # fmt: skip
    return [
        {"label": visit.say(label), "names": sorted(visit.say(f.label) for f in found.fields[right])}
        for right, label in labels.items()
        if found.fields[right]
    ]


def _ids(visit: "Visit", team: int) -> list[int]:
    """A team with those above it, from the top down."""
    way = []
    while team and team not in way:
        way.append(team)
        team = visit.directory.team_parents.get(team) or 0
    return way[::-1]


def _path(visit: "Visit", team: int) -> list[str]:
    return [visit.directory.teams.get(id, f"#{id}") for id in _ids(visit, team)]


def _name(visit: "Visit", user: int) -> str:
    person = visit.directory.people.get(user)
    return person.name if person else f"#{user}"
