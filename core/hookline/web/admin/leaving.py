"""Leaving: an account is deactivated, its open records are handed over, or it comes back."""

from hookline.crm.access.handovers import start_handover
from hookline.crm.access.users import User
from hookline.errors import Invalid, Text
from hookline.kernel.kinds.keys import id_in
from hookline.web.admin import forms
from hookline.web.admin.users import NEEDS, person_page
from hookline.web.doors import Doors
from hookline.web.visit import Answer, Visit

door = Doors()


@door("POST", "/settings/users/{id:int}/deactivation", needs=NEEDS)
def deactivate(visit: Visit) -> Answer:
    """End an account's sessions and tokens at once; hand its open records to somebody in the same step, if so wished."""
    try:
        if visit.value("heir"):
            start_handover(visit.gate, visit.path_id, _heir(visit))
        visit.gate.update(User, visit.path_id, {"active": False})
    except Invalid as refusal:
        return _refused(visit, refusal)
    return visit.see(f"/settings/users/{visit.path_id}", done=_done(visit))


@door("POST", "/settings/users/{id:int}/reactivation", needs=NEEDS)
def reactivate(visit: Visit) -> Answer:
    """Let somebody in again, with the old password and the old roles."""
    visit.gate.update(User, visit.path_id, {"active": True})
    return visit.see(f"/settings/users/{visit.path_id}", done=Text("The account is open again."))


@door("POST", "/settings/users/{id:int}/handover", needs=NEEDS)
def hand_over(visit: Visit) -> Answer:
    """Hand open records to somebody else."""
    try:
        start_handover(visit.gate, visit.path_id, _heir(visit))
    except Invalid as refusal:
        return _refused(visit, refusal)
    return visit.see(f"/settings/users/{visit.path_id}", done=_handed(visit))


def _heir(visit: Visit) -> int:
    return id_in(visit.value("heir")) or 0


def _refused(visit: Visit, refusal: Invalid) -> Answer:
    visit.take_back()
    return person_page(
        visit, visit.path_id, leaving_error=" ".join(forms.complaints(visit, refusal).values()), status=422
    )


def _done(visit: Visit) -> Text:
    return (
        _handed(visit)
        if visit.value("heir")
        else Text("The account is closed. All sessions and tokens have ended.")
    )


def _handed(visit: Visit) -> Text:
    return Text("Open records are being handed to %(name)s.", name=visit.directory.people[_heir(visit)].name)
