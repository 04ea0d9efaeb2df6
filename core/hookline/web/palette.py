"""The command palette: records, what can be done with the one that is open, pages and views, things to make, commands."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlencode

from hookline.crm.access.actors import hue, initials
from hookline.crm.desks.view_presets import list_presets
from hookline.crm.desks.views import list_views
from hookline.crm.timeline import is_journal
from hookline.errors import NotFound, Text
from hookline.kernel.actor import Action
from hookline.kernel.finding import Hit, find_records
from hookline.kernel.schema import EntityInfo
from hookline.kernel.translations import LANGUAGES
from hookline.kernel.whole import Whole, read_whole
from hookline.web import frame
from hookline.web.me.places import recent_links
from hookline.web.plugins.found import FoundBy, found_by_plugins
from hookline.web.records.actions import main_actions, more_actions
from hookline.web.records.composer import writing_kinds
from hookline.web.records.menus import stage_items
from hookline.web.visit import Answer, Visit

_EACH: Final = 3
_RECENT: Final = 5
_RECORD: Final = re.compile(r"/([a-z][a-z0-9_-]*)/([0-9]{1,18})")
_THEMES: Final = (
    ("light", "sun", Text("Light theme")), ("dark", "moon", Text("Dark theme")), ("system", "monitor", Text("Theme of the device")),
)  # fmt: skip
_DENSITIES: Final = (("comfortable", Text("Roomy rows")), ("compact", Text("Narrow rows")))


@dataclass(frozen=True)
class Entry:
    """One line. `post` is what is sent to the address, None where it is only gone to; a `dialog` opens where one is."""

    label: str
    url: str
    icon: str
    note: str = ""
    initials: str = ""
    hue: int = 1
    kbd: str = ""
    post: Mapping[str, str] | None = None
    dialog: bool = False
    # An element of the page that opens instead.
    opens: str = ""
    also: str = field(default="", compare=False)


def palette(visit: Visit, words: str) -> Answer:
    """The lines for these words; without any, what is at hand. `at` is the page on which it was opened."""
    pages = [*_pages(visit), *(_views(visit) if words else ())]
    groups = [
        (visit.say("Records"), _records(visit, words)) if words else _recent(visit),
        *((group.label, _foreign(group)) for group in found_by_plugins(visit, words, _EACH)),
        (visit.say("This record"), _fitting(_of_record(visit), words)),
        (visit.say("Go to"), _fitting(pages, words)),
        (visit.say("Make"), _fitting(_making(visit), words)),
        (visit.say("Do"), _fitting(_commands(visit), words)),
        (visit.say("Search"), [_everywhere(visit, words)] if words else []),
    ]
    if words:
        groups.sort(key=lambda group: _rank(group[1], words.casefold()))
    template = visit.site.templates[visit.language].get_template("search/palette.html")
    return Answer(
        template.render(groups=[{"label": label, "items": items} for label, items in groups], q=words)
    )


def searched(visit: Visit) -> list[EntityInfo]:
    """The entities that stand in the menu, in its order; those without a place there are found on their own pages."""
    infos = visit.gate.schema.entities.values()
    return [
        info for info in infos if info.cls.menu and info.searchable and visit.gate.may(info.name, Action.read)
    ]


def _records(visit: Visit, words: str, each: int = _EACH) -> list[Entry]:
    infos = searched(visit)
    labels = {info.name: visit.say(info.cls.label) for info in infos}
    hits = find_records(visit.gate, infos, words, each)
    return [
        Entry(h.title, _url(visit, h), "box", labels[h.entity], initials(h.title), hue(h.id)) for h in hits
    ]


def _recent(visit: Visit) -> tuple[str, list[Entry]]:
    """What was opened last; for somebody new here the newest records."""
    links = [link for link in recent_links(visit, _RECENT + 1) if link.url != visit.query.get("at")][:_RECENT]
    found = [Entry(link.label, link.url, link.icon, link.note, link.initials, link.hue) for link in links]
    if found:
        return visit.say("Opened last"), found
    return visit.say("Newest records"), _records(visit, "", 1)


def _foreign(group: FoundBy) -> list[Entry]:
    return [Entry(hit.title, hit.url, group.icon, hit.note or group.label) for hit in group.found]


def _url(visit: Visit, hit: Hit) -> str:
    return f"/{visit.gate.schema[hit.entity].cls.slug}/{hit.id}"


def _of_record(visit: Visit) -> list[Entry]:
    """What can be done with the record that is open."""
    record = _open_record(visit)
    if record is None or record.trashed:
        return []
    found = [
        Entry(visit.say(Text("Write down: %(what)s", what=label)), f"#composer-{kind}", icon)
        for kind, label, icon in (writing_kinds(visit) if _may_write(visit, record) else ())
    ]
    actions = [*main_actions(visit, record), *stage_items(visit, record), *more_actions(visit, record)]
    found += [_action(item) for item in actions if item != "-" and not item.get("danger")]
    return [*found, *_mine(visit, record), *_star(visit, record)]


def _open_record(visit: Visit) -> Whole | None:
    found = _RECORD.fullmatch(visit.query.get("at", ""))
    info = next((i for i in visit.gate.schema.entities.values() if found and i.cls.slug == found[1]), None)
    if found is None or info is None or not 0 < int(found[2]) < 2**63:
        return None
    try:
        return read_whole(visit.gate, info, int(found[2]))
    except NotFound:
        return None


def _may_write(visit: Visit, record: Whole) -> bool:
    return is_journal(record.info) and visit.gate.may("activity", Action.create)


def _action(item: Mapping[str, Any]) -> Entry:
    post: Mapping[str, str] | None = {} if item.get("method") == "post" else None
    return Entry(
        item["label"],
        item["url"],
        item.get("icon", "arrow-right"),
        post=post,
        dialog=bool(item.get("dialog")),
    )


def _mine(visit: Visit, record: Whole) -> Iterator[Entry]:
    me = visit.gate.actor.user
    if record.info.owned and record.may(Action.assign) and record.values.get("owner") != me:
        send = {"owner": str(me), "version": str(record.version)}
        yield Entry(visit.say("Assign to me"), f"{record.url}/assignment", "user-check", post=send)


def _star(visit: Visit, record: Whole) -> Iterator[Entry]:
    if visit.signed_in is None or visit.signed_in.viewer is not None:
        return
    key = f"{record.info.name}:{record.id}"
    on = key in visit.signed_in.stars
    label = visit.say("No longer a favourite" if on else "Keep among the favourites")
    yield Entry(
        label, "/favourites", "star", post={"key": key, "on": "off" if on else "on", "back": record.url}
    )


def _pages(visit: Visit) -> list[Entry]:
    listed = [
        Entry(item.label, item.url, item.icon) for group in frame.menu(visit).groups for item in group.items
    ]
    own = (("Notifications", "/notifications", "bell"), ("Favourites", "/favourites", "star"))
    further = (("Your account", "/me", "circle-user"), ("Settings", "/settings", "settings"))
    return [*listed, *(Entry(visit.say(label), url, icon) for label, url, icon in (*own, *further))]


def _views(visit: Visit) -> Iterator[Entry]:
    """Saved views and those that lists begin with."""
    for info in visit.gate.schema.entities.values():
        if not info.cls.menu or not visit.gate.may(info.name, Action.read):
            continue
        plural, base = visit.say(info.cls.plural), f"/{info.cls.slug}"
        for preset in list_presets(visit.gate, info):
            yield Entry(
                visit.say(preset.label),
                f"{base}?{preset.query}&view={preset.name}",
                info.cls.icon,
                plural,
                also=plural,
            )
        for view in list_views(visit.gate, info.name):
            query = f"{view.query}&" if view.query else ""
            yield Entry(view.name, f"{base}?{query}view={view.id}", info.cls.icon, plural, also=plural)


def _making(visit: Visit) -> list[Entry]:
    return [
        Entry(
            visit.say(Text("New: %(what)s", what=visit.say(info.cls.label))),
            f"/{info.cls.slug}/new",
            info.cls.icon,
            dialog=True,
        )
        for info in visit.gate.schema.entities.values()
        if info.cls.menu and visit.gate.may(info.name, Action.create)
    ]


def _commands(visit: Visit) -> list[Entry]:
    """What changes nothing but how the pages look, and the way out."""
    signed_in = visit.signed_in
    assert signed_in is not None, "the door needs somebody signed in"
    found = [
        Entry(visit.say(label), "/me/theme", icon, post={"theme": name})
        for name, icon, label in _THEMES
        if name != signed_in.theme
    ]
    found += [
        Entry(label, "/me/language", "globe", post={"language": code}, also=visit.say("Language"))
        for code, label in LANGUAGES.items() if code != visit.language
    ]  # fmt: skip
    found += [
        Entry(visit.say(label), "/me/density", "layers", post={"density": name})
        for name, label in _DENSITIES if name != signed_in.density
    ]  # fmt: skip
    read = Entry(visit.say("Mark all as read"), "/notifications/reading", "list-checks", post={})
    keys = Entry(visit.say("Keyboard"), "#", "keyboard", opens="shortcuts", kbd="?")
    out = Entry(visit.say("Sign out"), "/sign-out", "log-out", post={})
    return [*found, *([read] if signed_in.has_news else []), keys, out]


def _everywhere(visit: Visit, words: str) -> Entry:
    label = visit.say(Text("Search everywhere for “%(words)s”", words=words))
    return Entry(label, f"/search?{urlencode({'q': words})}", "search")


def _rank(entries: Sequence[Entry], words: str) -> int:
    """Where something is called exactly so stands first, then where something begins so."""
    labels = [entry.label.casefold() for entry in entries]
    return 0 if words in labels else 1 if any(label.startswith(words) for label in labels) else 2


def _fitting(entries: Sequence[Entry], words: str) -> list[Entry]:
    """Those of which each of the words begins one of theirs."""
    asked = words.casefold().split()
    return [
        replace(entry, also="") for entry in entries
        if all(any(part.startswith(word) for part in _parts(entry)) for word in asked)
    ]  # fmt: skip


def _parts(entry: Entry) -> list[str]:
    return re.findall(r"\w+", f"{entry.label} {entry.also}".casefold())
