"""What a text in a form is taken for, said while it is typed: "next fri" is a day, a number a telephone number."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from hookline.errors import NotFound
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, BadValue
from hookline.kernel.kinds.locales import weekday_names
from hookline.web.records.controls import READ_BACK
from hookline.web.records.form_values import written_values

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit


@dataclass(frozen=True)
class Reading:
    """`text` says in full what was understood, `written` is how the form would write it; `error` when it was not."""

    text: str = ""
    written: str = ""
    error: str = ""


def show(visit: "Visit", entity: str) -> "Answer":
    """How the one field in the address is read: /deals/reading?expected_close=next+fri."""
    info = visit.gate.schema[entity]
    fields = [f for f in visit.gate.writable(info) if f.name in visit.query and f.kind in READ_BACK]
    if len(fields) != 1:
        raise NotFound
    found = read_back(visit, fields[0], visit.query[fields[0].name])
    return visit.page(
        "records/reading.html", block="reading", page_title=visit.say(info.cls.plural), reading=found
    )


def read_back(visit: "Visit", spec: Field, typed: str) -> Reading:
    """A text as it is understood in this person's language, region and time zone."""
    try:
        value = KINDS[spec.kind].parse(typed, spec, visit.reader)
    except BadValue as error:
        return Reading(error=visit.say(error.text))
    if value is None:
        return Reading()
    written = str(written_values(visit, [spec], {spec.name: value})[spec.name])
    text = _in_full(visit, spec, value)
    # What stands there already needs no second telling.
    return Reading("" if text == typed.strip() else text, written)


def _in_full(visit: "Visit", spec: Field, value: object) -> str:
    if isinstance(value, Decimal):
        return ""
    text = KINDS[spec.kind].show(value, spec, visit.reader)
    if not isinstance(value, date):
        return text
    here = value.astimezone(visit.reader.zone_info) if isinstance(value, datetime) else value
    return f"{weekday_names(visit.language)[here.weekday()]}, {text}"
