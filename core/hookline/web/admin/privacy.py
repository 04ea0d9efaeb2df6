"""/settings/privacy: finding a person, how long data are kept, and the log of erasures."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from hookline.crm.audit.trail import note
from hookline.crm.persons.erasures import Erasure, list_erasures
from hookline.crm.persons.subjects import PEOPLE, PERMISSION, find_subject
from hookline.crm.retention import policies as retention
from hookline.crm.retention.policies import ACTIVITY, WAYS, Rule
from hookline.crm.settings import set_setting, setting
from hookline.errors import Invalid, NotFound, Text
from hookline.kernel.kinds.keys import number_in
from hookline.kernel.schema import EntityInfo
from hookline.web.admin.forms import complaints
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.visit import Answer, Visit

door = Doors()

_HOME: Final = "/settings/privacy"
_WAYS: Final = {"trash": Text("Put into the trash"), "erase": Text("Erase for good")}
_MOST_DAYS: Final = 3650
_BLANK: Final = Rule(0, "lead", "", "created_at", 365, "trash", active=True)


@door("GET", "/settings/privacy", needs=PERMISSION)
def show(visit: Visit) -> Answer:
    """The overview."""
    return _overview(visit, {}, {})


@door("POST", "/settings/privacy/search", needs=PERMISSION)
def search(visit: Visit) -> Answer:
    """Go to a person by number or address. Sent as a form, so that no address stands in one."""
    sent = {"entity": visit.value("entity"), "who": visit.value("who")}
    try:
        subject = find_subject(visit.gate, sent["entity"], sent["who"])
    except NotFound:
        return _overview(visit, sent, {"who": visit.say("Nobody here has this number or address.")})
    except Invalid as refusal:
        return _overview(visit, sent, {"who": " ".join(complaints(visit, refusal).values())})
    return visit.see(f"/privacy/{subject.entity}/{subject.id}")


@door("POST", "/settings/privacy/trash", needs=PERMISSION)
def keep_trash(visit: Visit) -> Answer:
    """How many days the trash is kept; 0 keeps it."""
    days = number_in(visit.value("trash_days").strip(), most=_MOST_DAYS)
    if days is None:
        text = visit.say(Text("Give a number of days from 0 to %(most)s.", most=_MOST_DAYS))
        return _overview(visit, {"trash_days": visit.value("trash_days")}, {"trash_days": text})
    note(
        visit.gate,
        "settings.changed",
        before={"trash_days": setting(visit.gate, "trash_days")},
        after={"trash_days": days},
    )
    set_setting(visit.gate, "trash_days", days)
    return visit.see(_HOME, done=Text("Saved."))


@door("GET", "/settings/privacy/rules/new", needs=PERMISSION)
def new_rule(visit: Visit) -> Answer:
    """A new rule, first its entity."""
    entity = visit.query.get("entity", _BLANK.entity)
    return _rule_page(
        visit, replace(_BLANK, entity=entity if entity in visit.gate.schema.entities else "lead"), {}
    )


@door("POST", "/settings/privacy/rules", needs=PERMISSION)
def make_rule(visit: Visit) -> Answer:
    """Keep a new rule, or look how many records it would take."""
    return _save(visit, 0)


@door("GET", "/settings/privacy/rules/{id:int}", needs=PERMISSION)
def edit_rule(visit: Visit) -> Answer:
    """A rule with what it would take today."""
    rule = retention.find_rule(visit.gate, visit.path_id)
    return _rule_page(visit, rule, {}, count=retention.count_due(visit.gate, rule))


@door("POST", "/settings/privacy/rules/{id:int}", needs=PERMISSION)
def change_rule(visit: Visit) -> Answer:
    """Change a rule, or look how many records it would take then."""
    return _save(visit, visit.path_id)


@door("POST", "/settings/privacy/rules/{id:int}/removal", needs=PERMISSION)
def remove_rule(visit: Visit) -> Answer:
    """Remove a rule."""
    retention.drop_rule(visit.gate, visit.path_id)
    return visit.see(_HOME, done=Text("Removed."))


def _save(visit: Visit, id: int) -> Answer:
    sent = Rule(
        id, visit.value("entity"), visit.value("query").strip().removeprefix("?"), visit.value("since"),
        number_in(visit.value("days").strip()) or 0, visit.value("way"), active=bool(visit.value("active")),
    )  # fmt: skip
    try:
        kept = retention.keep_rule(visit.gate, sent)
    except Invalid as refusal:
        visit.take_back()
        return _rule_page(visit, sent, complaints(visit, refusal))
    if visit.value("look"):
        count = retention.count_due(visit.gate, sent)
        visit.take_back()
        return _rule_page(visit, sent, {}, count=count)
    return visit.see(f"{_HOME}/rules/{kept}", done=Text("Saved."))


def _overview(visit: Visit, sent: Mapping[str, Any], errors: Mapping[str, str]) -> Answer:
    return visit.page(
        "admin/privacy.html",
        status=422 if errors else 200,
        page_title=visit.say("Personal data"),
        crumbs=trail(visit),
        people=[(name, visit.say(visit.gate.schema[name].cls.label)) for name in PEOPLE],
        rules=[_shown_rule(visit, rule) for rule in retention.list_rules(visit.gate)],
        trash_days=sent.get("trash_days", setting(visit.gate, "trash_days")),
        erasures=[_shown_erasure(visit, one) for one in list_erasures(visit.tx)],
        sent=sent,
        errors=errors,
    )


def _shown_rule(visit: Visit, rule: Rule) -> Mapping[str, Any]:
    info = visit.gate.schema.entities.get(rule.entity)
    return {
        "url": f"{_HOME}/rules/{rule.id}",
        "entity": visit.say(info.cls.plural) if info else rule.entity,
        "since": _since(visit, info, rule.since) if info else rule.since,
        "days": rule.days, "way": visit.say(_WAYS[rule.way]), "active": rule.active, "query": rule.query,
        "ran": visit.fmt.datetime(rule.ran_at) if rule.ran_at else "",
        "last": sum((rule.last or {}).values()),
    }  # fmt: skip


def _shown_erasure(visit: Visit, one: Erasure) -> Mapping[str, Any]:
    info = visit.gate.schema.entities.get(one.entity)
    by = visit.directory.people.get(one.by or 0)
    return {
        "number": one.id, "what": f"{visit.say(info.cls.label) if info else one.entity} #{one.record}",
        "when": visit.fmt.datetime(one.at), "by": by.name if by else visit.say("by itself"), "reason": one.reason,
        "count": sum(one.counts.values()), "settled": one.settled_at is not None,
    }  # fmt: skip


def _rule_page(visit: Visit, rule: Rule, errors: Mapping[str, str], *, count: int | None = None) -> Answer:
    info = visit.gate.schema.entities.get(rule.entity)
    return visit.page(
        "admin/retention.html",
        status=422 if errors else 200,
        page_title=visit.say("A rule for keeping"),
        crumbs=trail(visit, (visit.say("Personal data"), _HOME)),
        rule=rule,
        action=f"{_HOME}/rules/{rule.id}" if rule.id else f"{_HOME}/rules",
        entities=[(each.name, visit.say(each.cls.plural)) for each in retention.entities(visit.gate)],
        sinces=[(name, _since(visit, info, name)) for name in retention.dated(info)] if info else [],
        ways=[(way, visit.say(_WAYS[way])) for way in WAYS],
        list_url=f"/{info.cls.slug}?{rule.query}" if info else "",
        count=count,
        errors=errors,
    )


def _since(visit: Visit, info: EntityInfo, name: str) -> str:
    if name == ACTIVITY:
        return visit.say("Last activity")
    return visit.say(info.fields[name].label) if name in info.fields else name
