"""Merging two records on the screen: which other one, then both side by side, field by field."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from hookline.crm.merging import Comparison, Pair, Pick, compare, may_be_merged, merge, merged_into
from hookline.crm.similar import Similar, find_similar
from hookline.errors import Conflict, Forbidden, Invalid, NotFound, Text
from hookline.kernel.actor import Action
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.titles import keys_by_entity, titles_of
from hookline.kernel.whole import KNOWN, Whole, read_whole
from hookline.web.records.controls import Control
from hookline.web.records.form_page import crumbs_to
from hookline.web.records.words import Titles, shown_value

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

_PICKS: Final = {Pick.kept: Text("Keep"), Pick.other: Text("Take over"), Pick.both: Text("Both together")}


def show(visit: "Visit", entity: str) -> "Answer":
    """The choice of the other record; with one chosen, the two side by side."""
    record = _mergeable(visit, entity)
    other = visit.query.get("with", "")
    if not other:
        return _ask(visit, record)
    number = id_in(other)
    if number is None or number == record.id:
        return _ask(visit, record, visit.say("Choose another record."))
    return _side_by_side(visit, compare(visit.gate, entity, record.id, number))


def do(visit: "Visit", entity: str) -> "Answer":
    """Make one of the two."""
    record = _mergeable(visit, entity)
    other = id_in(visit.value("with"))
    if other is None:
        raise NotFound
    versions = (id_in(visit.value("version")) or 0, id_in(visit.value("other_version")) or 0)
    try:
        merge(visit.gate, entity, record.id, other, _picks(visit), versions=versions)
    except Conflict:
        visit.take_back()
        text = Text("One of the two has been changed meanwhile. Look at them again.")
        return visit.see(f"{record.url}/merge?with={other}", done=text, kind="warn")
    except Invalid as refusal:
        visit.take_back()
        found = compare(visit.gate, entity, record.id, other)
        return _side_by_side(visit, found, [visit.say(p.text) for p in refusal.problems], _picks(visit))
    return visit.see(record.url, done=Text("The two are one now. The other one is in the trash."))


def gone_into(visit: "Visit", record: Whole) -> Mapping[str, str] | None:
    """Where a record in the trash has been merged into, as far as this person sees that one."""
    into = merged_into(visit.gate, record.info.name, record.id) if record.trashed else None
    title = visit.gate.titles(record.info.name, [into]).get(into) if into is not None else None
    return None if title is None else {"label": title, "url": f"/{record.info.cls.slug}/{into}"}


def _mergeable(visit: "Visit", entity: str) -> Whole:
    info = visit.gate.schema[entity]
    record = read_whole(visit.gate, info, visit.path_id)
    if record.trashed or not may_be_merged(info):
        raise NotFound
    if not record.may(Action.edit):
        raise Forbidden
    return record


def _ask(visit: "Visit", record: Whole, problem: str = "") -> "Answer":
    info = record.info
    lookup = Control(
        "ref", "with", visit.say("Another record"), lookup=f"/lookup/{info.name}", error=problem, wide=True
    )
    similar = find_similar(visit.gate, info, record.values, but=record.id)
    title = visit.say(Text("Merge “%(title)s” with…", title=record.title))
    return visit.page(
        "records/merge.html", status=422 if problem else 200, page_title=title, title=title, crumbs=crumbs_to(visit, info, record),
        action=f"{record.url}/merge", cancel_url=record.url, fields=[lookup], similar=_offers(visit, record, similar), found=None,
    )  # fmt: skip


def _offers(visit: "Visit", record: Whole, similar: Sequence[Similar]) -> list[Mapping[str, Any]]:
    return [
        {
            "title": one.title,
            "why": ", ".join(visit.say(why) for why in one.reasons),
            "url": f"{record.url}/merge?with={one.id}",
        }
        for one in similar
    ]


def _side_by_side(
    visit: "Visit", found: Comparison, problems: Sequence[str] = (), picks: Mapping[str, Pick] | None = None
) -> "Answer":
    kept, other = found.kept, found.other
    titles = _titles(visit, found.pairs)
    swap = f"{other.url}/merge?with={kept.id}" if other.may(Action.edit) and kept.may(Action.delete) else ""
    title = visit.say(Text("Merge “%(title)s” with “%(other)s”", title=kept.title, other=other.title))
    return visit.page(
        "records/merge.html", status=422 if problems else 200, page_title=title, title=title,
        crumbs=crumbs_to(visit, kept.info, kept), action=f"{kept.url}/merge", cancel_url=kept.url, swap_url=swap, problems=problems,
        found={"kept": _head(visit, kept), "other": _head(visit, other)},
        pairs=[_line(visit, pair, titles, picks or {}) for pair in found.pairs],
    )  # fmt: skip


def _head(visit: "Visit", record: Whole) -> Mapping[str, Any]:
    created = record.values.get("created_at")
    return {
        "id": record.id,
        "title": record.title,
        "url": record.url,
        "version": record.version,
        "created": visit.fmt.date(created.astimezone(visit.reader.zone_info).date()) if created else "",
    }


def _line(visit: "Visit", pair: Pair, titles: Titles, picks: Mapping[str, Pick]) -> Mapping[str, Any]:
    picked = picks.get(pair.field.name, pair.pick)
    values = {Pick.kept: pair.kept, Pick.other: pair.other}
    return {
        "name": f"pick.{pair.field.name}",
        "label": visit.say(pair.field.label),
        "choices": [
            {
                "value": pick.value,
                "label": visit.say(_PICKS[pick]),
                "text": shown_value(visit, pair.field, values[pick], titles) if pick in values else "",
                "picked": pick == picked,
            }
            for pick in pair.may
        ],
    }


def _titles(visit: "Visit", pairs: Sequence[Pair]) -> Titles:
    """What the references among the values are called."""
    wanted: dict[str, set[int]] = {}
    for pair in pairs:
        for value in (pair.kept, pair.other):
            if pair.field.target and pair.field.target not in KNOWN and value:
                wanted.setdefault(pair.field.target, set()).update(value if pair.field.many else (value,))
            elif pair.field.kind == "record" and value:
                for entity, ids in keys_by_entity([value]).items():
                    wanted.setdefault(entity, set()).update(ids)
    return titles_of(visit.gate, wanted)


def _picks(visit: "Visit") -> Mapping[str, Pick]:
    known = set(Pick)
    return {
        name.removeprefix("pick."): Pick(value)
        for name in visit.form
        if name.startswith("pick.") and (value := visit.value(name)) in known
    }
