"""/settings/view-as: looking at Hookline through somebody else's eyes, and coming back."""

from typing import Final

from hookline.crm.access.viewing import PERMISSION, end_viewing, start_viewing
from hookline.errors import NotFound, Text
from hookline.kernel.kinds.keys import id_in
from hookline.web.admin.home import trail
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.guard import LEAVE
from hookline.web.visit import Answer, Visit

door: Final = Doors()


@door("GET", "/settings/view-as", needs=PERMISSION)
def show(visit: Visit) -> Answer:
    """Whom one may look as."""
    known = visit.directory
    others = [p for p in known.people.values() if p.active and p.id != visit.gate.actor.user]
    people = [
        {
            "person": person,
            "team": known.teams.get(person.team or 0, ""),
            "roles": sorted(
                known.roles[r].name for r in known.roles_of.get(person.id, ()) if r in known.roles
            ),
        }
        for person in sorted(others, key=lambda p: p.name.casefold())
    ]
    return visit.page(
        "admin/view_as.html",
        page_title=visit.say("Look as somebody else"),
        crumbs=trail(visit),
        people=people,
    )


@door("POST", "/settings/view-as", needs=PERMISSION)
def start(visit: Visit) -> Answer:
    """See what this person sees."""
    assert visit.signed_in is not None, "the door needs somebody signed in"
    person = id_in(visit.value("user"))
    if person is None:
        raise NotFound
    start_viewing(visit.gate, visit.signed_in, person)
    return visit.see("/")


@door("POST", LEAVE, needs=SIGNED_IN)
def leave(visit: Visit) -> Answer:
    """See with the own eyes again."""
    if visit.signed_in is None or visit.signed_in.viewer is None:
        raise NotFound
    end_viewing(visit.gate, visit.signed_in)
    return visit.see("/", done=Text("You see with your own eyes again."))
