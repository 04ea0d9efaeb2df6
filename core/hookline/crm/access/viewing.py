"""Viewing: an administrator looks through somebody else's eyes, to see what that person sees. Nothing can be changed there."""

from typing import Final

from hookline.crm.access.actors import actor_of, directory
from hookline.crm.audit.trail import note
from hookline.crm.sign_in.sessions import SignedIn, look_as
from hookline.errors import Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.actor import ANY, Action, Actor, Level
from hookline.kernel.gate import Gate
from hookline.kernel.schema import Schema

PERMISSION: Final = "admin.view_as"


def start_viewing(gate: Gate, signed_in: SignedIn, user: int) -> None:
    """Let this session see what another person sees, from the next request on. It is written into the audit log."""
    if not gate.actor.may(PERMISSION) or signed_in.token is not None or signed_in.viewer is not None:
        raise Forbidden
    if user not in directory(gate).people:
        raise NotFound
    other = actor_of(gate, user)
    if other is None or user == gate.actor.user:
        raise Invalid([Problem("user", Text("Choose somebody else who works here."))])
    if not covers(gate.schema, gate.actor, other):
        raise Forbidden(
            Text("This person may do more than you. You can only look as people who may do less.")
        )
    look_as(gate.tx, signed_in.session, user)
    note(gate, "view_as.started", f"user:{user}", name=other.name)


def end_viewing(gate: Gate, signed_in: SignedIn) -> None:
    """Go back to the own eyes. Nothing happens to somebody who has them already."""
    if signed_in.viewer is None:
        return
    look_as(gate.tx, signed_in.session, None)
    note(gate, "view_as.ended", f"user:{signed_in.user}")


def may_view(schema: Schema, viewer: Actor | None, other: Actor) -> bool:
    """Whether somebody may look through another's eyes: asked anew with every request."""
    return viewer is not None and viewer.may(PERMISSION) and covers(schema, viewer, other)


def covers(schema: Schema, viewer: Actor, other: Actor) -> bool:
    """Whether nothing that `other` sees could be new to `viewer`. Whoever has every right covers everybody.

    Others must reach all records where the other reaches any, see every field, and be limited by nothing else.
    """
    if ANY in viewer.permissions:
        return True
    if not other.permissions <= viewer.permissions or not set(viewer.restrictions) <= set(other.restrictions):
        return False
    if any(other.right(entity, name) > right for (entity, name), right in viewer.fields.items()):
        return False
    return all(
        other.level(info.name, action, owned=info.owned) == Level.none
        # Everybody keeps the own account.
        or (info.name, action) == ("user", Action.edit)
        or viewer.level(info.name, action, owned=info.owned) == Level.all
        for info in schema.entities.values()
        for action in Action
    ) and all(viewer.level(s.entity, Action.read, owned=True) == Level.all for s in other.shared)
