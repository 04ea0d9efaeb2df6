"""Whether offers keep the rules of the portal: one offer before it goes out, or a whole feed as it was written."""

from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, iterparse

from hookline_sdk import Text

from hookline_real_estate.feeds.rules import LONGEST_DESCRIPTION, SCHEMA, Rule, rules_of

_SPACE = f"{{{SCHEMA}}}"


def broken_rules(offer: Element) -> list[Text]:
    """Why the portal would refuse an offer, each once and in plain words; nothing where it would take it."""
    rent = _said(offer, "type") in ("аренда", "rent")
    new = _said(offer, "new-flat") is not None
    rules = rules_of(_said(offer, "category") or "", new=new, rent=rent)
    if not rules:
        return [Text("The portal has no such category.")]
    found = [said for rule in rules for said in _breaks(rule, offer)]
    found += _unlikely(offer)
    return list(dict.fromkeys(found))


def check_feed(file: IO[bytes]) -> Iterator[tuple[str, Text]]:
    """What is wrong with a feed as it was written: the id of the offer ("" for the whole), and why. Reads it piece by piece."""
    seen: set[str] = set()
    root: Element | None = None
    for what, element in iterparse(file, events=("start", "end")):  # noqa: S314  # what we have written ourselves
        if root is None:
            root = element
            if element.tag != f"{_SPACE}realty-feed":
                yield "", Text("The feed is no feed of Yandex.Realty.")
        elif what == "end" and element.tag == f"{_SPACE}offer":
            for each in element.iter():
                each.tag = each.tag.removeprefix(_SPACE)
            yield from _of_offer(element, seen)
            root.clear()
        elif what == "end" and element.tag == f"{_SPACE}generation-date":
            seen.add("")
    if "" not in seen:
        yield "", Text("The feed does not say when it was written.")


def _of_offer(offer: Element, seen: set[str]) -> Iterator[tuple[str, Text]]:
    id = offer.get("internal-id", "")
    if not id or id in seen:
        yield id, Text("Its number is not its own.")
    seen.add(id)
    for said in broken_rules(offer):
        yield id, said


def _breaks(rule: Rule, offer: Element) -> Iterator[Text]:
    found = [each.text or "" for each in offer.findall(rule.path)]
    if not any(found):
        if rule.missing:
            yield rule.missing if isinstance(rule.missing, Text) else Text(rule.missing)
        return
    for value in found:
        closed = rule.values and value not in rule.values
        if closed or (rule.fits is not None and not rule.fits.fullmatch(value)):
            yield Text(
                "The portal does not take “%(value)s” as %(element)s.", value=value[:60], element=rule.path
            )


def _unlikely(offer: Element) -> Iterator[Text]:
    floor, floors = _said(offer, "floor"), _said(offer, "floors-total")
    if floor and floors and _number(floor) > _number(floors):
        yield Text("It is on a floor above the highest of the house.")
    if len(_said(offer, "description") or "") > LONGEST_DESCRIPTION:
        yield Text("Its description is longer than %(most)s characters.", most=LONGEST_DESCRIPTION)
    for path in ("price/value", "area/value"):
        value = _said(offer, path)
        if value is not None and not float(value if value.replace(".", "", 1).isdigit() else "1"):
            yield Text("It has no price.") if path.startswith("price") else Text("It has no area.")


def _number(said: str) -> int:
    return int(said) if said.lstrip("-").isdigit() else 0


def _said(offer: Element, path: str) -> str | None:
    found = offer.find(path)
    return None if found is None else found.text or ""
