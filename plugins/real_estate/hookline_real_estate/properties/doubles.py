"""What may be the same property: one at the same address, or one of the same owner, known by the telephone."""

from collections.abc import Iterator, Sequence
from typing import Any

from hookline_sdk import Alike, Contact, Draft, Gate, Link, Panel, Text, or_, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property
from hookline_real_estate.properties.rules import compared

SAME_ADDRESS = Text("The same address")
SAME_PHONE = Text("An owner with the same telephone number")


@plugin.similar(Property, fields=("address", "seller"))
def same(drafts: Sequence[Draft[Property]], gate: Gate) -> Iterator[Alike]:
    """Properties with the same address, or with a seller who has the same telephone number. Three statements at most."""
    yield from _at_the_address(drafts, gate)
    yield from _of_the_owner(drafts, gate)


@plugin.panel(Property, "May be the same", order=210)
def alike(record: Property, gate: Gate) -> Panel:
    """Other properties at this address or of this owner's telephone number, each with the way to make one of the two."""
    values = {"address": record.address, "seller": record.seller}
    found: dict[int, list[Text | str]] = {}
    for one in same([Draft("real_estate_property", values)], gate):
        if one.record != record.id:
            found.setdefault(one.record, []).append(one.why)
    names = gate.titles("real_estate_property", list(found))
    merge = f"/real_estate/properties/{record.id}/merge?with="
    return Panel(
        empty=None,
        rows=[
            (Link(names[id], f"real_estate_property:{id}"), found[id][0], Link(Text("Compare and merge"), f"{merge}{id}"))
            for id in list(names)[:8]
        ]
    )  # fmt: skip


def _at_the_address(drafts: Sequence[Draft[Property]], gate: Gate) -> Iterator[Alike]:
    keys: dict[str, list[int]] = {}
    for place, draft in enumerate(drafts):
        if key := compared(str(draft.values.get("address") or "")):
            keys.setdefault(key, []).append(place)
    asked = select(Property.id, Property.address_key).where(Property.address_key.in_(keys))
    for id, key in gate.rows(asked.order_by(Property.id.desc())) if keys else ():
        yield from (Alike(place, id, SAME_ADDRESS) for place in keys[key])


def _of_the_owner(drafts: Sequence[Draft[Property]], gate: Gate) -> Iterator[Alike]:
    sellers: dict[int, list[int]] = {}
    for place, draft in enumerate(drafts):
        if seller := draft.values.get("seller"):
            sellers.setdefault(int(seller), []).append(place)
    if not sellers:
        return
    known = select(Contact.id, Contact.phone, Contact.mobile).where(Contact.id.in_(sellers))
    phones: dict[str, set[int]] = {}
    for id, *numbers in gate.rows(known):
        for number in filter(None, numbers):
            phones.setdefault(number, set()).update(sellers[id])
    if not phones:
        return
    theirs = or_(Contact.phone.in_(phones), Contact.mobile.in_(phones))
    asked = select(Property.id, Contact.phone, Contact.mobile).join(Contact, Property.seller == Contact.id)
    for id, *numbers in gate.rows(asked.where(theirs).order_by(Property.id.desc()).limit(200)):
        places: set[Any] = set().union(*(phones.get(number, ()) for number in numbers))
        yield from (Alike(place, id, SAME_PHONE) for place in sorted(places))
