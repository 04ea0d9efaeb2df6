"""Reversals: taking back what one has just done to a record, as long as nobody has changed it since."""

from datetime import timedelta
from typing import Final

from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel import history
from hookline.kernel.actor import Action
from hookline.kernel.entity import Record
from hookline.kernel.gate import Gate

HOLDS: Final = timedelta(hours=1)


def take_back(gate: Gate, entity: type[Record] | str, id: int, version: int) -> int:
    """Put back what the actor's own last change replaced, and return the record's version.

    No rule is asked, as it stood like this before; so only one's own change, a short while ago, can be taken back.
    """
    info = gate.schema[entity]
    if id not in gate.hold(info.name, [id], Action.edit):
        raise NotFound
    last = next(iter(history.list_entries(gate, info, id, limit=1)), None)
    own = last is not None and last.user == gate.actor.user and gate.now - last.at < HOLDS
    if last is None or not own or last.action != "changed" or last.version != version:
        raise Invalid([Problem("", Text("This cannot be taken back any more."))])
    return gate.revert(info.name, id, version)
