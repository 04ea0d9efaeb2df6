"""`Page` and `Form`: what a client was answered, read as somebody would read it, and filled in as somebody would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from httpx import Response

from hookline_sdk.testing.elements import Element, read_html, words

if TYPE_CHECKING:
    from hookline_sdk.testing.client import Client

_LOADS: Final = "[hx-get][hx-trigger]"


@dataclass(repr=False)
class Page:
    """An answer in HTML, or a part of one. `"37%" in page` looks at its text."""

    client: Client
    path: str
    status: int
    html: str
    answer: Response | None = None

    @cached_property
    def root(self) -> Element:
        """The element that holds all others."""
        return read_html(self.html)

    @cached_property
    def text(self) -> str:
        """What somebody reads, in one line."""
        return words(self.root)

    @property
    def title(self) -> str:
        """The page's heading."""
        heading = self.root.select_one("h1")
        return words(heading) if heading is not None else ""

    @property
    def statements(self) -> int:
        """How many statements the database was sent for it."""
        assert self.answer is not None, "a part of a page was not asked for by itself"
        return int(self.answer.headers["x-statements"])

    def __contains__(self, words: object) -> bool:
        return " ".join(str(words).split()) in self.text

    def __repr__(self) -> str:
        return f"<{self.path} {self.status}: {self.shown(300)}>"

    def all(self, selector: str) -> list[Element]:
        """Every element that a CSS selector names."""
        return self.root.select(selector)

    def one(self, selector: str) -> Element:
        """The one element that a CSS selector names. AssertionError says what there is instead."""
        __tracebackhide__ = True
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} elements are {selector!r} on {self.path}; {self._offered()}"
        return found[0]

    def fragment(self, selector: str) -> Page:
        """The part that a CSS selector names, with what it loads by itself after the page."""
        __tracebackhide__ = True
        whole = read_html(str(self.one(selector)))
        for waiting in whole.select(_LOADS):
            if not {"load", "revealed", "intersect"} & set(waiting["hx-trigger"].replace(",", " ").split()):
                continue
            loaded = self.client.get(waiting["hx-get"], htmx=True).html
            if waiting.get("hx-swap") == "outerHTML":
                waiting.replace(loaded)
            else:
                waiting.fill(loaded)
        return Page(self.client, f"{self.path} {selector}", self.status, str(whole))

    def form(self, selector: str = "") -> Form:
        """The form that a CSS selector names; without one, the only one of the page's own part."""
        __tracebackhide__ = True
        found = self.all(selector) if selector else (self.all("main form") or self.all("form"))
        forms = [each if each.name == "form" else each.closest("form") for each in found]
        known = list(dict.fromkeys(each for each in forms if each is not None))
        big = [form for form in known if "record-form" in form.classes] or known
        chosen = known if selector else big
        listed = "; ".join(_told(form) for form in known) or "no form at all"
        assert len(chosen) == 1, f"which form of {self.path}? There are: {listed}"
        return Form(self.client, self.path, chosen[0])

    def rows(self) -> list[list[str]]:
        """The texts of its first table's cells, row by row, without the head."""
        __tracebackhide__ = True
        table = self.root.select_one("table")
        assert table is not None, f"{self.path} has no table; it says: {self.shown(300)}"
        body = table.select_one("tbody") or table
        return [[words(cell) for cell in row.select("td, th")] for row in body.select("tr")]

    def complaints(self) -> list[str]:
        """What it says is wrong with a form."""
        found = self.root.select(".error, .field-error, [role=alert]")
        return [f"it says: {said}" for each in found if (said := words(each))]

    def shown(self, most: int) -> str:
        """The beginning of what the page itself says, without what surrounds every page."""
        own = self.root.select_one("main")
        said = words(own) if own is not None else self.text
        return said if len(said) <= most else f"{said[:most]}…"

    def _offered(self) -> str:
        names = [f"#{element['id']}" for element in self.root.select("[id]")]
        return f"there are {', '.join(names[:40])}" if names else f"it says: {self.shown(300)}"


@dataclass
class Form:
    """A form as the page shows it, with the values that stand in it."""

    client: Client
    path: str
    element: Element = field(repr=False)

    @cached_property
    def values(self) -> dict[str, str | list[str]]:
        """What would be sent now, by the names of its fields."""
        found: dict[str, str | list[str]] = {}
        for name, value in self._filled():
            held = found.get(name)
            if held is None:
                found[name] = value
            else:
                found[name] = [*([held] if isinstance(held, str) else held), value]
        return found

    @property
    def names(self) -> list[str]:
        """The names of everything that can be filled in: the page's own token is none of it."""
        named = self.element.select("input[name], select[name], textarea[name], button[name]")
        return [name for name in dict.fromkeys(each["name"] for each in named) if name != "_csrf"]

    def fill(self, **values: object) -> Form:
        """Write into fields, by name: a text, a number, True and False for a tick, a list for several."""
        __tracebackhide__ = True
        for name, value in values.items():
            assert name in self.names, (
                f"the form on {self.path} has no {name!r}; it has {', '.join(self.names)}"
            )
            if value is False or value is None:
                self.values.pop(name, None)
            elif value is True:
                self.values[name] = self._ticked(name)
            elif isinstance(value, str):
                self.values[name] = value
            else:
                self.values[name] = (
                    [str(each) for each in value] if isinstance(value, list | tuple | set) else str(value)
                )
        return self

    def submit(self, *, status: int = 200, **values: object) -> Page:
        """Fill in, send, and give the page that it leads to, which must come with this status (422: it was refused)."""
        __tracebackhide__ = True
        self.fill(**values)
        sent: dict[str, str | Sequence[str]] = dict(self.values)
        htmx = self.element.get("hx-post", "")
        target = htmx or self.element.get("action") or self.path
        if (self.element.get("method") or ("post" if htmx else "get")).lower() == "get":
            return self.client.get(_asked(target, sent), status=status)
        return self.client.post(target, sent, status=status, htmx=bool(htmx))

    def _ticked(self, name: str) -> str:
        box = self.element.select_one(f'input[name="{name}"][type=checkbox]')
        return box.get("value", "on") if box is not None else "on"

    def _filled(self) -> Iterator[tuple[str, str]]:
        for each in self.element.select("input[name], select[name], textarea[name]"):
            if each.has_attr("disabled") or each["name"] == "_csrf":
                continue
            yield from ((each["name"], value) for value in _held(each))


def _held(element: Element) -> Sequence[str]:
    if element.name == "textarea":
        return [element.get_text().removeprefix("\n")]
    if element.name == "select":
        options = element.select("option")
        chosen = [each for each in options if each.has_attr("selected")]
        if not chosen and not element.has_attr("multiple"):
            chosen = options[:1]
        return [each.get("value", each.get_text()) for each in chosen]
    kind = element.get("type", "text")
    if kind in ("checkbox", "radio"):
        return [element.get("value", "on")] if element.has_attr("checked") else []
    return [] if kind in ("submit", "button", "image", "file", "reset") else [element.get("value", "")]


def _told(form: Element) -> str:
    name = f"#{form['id']}" if form.get("id") else f'form[action="{form.get("action", "")}"]'
    button = form.select_one("button")
    return f"{name} ({words(button)})" if button is not None else name


def _asked(target: str, values: dict[str, str | Sequence[str]]) -> str:

    return f"{target.partition('?')[0]}?{urlencode(values, doseq=True)}"
