"""What may be the same as the record that is being typed: shown beside the form, hindering nothing."""

from typing import TYPE_CHECKING

from hookline.crm.similar import find_similar, watched_fields
from hookline.kernel.actor import Action
from hookline.web.records.form_values import read_values, was_sent

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit


def show(visit: "Visit", entity: str) -> "Answer":
    """The records that may be the same as one with the values in the address."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.read)
    watched = watched_fields(visit.gate, info)
    fields = [
        f
        for f in visit.gate.writable(info)
        if was_sent(f, visit.query) and (f.kind in ("text", "email", "phone") or f.name in watched)
    ]
    values = read_values(visit, info, fields, visit.query, [])
    if info.title.read_only:
        values[info.title.name] = " ".join(
            str(values[n]) for n in ("first_name", "last_name") if values.get(n)
        )
    found = [
        {
            "title": s.title,
            "url": f"/{info.cls.slug}/{s.id}",
            "why": ", ".join(visit.say(why) for why in s.reasons),
        }
        for s in find_similar(visit.gate, info, values)
    ]
    return visit.page(
        "records/similar.html", block="similar", page_title=visit.say(info.cls.plural), found=found
    )
