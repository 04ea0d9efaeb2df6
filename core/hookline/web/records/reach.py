"""Reaching people: calls, letters and messages to whom a record names, as links that the device knows what to do with."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import phonenumbers

from hookline.errors import Text
from hookline.kernel.actor import Action
from hookline.kernel.kinds import KINDS
from hookline.kernel.schema import EntityInfo
from hookline.kernel.whole import Whole, read_whole

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

Items = list[Mapping[str, Any] | str]
# Whom else a record's own page leads to.
_PARTIES: Final = ("contact", "company")
_TELEGRAM: Final = re.compile(r"(?:https?://)?(?:t\.me/)?@?([A-Za-z0-9_]{4,64})/?")


def show(visit: "Visit", entity: str) -> "Answer":
    """Every way to reach the people of a record; without script a page of them."""
    record = read_whole(visit.gate, visit.gate.schema[entity], visit.path_id)
    info = record.info
    crumbs = [
        {"label": visit.say(info.cls.plural), "url": f"/{info.cls.slug}"},
        {"label": record.title, "url": record.url},
    ]
    menu = ways(visit, record) or [{"label": visit.say("No number and no address is known.")}]
    title = visit.say(Text("Reach: %(what)s", what=record.title))
    return visit.page(
        "records/menu.html", block="items", page_title=title, title=record.title, crumbs=crumbs, menu=menu
    )


def can_be_reached(info: EntityInfo) -> bool:
    """Whether records of this kind have numbers or addresses, or name somebody who has."""
    return any(f.kind in ("phone", "email") or f.name in _PARTIES for f in info.fields.values())


def ways(visit: "Visit", record: Whole) -> Items:
    """The record's own numbers and addresses, then those of its contact and its company, each under a name."""
    found: Items = list(_links(visit, record.info, record.values))
    for party in _PARTIES:
        id = record.values.get(party)
        if isinstance(id, int) and party != record.info.name and record.info.fields[party].target == party:
            found += _of_party(visit, visit.gate.schema[party], id, first=not found)
    return found


def _of_party(visit: "Visit", info: EntityInfo, id: int, *, first: bool) -> Items:
    if not visit.gate.may(info.name, Action.read):
        return []
    row = visit.gate.values(info, id)
    links = list(_links(visit, info, row)) if row is not None else []
    if row is None or not links:
        return []
    return [*([] if first else ["-"]), {"label": row.get(info.title.name) or f"#{id}"}, *links]


def _links(visit: "Visit", info: EntityInfo, values: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A call first, then what is written."""
    later: list[Mapping[str, Any]] = []
    for spec in info.fields.values():
        value = values.get(spec.name)
        if not value or spec.kind not in ("phone", "email", "text"):
            continue
        shown = KINDS[spec.kind].show(value, spec, visit.reader)
        digits = re.sub(r"\D", "", str(value))
        if spec.name == "whatsapp":
            later.append(_item(f"WhatsApp {shown}", f"https://wa.me/{digits}", "message-square"))
        elif spec.kind == "phone":
            yield _item(shown, f"tel:{value}", "phone-call")
            if _is_mobile(str(value)):
                text = visit.say(Text("SMS to %(number)s", number=shown))
                later.append(_item(text, f"sms:{value}", "message-square"))
        elif spec.kind == "email":
            later.append(_item(shown, f"mailto:{value}", "mail"))
        elif spec.name == "telegram" and (name := _TELEGRAM.fullmatch(str(value).strip())):
            later.append(_item(f"Telegram @{name[1]}", f"https://t.me/{name[1]}", "send"))
    yield from later


def _is_mobile(number: str) -> bool:
    """Whether a message may arrive: where nothing tells such numbers apart, it may."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
    return kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def _item(label: str, url: str, icon: str) -> Mapping[str, Any]:
    return {"label": label, "url": url, "icon": icon}
