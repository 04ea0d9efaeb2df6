"""`Moments`: the words with which a plugin declares its rules and what it hears of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

from hookline.kernel.plugins.contributions import Declaring
from hookline.kernel.plugins.handlers import (
    Followed,
    Forgotten,
    Heard,
    R,
    Restricted,
    RestrictedByGate,
)

if TYPE_CHECKING:
    from hookline.kernel.entity import Record
    from hookline.kernel.gate import Gate
    from hookline.kernel.rules import BeforeDelete, BeforeSave, BeforeStageChange


class Moments(Declaring):
    """Rules on records, restrictions, and what follows a change."""

    def before_save(
        self, entity: type[R]
    ) -> Callable[[Callable[[BeforeSave[R]], None]], Callable[[BeforeSave[R]], None]]:
        """Judge a record before it is created or changed: `def check(event: BeforeSave) -> None`.

        Runs in the transaction, in forms, API, import and bulk alike. `event.reject(text, field)` refuses; setting
        `event.values[name]` fills in. Anything it raises rolls the save back and is shown as this plugin's fault.
        """
        return self._add("before_save", entity)

    def before_delete(
        self, entity: type[R]
    ) -> Callable[[Callable[[BeforeDelete[R]], None]], Callable[[BeforeDelete[R]], None]]:
        """Judge a record before it goes to the trash: `def check(event: BeforeDelete) -> None`."""
        return self._add("before_delete", entity)

    def before_stage_change(
        self, entity: type[R]
    ) -> Callable[[Callable[[BeforeStageChange[R]], None]], Callable[[BeforeStageChange[R]], None]]:
        """Judge a move between stages: `def check(event: BeforeStageChange) -> None`."""
        return self._add("before_stage_change", entity)

    def after_commit(self, entity: type[Record], *, fields: tuple[str, ...] = ()) -> Callable[[Heard], Heard]:
        """Hear of every saved change, later, in a transaction of its own: `def heard(event: Change, gate: Gate) -> None`.

        At least once; `event.id` is the same each time. With `fields`, only changes of those. An exception is tried
        again with growing pauses and then parked where an administrator sees it.
        """
        return self._add("after_commit", entity, fields=fields)

    def follow(self, entity: type[Record]) -> Callable[[Followed], Followed]:
        """Keep something beside a record, in the same transaction: `def keep(gate, info, what, saved) -> None`.

        `saved` is a list of (id, version, before, after). An exception rolls the save back. For bookkeeping that must
        never be wrong; everything else belongs into `after_commit`.
        """
        return self._add("follow", entity)

    def forget(self, entity: type[Record]) -> Callable[[Forgotten], Forgotten]:
        """Remove what `follow` kept when records are erased for good: `def clear(gate, info, ids) -> None`."""
        return self._add("erase", entity)

    @overload
    def restrict(self, entity: type[Record]) -> Callable[[Restricted], Restricted]: ...
    @overload
    def restrict(
        self, entity: type[Record], *, by_gate: Literal[True]
    ) -> Callable[[RestrictedByGate], RestrictedByGate]: ...
    def restrict(self, entity: type[Record], *, by_gate: bool = False) -> Callable[[Any], Any]:
        """Narrow who sees what: `def only(actor: Actor, table) -> ColumnElement[bool] | None`. Always wins over grants.

        With `by_gate` it takes the actor's gate as well, for what hangs on other rights: `def only(actor, table, gate)`. It may
        ask there what the actor may see of other entities, not of its own: that would ask it again.
        """
        return self._add("restrict", entity, by_gate=by_gate)

    def personal_data(
        self, entity: type[R]
    ) -> Callable[[Callable[[R, Gate], Mapping[str, object]]], Callable[[R, Gate], Mapping[str, object]]]:
        """Say what the plugin holds on a person beside what it declares: `def more(record, gate) -> Mapping[str, object]`.

        Fields, records that refer to the person and records about it need no word: they are found by their declarations.
        """
        return self._add("personal_data", entity)

    def erase_personal_data(
        self, entity: type[R]
    ) -> Callable[[Callable[[R, Gate], None]], Callable[[R, Gate], None]]:
        """Remove that when a person is erased: `def wipe(record, gate) -> None`, in the erasure's transaction.

        `record` is how the person still stands. An exception stops the erasure.
        """
        return self._add("erase_personal_data", entity)
