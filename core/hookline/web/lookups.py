"""Lookups: what reference fields offer while somebody types, and making a record there that needs no more than a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hookline.crm.access.actors import hue, initials
from hookline.errors import Forbidden, Invalid, NotFound
from hookline.kernel.actor import Action
from hookline.kernel.finding import Hit, find_records
from hookline.kernel.kinds import KINDS, BadValue
from hookline.kernel.schema import EntityInfo
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.records.controls import makes_by_name
from hookline.web.visit import Answer, Visit

door = Doors()
MOST: Final = 20
ANY: Final = "record"


@dataclass(frozen=True)
class Offer:
    """One option of a reference field."""

    value: str
    label: str
    note: str = ""
    initials: str = ""
    hue: int = 1


@door("GET", "/lookup/{entity:str}", needs=SIGNED_IN)
def look_up(visit: Visit) -> Answer:
    """The records of an entity whose names fit what was typed, the newest when nothing was; of "record" any."""
    name, words = _entity(visit), visit.query.get("q", "").strip()[:200]
    if name in ("user", "team"):
        return _options(visit, _known(visit, name, words))
    if name == ANY:
        infos = [info for info in visit.gate.schema.entities.values() if info.cls.menu and info.searchable]
        hits = find_records(visit.gate, infos, words, MOST // max(len(infos), 1) + 1)
        return _options(visit, [_any_offer(visit, hit) for hit in hits][:MOST])
    info = visit.gate.schema[name]
    visit.gate.must(info.name, Action.read)
    hits = find_records(visit.gate, [info], words, MOST, offered=True)
    return _options(visit, [_offer(info, hit) for hit in hits])


@door("POST", "/lookup/{entity:str}", needs=SIGNED_IN)
def create(visit: Visit) -> Answer:
    """Make a record from its name alone, and offer it."""
    info = visit.gate.schema[_entity(visit)]
    visit.gate.must(info.name, Action.create)
    if not makes_by_name(visit.gate, info):
        raise Forbidden
    try:
        title = KINDS[info.title.kind].parse(visit.value("name"), info.title, visit.reader)
    except BadValue as error:
        return Answer(visit.say(error.text), 422, "text/plain")
    try:
        id = visit.gate.create(info.name, {**_titled(info, str(title or "")), **_narrowed(visit, info)})
    except Invalid as refusal:
        visit.take_back()
        return Answer(" ".join(visit.say(p.text) for p in refusal.problems), 422, "text/plain")
    return _options(visit, [Offer(str(id), str(title), "", initials(str(title)), hue(id))])


def _narrowed(visit: Visit, info: EntityInfo) -> Mapping[str, str]:
    """A tag made while a record is filled in is for records of its kind."""
    meant = visit.query.get("for", "")
    return {"only_for": meant} if info.name == "tag" and meant in info.fields["only_for"].options else {}


def _titled(info: EntityInfo, title: str) -> dict[str, str]:
    """The title as the values it is made of: of a person's name the last word is the last name."""
    if not info.title.read_only:
        return {info.title.name: title}
    first, _, last = title.rpartition(" ")
    return {"first_name": first, "last_name": last} if first else {"first_name": title}


def _entity(visit: Visit) -> str:
    name = str(visit.request.path_params["entity"])
    if name not in visit.gate.schema.entities and name != ANY:
        raise NotFound
    return name


def _known(visit: Visit, entity: str, words: str) -> list[Offer]:
    """People and teams are in memory; each word must begin one of theirs."""
    if not visit.gate.may(entity, Action.read):
        return []
    people, teams = visit.directory.people, visit.directory.teams
    if entity == "user":
        offers = [Offer(str(p.id), p.name, "", p.initials, p.hue) for p in people.values() if p.active]
    else:
        offers = [Offer(str(id), name) for id, name in teams.items()]
    asked = words.casefold().split()
    fitting = [
        o
        for o in offers
        if all(any(part.startswith(word) for part in o.label.casefold().split()) for word in asked)
    ]
    return sorted(fitting, key=lambda o: o.label.casefold())[:MOST]


def _offer(info: EntityInfo, hit: Hit) -> Offer:
    return Offer(str(hit.id), hit.title, _note(info, hit), initials(hit.title), hue(hit.id))


def _any_offer(visit: Visit, hit: Hit) -> Offer:
    info = visit.gate.schema[hit.entity]
    return Offer(
        f"{hit.entity}:{hit.id}", hit.title, visit.say(info.cls.label), initials(hit.title), hue(hit.id)
    )


def _note(info: EntityInfo, hit: Hit) -> str:
    """What tells records of the same name apart: the e-mail address or telephone number."""
    found: Mapping[str, str] = dict(hit.details)
    name = next((n for n in found if info.fields[n].kind in ("email", "phone")), "")
    return found.get(name, "")


def _options(visit: Visit, options: Sequence[Offer]) -> Answer:
    template = visit.site.templates[visit.language].get_template("lookup.html")
    return Answer(template.render(options=options))
