"""Values in words, where they stand in a sentence or a comparison and not in a cell."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hookline.errors import Text
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS

if TYPE_CHECKING:
    from hookline.web.visit import Visit

# The titles of records that references point at, by (entity, id).
Titles = Mapping[tuple[str, int], str]


def shown_value(visit: "Visit", spec: Field, value: Any, titles: Titles) -> str:
    """A value in words; "" for nothing. `titles` are those of the records that references point at, where they may be seen."""
    if value in (None, ()):
        return ""
    if spec.target:
        return ", ".join(
            _name_of(visit, spec.target, id, titles) for id in (value if spec.many else (value,))
        )
    if spec.kind == "yes_no":
        return visit.say("Yes" if value else "No")
    if spec.kind in ("choice", "multi_choice"):
        chosen = value if spec.kind == "multi_choice" else (value,)
        return ", ".join(visit.say(spec.options[v].label) if v in spec.options else v for v in chosen)
    if spec.kind == "money":
        return visit.fmt.money(value)
    return KINDS[spec.kind].show(value, spec, visit.reader)


def counted(visit: "Visit", one: str, many: str, count: int) -> str:
    """A sentence with %(num)d in it, in the form that the language has for this number."""
    return visit.site.translations.catalog(visit.language).ngettext(one, many, count) % {"num": count}


def toast(visit: "Visit", text: Text, kind: str = "ok") -> str:
    """The header HX-Trigger that shows a sentence in passing."""
    return json.dumps({"hookline:toast": {"kind": kind, "text": visit.say(text)}})


def _name_of(visit: "Visit", target: str, id: int, titles: Titles) -> str:
    if target == "user" and id in visit.directory.people:
        return visit.directory.people[id].name
    if target == "team" and id in visit.directory.teams:
        return visit.directory.teams[id]
    known = visit.pipelines
    if target == "stage" and id in known.stages:
        return known.stages[id].name
    if target == "pipeline" and id in known.by_id:
        return known.by_id[id].name
    return visit.named(target, titles.get((target, id), f"#{id}"))
