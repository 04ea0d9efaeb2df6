"""Doors of personal data: what is held on somebody, handed out, or erased after a look at what would go and what would stay."""

from collections.abc import Mapping
from typing import Any, Final

from hookline.crm.persons.dossiers import gather
from hookline.crm.persons.erasing import Plan, erase_person, leave_settlement, plan_erasure
from hookline.crm.persons.packing import pack
from hookline.crm.persons.subjects import PEOPLE, PERMISSION, Subject, find_subject
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.titles import titles_of
from hookline.web.admin.forms import complaints
from hookline.web.doors import Doors
from hookline.web.guard import ask_proof
from hookline.web.visit import Answer, Visit

door = Doors()

_SHOWN: Final = 5
_UNNAMED: Final = Text("Type the name as it stands above.")


@door("GET", "/privacy/{entity:str}/{id:int}", needs=PERMISSION)
def show(visit: Visit) -> Answer:
    """What is held, what would go, what would stay."""
    return _page(visit, _subject(visit), {}, {})


@door("POST", "/privacy/{entity:str}/{id:int}/copy", needs=PERMISSION)
def hand_out(visit: Visit) -> Answer:
    """Everything as a ZIP."""
    ask_proof(visit)
    subject = _subject(visit)
    dossier = gather(visit.gate, subject, visit.reader)
    content = pack(visit.gate, dossier, visit.site.settings.files_dir, visit.say, visit.language)
    name = f"{subject.entity}-{subject.id}.zip"
    return Answer(content, 200, "application/zip", {"Content-Disposition": f'attachment; filename="{name}"'})


@door("POST", "/privacy/{entity:str}/{id:int}/erasure", needs=PERMISSION)
def erase(visit: Visit) -> Answer:
    """Erase, once the name was typed and a reason given."""
    ask_proof(visit)
    subject = _subject(visit)
    sent = {"name": visit.value("name"), "reason": visit.value("reason"), "mention": visit.values("mention")}
    try:
        _check_name(subject, visit.value("name"))
        folder = visit.site.settings.data_dir
        settlement = erase_person(
            visit.gate, subject, folder, reason=visit.value("reason"), ticked=visit.values("mention")
        )
        leave_settlement(visit.gate, settlement)
    except Invalid as refusal:
        visit.take_back()
        return _page(visit, subject, sent, complaints(visit, refusal))
    return visit.see("/settings/privacy", done=Text("Erased. The last bytes on disk go within a minute."))


def _check_name(subject: Subject, typed: str) -> None:
    if " ".join(typed.split()).casefold() != " ".join(subject.title.split()).casefold():
        raise Invalid([Problem("name", _UNNAMED)])


def _subject(visit: Visit) -> Subject:
    entity = str(visit.request.path_params["entity"])
    if entity not in PEOPLE:
        raise NotFound
    return find_subject(visit.gate, entity, str(visit.path_id))


def _page(visit: Visit, subject: Subject, sent: Mapping[str, Any], errors: Mapping[str, str]) -> Answer:
    plan = plan_erasure(visit.gate, subject)
    info = visit.gate.schema[subject.entity]
    home = "/settings/users" if subject.entity == "user" else f"/{info.cls.slug}"
    own = {"label": subject.title, "url": f"{home}/{subject.id}"}
    crumbs = [{"label": visit.say(info.cls.plural), "url": home}, own]
    return visit.page(
        "privacy/person.html",
        status=422 if errors else 200,
        page_title=visit.say("Personal data"),
        crumbs=crumbs,
        subject=subject,
        base=f"/privacy/{subject.entity}/{subject.id}",
        goes=[(visit.say(visit.gate.schema[name].cls.plural), count) for name, count in plan.goes.items()],
        history=plan.history,
        is_user=subject.entity == "user",
        kept=_kept(visit, plan),
        mentions=_mentions(visit, plan, sent),
        unreached=plan.unreached,
        sent=sent,
        errors=errors,
    )


def _kept(visit: Visit, plan: Plan) -> list[Mapping[str, Any]]:
    """What stays without the person, the first few by name."""
    titles = titles_of(visit.gate, {one.entity: one.ids[:_SHOWN] for one in plan.kept})
    found: list[Mapping[str, Any]] = []
    for one in plan.kept:
        info = visit.gate.schema[one.entity]
        names = [
            {"title": titles[one.entity, id], "url": f"/{info.cls.slug}/{id}"}
            for id in one.ids[:_SHOWN]
            if (one.entity, id) in titles
        ]
        label = visit.say(info.fields[one.field].label)
        found.append(
            {"label": visit.say(info.cls.plural), "field": label, "count": len(one.ids), "names": names}
        )
    return found


def _mentions(visit: Visit, plan: Plan, sent: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Other texts with the name; ticked at first, and then as they were sent."""
    chosen = set(sent.get("mention", [m.key for m in plan.mentions]))
    return [
        {
            "key": m.key,
            "title": m.title,
            "kind": visit.say(visit.gate.schema[m.entity].cls.label),
            "url": f"/{visit.gate.schema[m.entity].cls.slug}/{m.id}",
            "where": ", ".join(visit.say(label) for label in m.fields) or visit.say("History"),
            "excerpt": m.excerpt,
            "checked": m.key in chosen,
            "privacy_url": f"/privacy/{m.entity}/{m.id}" if m.same else "",
        }
        for m in plan.mentions
    ]
