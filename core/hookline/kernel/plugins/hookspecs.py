"""The hooks, one after the other: what each is for, when it is called, how often, and what a failure does.

Most plugins only declare things on a `Plugin` object, which answers `contribute` for them. A plugin's module may also
implement any hook itself, for every entity at once, as a function of the hook's name marked `@hookimpl` that takes
those of the hook's arguments it wants, by name. Plugins are called in the order of their names, never in that of their
installation, but each after those it needs.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pluggy
from sqlalchemy import ColumnElement, Table

from hookline.kernel.actor import Actor
from hookline.kernel.entity import Record
from hookline.kernel.plugins.contributions import Contribution

if TYPE_CHECKING:
    from hookline.kernel.gate import Gate
    from hookline.kernel.rules import BeforeDelete, BeforeSave, BeforeStageChange, Change

hookspec = pluggy.HookspecMarker("hookline")


class HookSpecs:
    """Every hook of Hookline."""

    @hookspec
    def contribute(self) -> list[Contribution]:
        """Name everything this plugin adds.

        Called once per plugin at start, before the first request. A failure switches the plugin off and says so.
        """
        raise AssertionError(_NEVER)

    @hookspec
    def before_save(self, event: "BeforeSave[Any]") -> None:
        """Judge a record that is about to be created or changed; `event.reject(text, field)` refuses it.

        Called once per saved record, inside the transaction, whatever door the save comes through. A failure refuses
        the save, with a message that names the plugin.
        """
        raise AssertionError(_NEVER)

    @hookspec
    def before_delete(self, event: "BeforeDelete[Any]") -> None:
        """Judge a record that is about to go to the trash.

        Called once per record, inside the transaction. A failure refuses the deletion.
        """
        raise AssertionError(_NEVER)

    @hookspec
    def before_stage_change(self, event: "BeforeStageChange[Any]") -> None:
        """Judge a record that is about to enter a stage, its first one included.

        Called once per move, inside the transaction, after the stage's own demands. A failure refuses the move.
        """
        raise AssertionError(_NEVER)

    @hookspec
    def after_commit(self, event: "Change", gate: "Gate") -> None:
        """Hear of a saved change.

        Called once per change by the worker, in a transaction of its own, some moments after the commit; again after a
        failure, with growing pauses, until it is parked where administrators see it. `event.id` stays the same.
        """
        raise AssertionError(_NEVER)

    @hookspec
    def restrict(self, actor: Actor, table: Table) -> ColumnElement[bool] | None:
        """Narrow which rows of a table somebody sees, with a condition over its columns; None narrows nothing.

        Called once per entity and statement. A failure hides the table's rows until it is mended.
        """
        raise AssertionError(_NEVER)

    @hookspec
    def seed(self, gate: "Gate") -> None:
        """Lay down data that the plugin needs.

        Called once per database, at a migration. A failure leaves it for the next migration.
        """
        raise AssertionError(_NEVER)

    @hookspec
    def personal_data(self, record: Record, gate: "Gate") -> Mapping[str, object]:
        """Say what is held on a person beside what is declared: headings and what stands under them, as JSON.

        Called once per record of the person when somebody asks for everything the house holds. A failure is told in
        the answer, which goes out without this plugin's part.
        """
        raise AssertionError(_NEVER)

    @hookspec
    def erase_personal_data(self, record: Record, gate: "Gate") -> None:
        """Remove that, in this database or elsewhere.

        Called once per record that goes with a person who is erased, before it goes, inside the transaction. A failure
        stops the erasure, with a message that names the plugin.
        """
        raise AssertionError(_NEVER)


_NEVER = "a hook's specification is never called"
