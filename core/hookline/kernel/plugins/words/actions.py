"""`Actions`: the words with which a plugin declares what people can do with a record, and what it is set up with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, overload

from hookline.errors import PluginError
from hookline.kernel.actor import Action
from hookline.kernel.plugins.contributions import Contribution, Declaring
from hookline.kernel.plugins.handlers import R

if TYPE_CHECKING:
    from hookline.errors import Problem
    from hookline.kernel.forms import Form
    from hookline.kernel.gate import Gate
    from hookline.kernel.screens import Act, Done

Asked = TypeVar("Asked", bound="Form")


class Stored(Protocol):
    """A class of settings, which live with the nouns."""

    stored_as: ClassVar[str]

    def check(self) -> Iterator[Problem]: ...


Kept = TypeVar("Kept", bound=Stored)


class Actions(Declaring):
    """What people can do with records, and what a plugin is set up with."""

    @overload
    def action(
        self,
        entity: type[R],
        label: str,
        *,
        icon: str = "play",
        confirm: str = "",
        bulk: bool = False,
        may: Action = Action.edit,
        needs: str = "",
        when: str = "",
        order: int = 100,
    ) -> Callable[[Callable[[Act[R], Gate], Done]], Callable[[Act[R], Gate], Done]]: ...
    @overload
    def action(
        self,
        entity: type[R],
        label: str,
        *,
        asks: type[Asked],
        icon: str = "play",
        confirm: str = "",
        bulk: bool = False,
        may: Action = Action.edit,
        needs: str = "",
        when: str = "",
        order: int = 100,
    ) -> Callable[[Callable[[Act[R, Asked], Gate], Done]], Callable[[Act[R, Asked], Gate], Done]]: ...
    def action(
        self,
        entity: type[R],
        label: str,
        *,
        asks: type[Form] | None = None,
        icon: str = "play",
        confirm: str = "",
        bulk: bool = False,
        may: Action = Action.edit,
        needs: str = "",
        when: str = "",
        order: int = 100,
    ) -> Callable[[Any], Any]:
        """Let people do something with a record: `def publish(act: Act[Listing], gate: Gate) -> Text | Redirect | None`.

            @plugin.action(Listing, "Publish", icon="globe", confirm="Show it to everybody?", bulk=True)
            def publish(act: Act[Listing], gate: Gate) -> Text:
                gate.update(Listing, act.record.id, {"status": Status.public})
                return Text("Published.")

        It stands on the record's page, in the menu of its row, and in the palette; with `bulk` also in the bar of a list,
        where it is called for each record by itself. `confirm` is a question that is asked before. `asks` is a Form class:
        a dialog asks for its fields, and `act.form` holds them. What it answers is shown, or gone on to; None says that it
        is done. Offered to those who may do `may` with the record (edit), and have the permission that `needs` names. All of
        it is one transaction: Invalid (raised here or by a rule) puts its sentences beside the fields of the form, any other
        of Hookline's errors is told, a failure is a small error with a reference; in each case nothing was written.
        """
        return self._add(
            "action", entity, label=label, asks=asks, icon=icon, confirm=confirm, bulk=bulk, may=may, needs=needs,
            when=when, order=order,
        )  # fmt: skip

    def settings(
        self, label: str, *, icon: str = "settings", order: int = 100
    ) -> Callable[[type[Kept]], type[Kept]]:
        """Declare what the plugin is set up with: a form under the settings, for administrators of plugins.

            @plugin.settings("Property portal")
            class Portal(Settings):
                address: Mapped[str] = web_address("Address", default="https://portal.example")
                token: Mapped[str | None] = secret("Access token")

        `Portal.of(gate).token` reads it back, typed. The docstring stands on the page; `check` says what is wrong with the
        values together. Changes stand in the audit log; a `secret` is kept sealed, never shown again and not told the log.
        What was filled in stays while the plugin is away.
        """

        def keep(form: type[Kept]) -> type[Kept]:
            if not hasattr(form, "stored_as"):
                raise PluginError(
                    self.name, "settings", f"{form.__name__} is no Settings", "Write class X(Settings)."
                )
            form.stored_as = f"{self.name}.{form.__name__}"
            options = {"form": form, "icon": icon, "order": order}
            self.contributions.append(
                Contribution(self.name, "settings", None, form.__name__, label, _checker(form), options)
            )
            return form

        return keep


def _checker(form: type[Stored]) -> Callable[[Stored], list[Problem]]:
    def check(values: Stored) -> list[Problem]:
        return list(values.check())

    check.__doc__ = form.__doc__
    return check
