"""Whose a record is: its team is the one that its owner works in, unless another one is named."""

from typing import Any

from hookline.crm.access.actors import directory
from hookline.crm.core import core
from hookline.kernel.entity import Record
from hookline.kernel.rules import BeforeSave


@core.before_save(Record)
def follow_owner(event: BeforeSave[Any]) -> None:
    """A record that is given to somebody goes to that person's team."""
    owner = event.values.get("owner")
    if owner is None or "team" in event.values or not event.gate.schema[event.entity].owned:
        return
    person = directory(event.gate).people.get(owner)
    if person is not None and person.team is not None:
        event.values["team"] = person.team
