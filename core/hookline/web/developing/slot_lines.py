"""`?slots=1` in development: the slots of the page at hand, each with the line of code that puts something there."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hookline.kernel.slots import PAGE_SLOTS, RECORD_SLOTS, SLOTS

if TYPE_CHECKING:
    from hookline.web.visit import Visit


def slot_lines() -> list[Mapping[str, str]]:
    """Every slot: its name, where it is, and the line, with Deal for whatever entity is meant."""
    return [_line(name, "Deal") for name in SLOTS]


def slots_here(visit: "Visit") -> Sequence[Mapping[str, str]]:
    """Those of the page that is asked for; none but in development, when the address asks for them."""
    if not visit.site.settings.development or visit.query.get("slots") != "1":
        return ()
    path = visit.request.url.path.strip("/")
    if path in ("", "my-day"):
        return [_line(name, "") for name in SLOTS if name.startswith("my_day.")]
    slug, _, id = path.rpartition("/")
    for info in visit.gate.schema.entities.values():
        entity = info.cls.__name__
        if info.cls.slug == path:
            return [_line("list.top", entity)]
        if info.cls.slug == slug and id.isdecimal():
            return [_line(name, entity) for name in RECORD_SLOTS]
    return ()


def _line(name: str, entity: str) -> Mapping[str, str]:
    if name in PAGE_SLOTS:
        of = f", entity={entity}" if name == "list.top" else ""
        line = f'@plugin.block("{name}", "Label"{of})'
    else:
        line = f'@plugin.panel({entity}, "Label", slot="{name}")'
    return {"name": name, "where": SLOTS[name], "line": line}
