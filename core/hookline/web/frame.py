"""The frame of every page: navigation, who is signed in, what can be made new.

What stands in it is worked out once for everybody with the same rights, and drawn once for each person and place of the menu.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from hookline.crm.access.actors import Person
from hookline.crm.access.restrictions import faults
from hookline.crm.settings import setting
from hookline.crm.sign_in.sessions import SignedIn
from hookline.errors import Text
from hookline.kernel.actor import Action
from hookline.kernel.plugins.contributions import Contribution
from hookline.web import cookies, flashes
from hookline.web.alike import alike
from hookline.web.developing.slot_lines import slots_here
from hookline.web.plugins.shown import is_open

if TYPE_CHECKING:
    from hookline.web.visit import Visit

COOKIE: Final = "hookline_frame"
# The headings of the menu in their order; what plugins bring under headings of their own stands before the last.
_SALES, _PEOPLE, _INSIGHT = "Sales", "People", Text("Insight").msgid
_TABS: Final = ("/my-day", "/deals", "/activities", "/contacts")
_HOME: Final = "/my-day"
# Stands for the page's address in a frame that many pages share. No text of anybody's has this character.
_BACK: Final = "\0back"


@dataclass(frozen=True)
class Item:
    """A link of the frame."""

    label: str
    url: str
    icon: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Group:
    """Links under a heading; the first group has none. `key` is what it is remembered by when somebody folds it away."""

    label: str
    items: Sequence[Item]
    key: str = ""
    open: bool = True


@dataclass(frozen=True)
class Me:
    """Who is signed in, as the frame shows it."""

    id: int
    name: str
    initials: str
    hue: int
    language: str
    theme: str
    density: str
    unread: bool
    stars: frozenset[str]
    rail: bool


@dataclass(frozen=True)
class Menu:
    """What a person may open and make, as the menu orders it."""

    groups: Sequence[Group]
    creatable: Sequence[Item]

    @cached_property
    def urls(self) -> frozenset[str]:
        """Where its links lead that have no parameters. Where a link has some its page may stand in the menu too, and is the one that is open."""
        return frozenset(item.url for group in self.groups for item in group.items if "?" not in item.url)


@dataclass(frozen=True)
class Drawn:
    """The frame as it goes into a page."""

    side: Markup
    top: Markup
    tabs: Markup


@dataclass
class Frame:
    """What stands beside, above and below a page; drawn when the page asks for it, which parts of pages do not."""

    visit: "Visit" = field(repr=False)
    me: Me
    csrf: str
    path: str

    @cached_property
    def side(self) -> Markup:
        """The menu."""
        return self._drawn.side.replace(_BACK, self._back)

    @cached_property
    def top(self) -> Markup:
        """The bar above."""
        return self._drawn.top.replace(_BACK, self._back)

    @property
    def tabs(self) -> Markup:
        """The bar at the foot of a phone's page."""
        return self._drawn.tabs

    @property
    def _back(self) -> Markup:
        return escape(self.path)

    @cached_property
    def _drawn(self) -> Drawn:
        visit, found = self.visit, menu(self.visit)
        here = _here(found, self.path)
        in_settings, folded = self.path.startswith("/settings"), remembered(visit)
        key = (self.me, self.csrf, here, in_settings, folded)
        return alike(visit, "frame", key, lambda: self._draw(found, here, folded, in_settings=in_settings))

    def _draw(self, found: Menu, here: frozenset[str], folded: frozenset[str], *, in_settings: bool) -> Drawn:
        nav = _opened(found.groups, here, folded)
        values = {
            "me": self.me, "csrf": self.csrf, "lang": self.visit.language, "house_name": setting(self.visit.gate, "house_name"),
            "nav": nav, "tabbar": _tabs(self.visit, nav), "can_create": found.creatable, "in_settings": in_settings, "back": _BACK,
        }  # fmt: skip
        templates = self.visit.site.templates[self.visit.language]
        side, top, tabs = (
            templates.get_template(f"parts/{name}.html").render(values) for name in ("side", "top", "tabs")
        )
        # Templates give text; this is markup they have made.
        return Drawn(Markup(side), Markup(top), Markup(tabs))  # noqa: S704  # see above


def context(visit: "Visit") -> Mapping[str, Any]:
    """What every page's template is given."""
    person, signed_in = visit.person, visit.signed_in
    me = _me(visit, person, signed_in) if person and signed_in else None
    visit.flash = visit.flash or list(flashes.read(visit))
    path, csrf = visit.request.url.path, signed_in.csrf if signed_in else ""
    return {
        "me": me,
        "frame": Frame(visit, me, csrf, path) if me else None,
        "lang": visit.language,
        "csrf": csrf,
        "page_title": "",
        "crumbs": (),
        "flash": [{"kind": kind, "text": visit.say(text), "undo": undo} for kind, text, undo in visit.flash],
        "notice": _notice(visit) if me else None,
        "viewing": visit.gate.actor.name if me and visit.gate.viewer is not None else "",
        # Strangers are not told whose house it is, but by a link that the house has given them.
        "house_name": setting(visit.gate, "house_name") if me or visit.linked else "Hookline",
        "fmt": visit.fmt,
        "request_path": path,
        "slots_here": slots_here(visit) if me else (),
        "developer_bar": visit.site.developing is not None,
        "is_htmx": visit.is_htmx,
        # Where a page keeps the macros it has made ready: see pages.py.
        "macros_made_ready": {},
    }


