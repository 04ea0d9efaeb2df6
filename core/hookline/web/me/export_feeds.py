"""Feeds of exporters: /me/feeds makes and ends addresses from which other programs fetch a plugin's file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from hookline.crm.access.actors import load_actor
from hookline.crm.audit.trail import note
from hookline.crm.calendars.feeds import USE_NOTED_EVERY
from hookline.crm.exports.feeds import (
    ExportFeed,
    FeedOwner,
    end_export_feed,
    find_export_feed,
    list_export_feeds,
    make_export_feed,
    note_export_feed_use,
)
from hookline.crm.foreign_files import write_file
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Reader
from hookline.kernel.plugins.contributions import Contribution
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.guard import ask_proof
from hookline.web.records.addresses import read_query, sent_address
from hookline.web.records.exports import foreign_answer
from hookline.web.visit import Answer, Visit

door = Doors()

MINE: Final = "/me/feeds"
# Calendars are read here as well: see `calendar_feeds`.
FEED: Final = "/feed"


@door("GET", MINE, needs=SIGNED_IN)
def show(visit: Visit) -> Answer:
    """One's own addresses; `exporter` and `query` in the address begin the form for a new one."""
    return _page(visit, visit.query)


@door("POST", MINE, needs=SIGNED_IN)
def make(visit: Visit) -> Answer:
    """Make an address and show it, for the only time."""
    ask_proof(visit)
    key, query = visit.value("exporter"), visit.value("query")
    sent = {"exporter": key, "query": query}
    try:
        _check(visit, key, query)
        secret = make_export_feed(visit.tx, _me(visit), key, query, visit.gate.now)
    except Invalid as refusal:
        visit.take_back()
        return _page(visit, sent, problems=[visit.say(p.text) for p in refusal.problems])
    note(visit.gate, "feed.made", f"user:{_me(visit)}", exporter=key, filter=query)
    return _page(visit, {}, address=f"{visit.site.settings.base_url.rstrip('/')}{FEED}/{secret}")


@door("POST", MINE + "/{id:int}/closure", needs=SIGNED_IN)
def end(visit: Visit) -> Answer:
    """End an address at once."""
    end_export_feed(visit.tx, _me(visit), visit.path_id)
    note(visit.gate, "feed.ended", f"user:{_me(visit)}", feed=visit.path_id)
    return visit.see(MINE, done=Text("The address leads nowhere any more."))


def read_feed(visit: Visit, secret: str) -> Answer | None:
    """The file of an address, with its owner's rights of this moment. None when there is none, or no longer the right to it."""
    feed, now = find_export_feed(visit.tx, secret, visit.gate.now), visit.gate.now
    gate = _gate_of(visit, feed[1]) if feed else None
    exporter = (
        next((c for c in _exporters(gate) if c.key == feed[0].exporter), None) if gate and feed else None
    )
    if feed is None or gate is None or exporter is None:
        return None
    info = gate.schema[exporter.entity or ""]
    query = read_query(gate, info, sent_address(visit, info, feed[0].query), (), may=Action.export)
    reader = Reader(language=visit.language, zone="UTC", currency="", region="", now=now)
    file = write_file(gate, exporter, query, reader, visit.site.settings.base_url)
    if feed[0].used_at is None or now - feed[0].used_at >= USE_NOTED_EVERY:
        with visit.site.installation.database.write(durable=False) as tx:
            note_export_feed_use(tx, feed[0].id, now)
    return foreign_answer(exporter, file)


def _check(visit: Visit, key: str, query: str) -> None:
    """What cannot be understood is said now, and not to a program at night."""
    exporter = next((c for c in _exporters(visit.gate) if c.key == key), None)
    if exporter is None:
        raise Invalid([Problem("exporter", Text("%(value)s is not one of the choices.", value=key[:40]))])
    info = visit.gate.schema[exporter.entity or ""]
    read_query(visit.gate, info, sent_address(visit, info, query), (), may=Action.export)


def _gate_of(visit: Visit, owner: FeedOwner) -> Gate | None:
    """The gate of a feed's owner, who only reads here."""
    home, now = visit.site.installation, visit.gate.now
    actor = load_actor(visit.tx, home.memory, owner.configuration, owner.user, now, lent=owner.lent)
    return home.gate(visit.tx, replace(actor, read_only=True), version=owner.configuration) if actor else None


def _exporters(gate: Gate) -> list[Contribution]:
    """What somebody may take with plugins' exporters."""
    found = [c for c in gate.host.of_kind("exporter") if not gate.host.paused(c)]
    return [c for c in found if gate.may(c.entity or "", Action.export)]


def _page(
    visit: Visit, sent: Mapping[str, str], *, address: str = "", problems: Sequence[str] = ()
) -> Answer:
    feeds = list_export_feeds(visit.tx, _me(visit))
    return visit.page(
        "me/feeds.html",
        status=422 if problems else 200,
        page_title=visit.say("Addresses for programs"),
        crumbs=[{"label": visit.say("Your account"), "url": "/me"}],
        address=address,
        problems=problems,
        exporters=[(c.key, _name(visit, c)) for c in _exporters(visit.gate)],
        sent={"exporter": sent.get("exporter", ""), "query": sent.get("query", "")},
        feeds=[_line(visit, feed) for feed in feeds],
    )


def _line(visit: Visit, feed: ExportFeed) -> Mapping[str, Any]:
    exporter = next((c for c in _exporters(visit.gate) if c.key == feed.exporter), None)
    info = visit.gate.schema[exporter.entity or ""] if exporter else None
    return {
        "id": feed.id,
        "name": _name(visit, exporter) if exporter else feed.exporter,
        "rests": exporter is None,
        "url": f"/{info.cls.slug}?{feed.query}"
        if info and feed.query
        else f"/{info.cls.slug}"
        if info
        else "",
        "made": visit.fmt.datetime(feed.created_at),
        "read": visit.fmt.ago(feed.used_at),
    }


def _name(visit: Visit, exporter: Contribution) -> str:
    plural = visit.say(visit.gate.schema[exporter.entity or ""].cls.plural)
    return f"{plural}: {visit.say(exporter.label)}"


def _me(visit: Visit) -> int:
    assert visit.signed_in is not None, "the door needs somebody signed in"
    return visit.signed_in.user
