"""`Page` and `Form`: what a client was answered, read as somebody would read it, and filled in as somebody would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from bs4 import BeautifulSoup, Tag
from httpx import Response

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
    def soup(self) -> BeautifulSoup:
        """The markup, parsed by BeautifulSoup."""
        return BeautifulSoup(self.html, "html.parser")

    @cached_property
    def text(self) -> str:
        """What somebody reads, in one line."""
        return words(self.soup)

    @property
    def title(self) -> str:
        """The page's heading."""
        heading = self.soup.find("h1")
        return words(heading) if isinstance(heading, Tag) else ""

    @property
    def statements(self) -> int:
        """How many statements the database was sent for it."""
        assert self.answer is not None, "a part of a page was not asked for by itself"
        return int(self.answer.headers["x-statements"])

    def __contains__(self, words: object) -> bool:
        return " ".join(str(words).split()) in self.text

    def __repr__(self) -> str:
        return f"<{self.path} {self.status}: {self.shown(300)}>"

    def all(self, selector: str) -> list[Tag]:
        """Every element that a CSS selector names."""
        return list(self.soup.select(selector))

    def one(self, selector: str) -> Tag:
        """The one element that a CSS selector names. AssertionError says what there is instead."""
        __tracebackhide__ = True
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} elements are {selector!r} on {self.path}; {self._offered()}"
        return found[0]

    def fragment(self, selector: str) -> Page:
        """The part that a CSS selector names, with what it loads by itself after the page."""
        __tracebackhide__ = True
        found = BeautifulSoup(str(self.one(selector)), "html.parser")
        for waiting in found.select(_LOADS):
            if not {"load", "revealed", "intersect"} & set(
                str(waiting["hx-trigger"]).replace(",", " ").split()
            ):
                continue
            loaded = BeautifulSoup(self.client.get(str(waiting["hx-get"]), htmx=True).html, "html.parser")
            if waiting.get("hx-swap") == "outerHTML":
                waiting.replace_with(loaded)
            else:
                waiting.clear()
                waiting.append(loaded)
        return Page(self.client, f"{self.path} {selector}", self.status, str(found))

    def form(self, selector: str = "") -> Form:
        """The form that a CSS selector names; without one, the only one of the page's own part."""
        __tracebackhide__ = True
        found = self.all(selector) if selector else (self.all("main form") or self.all("form"))
        forms = [each if each.name == "form" else each.find_parent("form") for each in found]
        known = list({id(each): each for each in forms if isinstance(each, Tag)}.values())
        big = [form for form in known if "record-form" in (form.get("class") or ())] or known
        chosen = known if selector else big
        listed = "; ".join(_told(form) for form in known) or "no form at all"
        assert len(chosen) == 1, f"which form of {self.path}? There are: {listed}"
        return Form(self.client, self.path, chosen[0])

    def rows(self) -> list[list[str]]:
        """The texts of its first table's cells, row by row, without the head."""
        __tracebackhide__ = True
        table = self.soup.find("table")
        assert isinstance(table, Tag), f"{self.path} has no table; it says: {self.shown(300)}"
        body = table.find("tbody") or table
        assert isinstance(body, Tag)
        return [[words(cell) for cell in row.find_all(["td", "th"])] for row in body.find_all("tr")]

    def complaints(self) -> list[str]:
        """What it says is wrong with a form."""
        found = self.soup.select(".error, .field-error, [role=alert]")
        return [f"it says: {said}" for each in found if (said := words(each))]

    def shown(self, most: int) -> str:
        """The beginning of what the page itself says, without what surrounds every page."""
        own = self.soup.find("main")
        said = words(own) if isinstance(own, Tag) else self.text
        return said if len(said) <= most else f"{said[:most]}…"

    def _offered(self) -> str:
        names = [f"#{element['id']}" for element in self.soup.find_all(id=True)]
        return f"there are {', '.join(names[:40])}" if names else f"it says: {self.shown(300)}"


@dataclass
class Form:
    """A form as the page shows it, with the values that stand in it."""

    client: Client
    path: str
    element: Tag = field(repr=False)

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
        return [name for name in dict.fromkeys(str(each["name"]) for each in named) if name != "_csrf"]

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
        htmx = str(self.element.get("hx-post") or "")
        target = htmx or str(self.element.get("action") or self.path)
        if str(self.element.get("method") or ("post" if htmx else "get")).lower() == "get":
            return self.client.get(_asked(target, sent), status=status)
        return self.client.post(target, sent, status=status, htmx=bool(htmx))

    def _ticked(self, name: str) -> str:
        box = self.element.select_one(f'input[name="{name}"][type=checkbox]')
        return str(box.get("value", "on")) if box is not None else "on"

    def _filled(self) -> Iterator[tuple[str, str]]:
        for each in self.element.select("input[name], select[name], textarea[name]"):
            if each.has_attr("disabled") or each["name"] == "_csrf":
                continue
            yield from ((str(each["name"]), value) for value in _held(each))


def words(element: Tag) -> str:
    """The text of an element, in one line."""
    return " ".join(element.get_text(" ").split())


def _held(element: Tag) -> Sequence[str]:
    if element.name == "textarea":
        return [element.get_text().removeprefix("\n")]
    if element.name == "select":
        options = element.find_all("option")
        chosen = [each for each in options if each.has_attr("selected")]
        if not chosen and not element.has_attr("multiple"):
            chosen = options[:1]
        return [str(each.get("value", each.get_text())) for each in chosen]
    kind = str(element.get("type", "text"))
    if kind in ("checkbox", "radio"):
        return [str(element.get("value", "on"))] if element.has_attr("checked") else []
    return [] if kind in ("submit", "button", "image", "file", "reset") else [str(element.get("value", ""))]


def _told(form: Tag) -> str:
    name = f"#{form['id']}" if form.get("id") else f'form[action="{form.get("action", "")}"]'
    button = form.find("button")
    return f"{name} ({words(button)})" if isinstance(button, Tag) else name


def _asked(target: str, values: dict[str, str | Sequence[str]]) -> str:

    return f"{target.partition('?')[0]}?{urlencode(values, doseq=True)}"
