"""Plugins that misbehave in every way, at every point there is: a point added to `Plugin` is covered as soon as it is there."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

from hookline.crm.catalogs import Product
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.crm.purchases import Purchase
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.shown import Panel, Report

# Where a failure must hide or refuse everything, on what the other points are not shown on.
_APART: Final = {"restrict": (Product,), "around_write": (Company,), "default": (Lead,)}
_EVERYWHERE: Final = (Deal, Company, Contact, Lead)
# What is declared by a class or a value, and has no function that could misbehave later.
DECLARED: Final = frozenset({"settings", "activity_kind", "permission", "menu", "pipeline", "view"})
# Their failures have tests of their own: tests/api/test_endpoints.py, tests/web/test_similar_by_plugins.py.
ELSEWHERE: Final = frozenset({"endpoint", "similar"})
_GIVEN: Final[Mapping[str, object]] = {
    "label": "Chaos", "name": "chaos.txt", "event": Purchase, "point": "chaos_raises.raises", "slot": "list.top", "field": "owner",
}  # fmt: skip


class Hostile:
    """An object that answers no question."""

    def _refuse(self, *_: object) -> Any:
        raise LookupError("on purpose")

    __iter__ = __len__ = __bool__ = __getattr__ = _refuse
    __str__ = __repr__ = __eq__ = __hash__ = __format__ = _refuse


class Unspeakable(Exception):
    """An exception that cannot be told."""

    def __str__(self) -> str:
        raise LookupError("on purpose")


def raises(*_: Any) -> Any:
    raise ZeroDivisionError("on purpose")


def raises_unspeakable(*_: Any) -> Any:
    raise Unspeakable


def leaves(*_: Any) -> Any:
    raise SystemExit(3)


def interrupts(*_: Any) -> Any:
    raise KeyboardInterrupt


def recurses(*given: Any) -> Any:
    return recurses(*given)


def nothing(*_: Any) -> Any:
    return None


def wrong(*_: Any) -> Any:
    return 7


def hostile(*_: Any) -> Any:
    return Hostile()


def hostile_inside(*_: Any) -> Any:
    return Panel(text=Hostile(), facts={"A": Hostile()}, rows=[[Hostile()]])  # type: ignore[arg-type, list-item, dict-item]  # the mistake


def uneven(*_: Any) -> Any:
    return Report(("One",), [["a", "b"], Hostile()])  # type: ignore[list-item]  # the mistake


def huge(*_: Any) -> Any:
    return Panel(rows=[["x" * 1000]] * 100_000)


def of_others(*_: Any) -> Any:
    return {-1: "a", "two": Hostile(), None: object()}


WAYS: Final[tuple[Callable[..., Any], ...]] = (
    raises, raises_unspeakable, leaves, interrupts, recurses, nothing, wrong, hostile, hostile_inside, uneven, huge, of_others,
)  # fmt: skip


def points() -> dict[str, Callable[..., Any]]:
    """Every word with which a plugin declares something that is called later."""
    found = inspect.getmembers(Plugin, inspect.isfunction)
    return {
        name: word
        for name, word in found
        if not name.startswith("_") and name not in {"contribute", *DECLARED, *ELSEWHERE}
    }


def misbehaving(way: Callable[..., Any]) -> Plugin:
    """A plugin that does this at every point."""
    plugin = Plugin(f"chaos_{way.__name__}", label=f"Chaos {way.__name__}")
    for name, word in points().items():
        asked = [p for p in inspect.signature(word).parameters.values() if p.name != "self"]
        entities = _APART.get(name, _EVERYWHERE) if any(p.name == "entity" for p in asked) else (None,)
        for entity in entities:
            _declare(plugin, word, asked, way, entity)
    return plugin


def _declare(
    plugin: Plugin,
    word: Callable[..., Any],
    asked: list[inspect.Parameter],
    way: Callable[..., Any],
    entity: object,
) -> None:
    needed = [p for p in asked if p.default is p.empty and p.kind is not p.VAR_POSITIONAL]
    given = {**_GIVEN, "entity": entity, "call": way}
    unknown = [p.name for p in needed if p.name not in given]
    assert not unknown, f"say in tests/web/chaos.py what {word.__name__}({', '.join(unknown)}) is given"
    before = len(plugin.contributions)
    further = {
        p.name: given[p.name]
        for p in asked
        if p.kind is p.KEYWORD_ONLY and (p in needed or p.name == "entity")
    }
    answer = word(plugin, *(given[p.name] for p in needed if p.kind is not p.KEYWORD_ONLY), **further)
    if "call" not in {p.name for p in needed}:
        answer(way)
    assert len(plugin.contributions) > before, f"{word.__name__} added nothing"
