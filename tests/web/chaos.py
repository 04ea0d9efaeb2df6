"""Plugins that misbehave in every way, at every point there is: a point added to `Plugin` is covered as soon as it is there."""

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from hookline.crm.activities import Activity
from hookline.crm.catalogs import LostReason, Product, Source
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.crm.purchases import Purchase
from hookline.errors import NotFound, Refused, Text
from hookline.kernel.fields import text
from hookline.kernel.forms import Form
from hookline.kernel.health import Finding
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.rules import Alike, BeforeSave, Judgement
from hookline.kernel.screens import Page, Redirect, SearchHit
from hookline.kernel.shown import Badge, Chart, Figure, Link, Mark, Panel, Report
from sqlalchemy.orm import Mapped

# Where a failure must hide or refuse everything, on what the other points are not shown on.
_APART: Final = {
    "restrict": (Product,), "around_write": (LostReason,), "follow": (Source,), "forget": (Activity,), "default": (Lead,),
}  # fmt: skip
_EVERYWHERE: Final = (Deal, Company, Contact, Lead)
# What is declared by a class or a value, and has no function that could misbehave later.
DECLARED: Final = frozenset({"settings", "activity_kind", "permission", "menu", "pipeline", "view"})


# What some are declared with besides, once more, where that leads to code of the plugin's on another way.
_FURTHER: Final[Mapping[str, Callable[["Way"], Mapping[str, Any]]]] = {
    "page": lambda _way: {"public": True},
    "selection": lambda way: {"choices": way},
    "action": lambda _way: {"bulk": True},
}


class Note(Form):
    """What an endpoint takes and answers."""

    said: Mapped[str] = text("Said")


_GIVEN: Final[Mapping[str, object]] = {
    "label": "Chaos", "name": "chaos.txt", "event": Purchase, "point": "chaos_raises.raises", "slot": "list.top", "field": "owner",
    "fields": ("owner",), "takes": Note, "answers": Note, "quiet": 1,
}  # fmt: skip


# What a plugin does, whatever it is called with.
Way = Callable[..., Any]


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


# What else is right on the outside, by the word with which it is declared.
_HOSTILE_INSIDE: Final[Mapping[str, Callable[[Any], Any]]] = {
    "similar": lambda it: [Alike(0, it, it)],
    "search": lambda it: [SearchHit(it, it, it)],
    "endpoint": lambda it: Note(said=it),
    "report": lambda it: Report((it,), [[it]], note=it),
    "widget": lambda it: Chart("bar", [Mark(it, it)], title=it),
    "block": lambda it: Figure(it, it, trend=[it]),
    "page": lambda it: Page(it, it, it),
    "action": lambda it: Redirect(it, it),
    "health": lambda it: [Finding(it, it, it)],
    "importer": lambda it: [{it: it}],
    "exporter": lambda it: [it],
    "column": lambda it: {1: Link(it, it)},
    "cell": lambda it: {1: Badge(it, it)},
}


def uneven(*_: Any) -> Any:
    return Report(("One",), [["a", "b"], Hostile()])  # type: ignore[list-item]  # the mistake


def huge(*_: Any) -> Any:
    return Panel(rows=[["x" * 1000]] * 100_000)


def of_others(*_: Any) -> Any:
    return {-1: "a", "two": Hostile(), None: object()}


def interrupts_late(*_: Any) -> Any:
    yield 7
    raise KeyboardInterrupt


# Whether somebody watches what runs in this thread, as the house of a test says; and the calls that nobody did.
watched: list[Callable[[], bool]] = []
unwatched: list[str] = []


def in_steps(*given: Any) -> Any:
    """An answer step by step: where one of them hung, somebody would have to know."""
    if not watched[0]():
        unwatched.append(f"{given}")
    yield 7


def absent(*_: Any) -> Any:
    raise NotFound


def refuses_unspeakably(*_: Any) -> Any:
    raise Refused(7)  # type: ignore[arg-type]  # the mistake


def meddles(*given: Any) -> Any:
    """What it is given it leaves with others' names, wrong values and complaints that nobody can read."""
    for moment in given:
        if isinstance(moment, BeforeSave):
            moment.values.update({"name": Hostile(), "nobody_has_it": 7, "first_name": b"", "sort_key": "a"})
        if isinstance(moment, Judgement):
            moment.reject(Text("%(gone)s", here=1))


WAYS: Final[tuple[Way, ...]] = (
    raises, raises_unspeakable, leaves, interrupts, recurses, nothing, wrong, hostile, hostile_inside, uneven, huge, of_others,
    interrupts_late, in_steps, absent, refuses_unspeakably, meddles,
)  # fmt: skip


def points() -> dict[str, Callable[..., Any]]:
    """Every word with which a plugin declares something that is called later."""
    found = inspect.getmembers(Plugin, inspect.isfunction)
    return {
        name: word
        for name, word in found
        if not name.startswith("_") and name not in {"contribute", *DECLARED}
    }


def misbehaving(way: Way, *, only: Collection[str] = ()) -> Plugin:
    """A plugin that does this at every point, or `only` at these."""
    plugin = Plugin(f"chaos_{way.__name__}", label=f"Chaos {way.__name__}")
    for name, word in points().items():
        if only and name not in only:
            continue
        asked = [p for p in inspect.signature(word).parameters.values() if p.name != "self"]
        entities = _APART.get(name, _EVERYWHERE) if any(p.name == "entity" for p in asked) else (None,)
        for entity in entities:
            _declare(plugin, word, asked, way, entity)
        if name in _FURTHER:
            _declare(plugin, word, asked, also(way), entities[0], **_FURTHER[name](way))
    return plugin


def also(way: Way) -> Way:
    """The same under another name."""

    def further(*given: Any) -> Any:
        return way(*given)

    further.__name__ = f"{way.__name__}_too"
    return further


def _around(build: Callable[[Any], Any]) -> Callable[..., Any]:
    def hostile_inside(*_: Any) -> Any:
        return build(Hostile())

    return hostile_inside


def _declare(
    plugin: Plugin,
    word: Callable[..., Any],
    asked: list[inspect.Parameter],
    way: Way,
    entity: object,
    **more: Any,
) -> None:
    if way is hostile_inside and word.__name__ in _HOSTILE_INSIDE:
        way = _around(_HOSTILE_INSIDE[word.__name__])
    needed = [p for p in asked if p.default is p.empty and p.kind is not p.VAR_POSITIONAL]
    given = {**_GIVEN, "entity": entity, "call": way}
    unknown = [p.name for p in needed if p.name not in given]
    assert not unknown, f"say in tests/web/chaos.py what {word.__name__}({', '.join(unknown)}) is given"
    before = len(plugin.contributions)
    further = {
        p.name: given[p.name]
        for p in asked
        if p.kind is p.KEYWORD_ONLY and (p in needed or p.name in ("entity", "quiet"))
    }
    answer = word(plugin, *(given[p.name] for p in needed if p.kind is not p.KEYWORD_ONLY), **further, **more)
    if "call" not in {p.name for p in needed}:
        answer(way)
    assert len(plugin.contributions) > before, f"{word.__name__} added nothing"
