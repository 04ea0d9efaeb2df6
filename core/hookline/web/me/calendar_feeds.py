"""Calendar feeds: /me/calendar makes and ends the private address of somebody's calendar; the address itself needs no session.

The files of plugins' exporters are read at the same door: `export_feeds` makes their addresses.
"""

from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from hookline.crm.access.actors import load_actor
from hookline.crm.audit.trail import note
from hookline.crm.calendars.feeds import (
    USE_NOTED_EVERY,
    Feed,
    end_feed,
    feed_since,
    find_feed,
    make_feed,
    note_feed_use,
)
from hookline.crm.calendars.files import write_calendar
from hookline.errors import NotFound, Text
from hookline.kernel.gate import Gate
from hookline.web.doors import PUBLIC, SIGNED_IN, Doors
from hookline.web.guard import ask_proof
from hookline.web.me.export_feeds import FEED, read_feed
from hookline.web.visit import Answer, Visit

door = Doors()

MINE: Final = "/me/calendar"


@door("GET", FEED + "/{secret:str}", needs=PUBLIC)
def read(visit: Visit) -> Answer:
    """The calendar of whoever made this address, with that person's rights of this moment; or a plugin's file, where it is one's."""
    written = str(visit.request.path_params["secret"])[:200]
    if not written.endswith(".ics") and (file := read_feed(visit, written)) is not None:
        return file
    secret = written.removesuffix(".ics")
    found = find_feed(visit.tx, secret, visit.gate.now)
    gate = _gate_of(visit, found)
    address, name = visit.site.settings.base_url.rstrip("/"), f"Hookline: {gate.actor.name}"
    body = write_calendar(gate, ZoneInfo(found.time_zone), address, name)
    if found.used_at is None or visit.gate.now - found.used_at >= USE_NOTED_EVERY:
        # Beside the reading transaction, as for sessions: a poll waits for no writer.
        with visit.site.installation.database.write(durable=False) as tx:
            note_feed_use(tx, found.user, visit.gate.now)
    headers = {"Content-Disposition": 'inline; filename="hookline.ics"', "Cache-Control": "private, no-store"}
    return Answer(body, media_type="text/calendar", headers=headers)


@door("GET", MINE, needs=SIGNED_IN)
def show(visit: Visit) -> Answer:
    """Whether there is an address, since when, and when it was last read."""
    return _page(visit)


@door("POST", MINE, needs=SIGNED_IN)
def make(visit: Visit) -> Answer:
    """Make an address and show it, for the only time. The one before leads nowhere from now on."""
    ask_proof(visit)
    secret = make_feed(visit.tx, _me(visit), visit.gate.now)
    note(visit.gate, "feed.made", f"user:{_me(visit)}")
    return _page(visit, address=f"{visit.site.settings.base_url.rstrip('/')}{FEED}/{secret}.ics")


@door("POST", MINE + "/closure", needs=SIGNED_IN)
def end(visit: Visit) -> Answer:
    """End the address at once."""
    end_feed(visit.tx, _me(visit))
    note(visit.gate, "feed.ended", f"user:{_me(visit)}")
    return visit.see(MINE, done=Text("The address leads nowhere any more."))


def _gate_of(visit: Visit, found: Feed) -> Gate:
    """The gate of the feed's owner, who only reads here."""
    home, now = visit.site.installation, visit.gate.now
    actor = load_actor(visit.tx, home.memory, found.configuration, found.user, now, lent=found.lent)
    if actor is None:
        raise NotFound
    return home.gate(visit.tx, replace(actor, read_only=True), version=found.configuration)


def _page(visit: Visit, *, address: str = "") -> Answer:
    since = feed_since(visit.tx, _me(visit))
    return visit.page(
        "me/calendar.html",
        page_title=visit.say("Your calendar elsewhere"),
        crumbs=[{"label": visit.say("Your account"), "url": "/me"}],
        address=address,
        # Phones and desks open their calendar program by this scheme.
        subscribe=address.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1),
        made=visit.fmt.datetime(since[0]) if since else "",
        read=visit.fmt.ago(since[1]) if since else "",
    )


def _me(visit: Visit) -> int:
    assert visit.signed_in is not None, "the door needs somebody signed in"
    return visit.signed_in.user