def menu(visit: "Visit") -> Menu:
    """Everything that this person may open and make."""
    return alike(visit, "menu", (), lambda: _menu(visit))


def remembered(visit: "Visit") -> frozenset[str]:
    """What this browser keeps of the frame: "rail" for the narrow menu, and the keys of groups that are folded away."""
    return frozenset(cookies.sent(visit.request, visit.site.settings, COOKIE).split("."))


def _me(visit: "Visit", person: Person, signed_in: SignedIn) -> Me:
    looking = signed_in.viewer is not None
    return Me(
        person.id, person.name, person.initials, person.hue, signed_in.language, signed_in.theme, signed_in.density,
        unread=signed_in.has_news and not looking,
        stars=frozenset() if looking else signed_in.stars,
        rail="rail" in remembered(visit),
    )  # fmt: skip


def _menu(visit: "Visit") -> Menu:
    found: dict[str, list[Item]] = {_SALES: [], _PEOPLE: []}
    for _, heading, label, url, icon in sorted(_entries(visit), key=itemgetter(0)):
        found.setdefault(heading, []).append(Item(visit.say(label), url, icon))
    labels = sorted(found, key=lambda label: label == _INSIGHT)
    named = [Group(visit.say(label), found[label], _key(label)) for label in labels if found[label]]
    groups = [Group("", [Item(visit.say("My day"), _HOME, "sun")]), *named]
    return Menu(groups, _creatable(visit, groups))


def _here(found: Menu, path: str) -> frozenset[str]:
    """The links that lead to this page, or to what it is a part of."""
    path = _HOME if path == "/" else path
    return frozenset(url for url in found.urls if path == url or (url != "/" and path.startswith(f"{url}/")))


def _opened(groups: Sequence[Group], here: frozenset[str], folded: frozenset[str]) -> list[Group]:
    return [
        replace(
            group, items=[replace(item, current=item.url in here) for item in group.items],
            open=not group.key or group.key not in folded,
        )
        for group in groups
    ]  # fmt: skip


def _entries(visit: "Visit") -> Iterator[tuple[int, str, str, str, str]]:
    """What this person may open: (order within its heading, heading, label, address, icon)."""
    for info in visit.gate.schema.entities.values():
        if info.cls.menu and visit.gate.may(info.name, Action.read):
            yield info.cls.menu_order, info.cls.menu, info.cls.plural, f"/{info.cls.slug}", info.cls.icon
    yield 10, _INSIGHT, "Dashboards", "/dashboards", "layout-dashboard"
    if visit.gate.actor.may("reports"):
        yield 20, _INSIGHT, "Reports", "/reports", "chart-column"
    if visit.gate.actor.may("imports"):
        yield 30, _INSIGHT, "Imports", "/imports", "upload"
    for link in _links(visit):
        heading = link.options["section"] or visit.gate.host.plugins[link.plugin].plugin.label
        yield link.options["order"], heading, link.label, link.options["to"], link.options["icon"]


def _links(visit: "Visit") -> list[Contribution]:
    """The links of plugins that lead this person somewhere: not into lists that may not be read."""
    found = visit.gate.host.contributions("menu")
    closed = [
        f"/{info.cls.slug}"
        for info in visit.gate.schema.entities.values()
        if found and not visit.gate.may(info.name, Action.read)
    ]
    mine = [
        c for c in found
        if is_open(visit, c) and not any(_leads_into(c.options["to"], base) for base in closed)
    ]  # fmt: skip
    return sorted(mine, key=lambda c: (c.options["order"], c.plugin))


def _leads_into(url: str, base: str) -> bool:
    return url == base or url.startswith((f"{base}/", f"{base}?"))


def _key(label: str) -> str:
    """A short sign for a heading in any script."""
    return f"{zlib.crc32(label.encode()):08x}"


def _tabs(visit: "Visit", nav: Sequence[Group]) -> list[Item]:
    known = {item.url: item for group in nav for item in group.items}
    return [*(known[url] for url in _TABS if url in known), Item(visit.say("More"), "#sidebar", "menu")]


def _creatable(visit: "Visit", nav: Sequence[Group]) -> list[Item]:
    """What people make every day, as the menu orders it. What belongs to the house is made where its list is."""
    places = {item.url: place for place, item in enumerate(item for group in nav for item in group.items)}
    mine = [
        info.cls
        for info in visit.gate.schema.entities.values()
        if info.owned and info.cls.menu and visit.gate.may(info.name, Action.create)
    ]
    mine.sort(key=lambda cls: places.get(f"/{cls.slug}", len(places)))
    return [Item(visit.say(cls.label), f"/{cls.slug}/new", cls.icon) for cls in mine]


def _notice(visit: "Visit") -> str | None:
    """A banner for administrators: a role is limited by a field that is gone, or a plugin is off because it is broken."""
    if visit.gate.actor.may("admin.roles"):
        for role, _, reason in faults(visit.gate):
            text = Text(
                "A limit of the role %(role)s closes everything: %(reason)s", role=role, reason=reason
            )
            return visit.say(text)
    broken = visit.gate.host.broken
    if not broken or not visit.gate.actor.may("admin.plugins"):
        return None
    return visit.site.translations.catalog(visit.language).ngettext(
        "The plugin %(names)s is switched off because it failed at start.",
        "The plugins %(names)s are switched off because they failed at start.",
        len(broken),
    ) % {"names": ", ".join(broken)}
