"""`Screens`: the words with which a plugin declares what people see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, overload

from hookline.errors import PluginError
from hookline.kernel.plugins.contributions import Declaring
from hookline.kernel.plugins.handlers import (
    Columned,
    PanelTakes,
    R,
    Reported,
    ReportedOn,
    ReportTakes,
    Selected,
    Shown,
    ShownOn,
    Size,
    WidgetTakes,
)
from hookline.kernel.slots import RECORD_SLOTS

if TYPE_CHECKING:
    from hookline.errors import Text
    from hookline.kernel.entity import Record
    from hookline.kernel.gate import Gate
    from hookline.kernel.screens import Asking
    from hookline.kernel.shown import Panel
    from hookline.kernel.slots import RecordSlot


class Screens(Declaring):
    """What people see: panels, columns, reports, widgets, selections."""

    @overload
    def panel(
        self,
        entity: type[R],
        label: str,
        *,
        slot: RecordSlot = "record.side",
        order: int = 100,
        needs: str = "",
    ) -> Callable[[Callable[[R, Gate], Panel]], Callable[[R, Gate], Panel]]: ...
    @overload
    def panel(
        self,
        entity: type[R],
        label: str,
        *,
        takes: tuple[PanelTakes, ...],
        slot: RecordSlot = "record.side",
        order: int = 100,
        needs: str = "",
    ) -> Callable[[Callable[[R, Gate, Asking], Panel]], Callable[[R, Gate, Asking], Panel]]: ...
    def panel(
        self,
        entity: type[R],
        label: str,
        *,
        takes: tuple[PanelTakes, ...] = (),
        slot: RecordSlot = "record.side",
        order: int = 100,
        needs: str = "",
    ) -> Callable[[Any], Any]:
        """Show something on a record's page: `def panel(record, gate: Gate) -> Panel`. Loaded after the page itself.

        `slot` is where it stands: "record.side" beside the record (below the related lists with an `order` of 200 and more)
        or "record.main" in its middle. With `takes=("asking",)` it also gets what says filters in words, in the language of
        whoever looks: `def panel(record, gate: Gate, asking: Asking) -> Panel`. With `needs`, a permission's full name, only
        for those who have it.
        """
        self._check_takes("panel", takes, ("asking",))
        if slot not in RECORD_SLOTS:
            there = ", ".join(f'"{each}"' for each in RECORD_SLOTS)
            raise PluginError(
                self.name, f"panel {label!r}", f"there is no slot {slot!r}", f"There are {there}."
            )
        return self._add("panel", entity, label=label, slot=slot, order=order, needs=needs, takes=takes)

    def column(
        self, entity: type[Record], label: str, *, fields: tuple[str, ...] = (), order: int = 100
    ) -> Callable[[Columned], Columned]:
        """Add a worked-out list column: `def column(rows, gate: Gate) -> dict[int, Value]`, by id.

        Called once per page of rows. A row is a mapping with "id" and the `fields` named here, which are then read along;
        a field that the reader may not see is None.
        """
        return self._add("column", entity, label=label, order=order, fields=fields)

    @overload
    def report(
        self, label: str, *, order: int = 100, needs: str = "", icon: str = "chart-column"
    ) -> Callable[[Reported], Reported]: ...
    @overload
    def report(
        self,
        label: str,
        *,
        takes: tuple[ReportTakes, ...],
        order: int = 100,
        needs: str = "",
        icon: str = "chart-column",
    ) -> Callable[[ReportedOn], ReportedOn]: ...
    def report(
        self,
        label: str,
        *,
        takes: tuple[ReportTakes, ...] = (),
        order: int = 100,
        needs: str = "",
        icon: str = "chart-column",
    ) -> Callable[[Any], Any]:
        """Add a report page: `def report(gate: Gate) -> Report`. Its docstring is shown on the page.

        With `takes`, some of "period", "pipeline" and "owner", the page asks for these and the function gets the answers
        as a second argument: `def report(gate: Gate, asked: Asked) -> Report`. With `needs`, a permission's full name,
        only for those who have it.
        """
        self._check_takes("report", takes, ("period", "pipeline", "owner"))
        return self._add("report", None, label=label, order=order, takes=takes, needs=needs, icon=icon)

    @overload
    def widget(
        self,
        label: str,
        *,
        size: Size = "medium",
        order: int = 100,
        needs: str = "",
        icon: str = "chart-column",
    ) -> Callable[[Shown], Shown]: ...
    @overload
    def widget(
        self,
        label: str,
        *,
        takes: tuple[WidgetTakes, ...],
        size: Size = "medium",
        order: int = 100,
        needs: str = "",
        icon: str = "chart-column",
    ) -> Callable[[ShownOn], ShownOn]: ...
    def widget(
        self,
        label: str,
        *,
        takes: tuple[WidgetTakes, ...] = (),
        size: Size = "medium",
        order: int = 100,
        needs: str = "",
        icon: str = "chart-column",
    ) -> Callable[[Any], Any]:
        """Add a widget for dashboards: `def widget(gate: Gate) -> Figure | Panel | Chart | Report`. Loaded after the page.

        Its docstring says to whoever arranges a dashboard what it shows. `takes` as for a report, and also "view" (a
        saved view) and "report" (another report); then the function is `def widget(gate: Gate, asked: Asked)`. `size`
        is the one to begin with: small, medium, large or wide. With `needs`, a permission's full name, only for those
        who have it.
        """
        self._check_takes("widget", takes, ("period", "pipeline", "owner", "view", "report"))
        if size not in ("small", "medium", "large", "wide"):
            raise PluginError(
                self.name, "widget", f"size {size!r}", "There are small, medium, large and wide."
            )
        return self._add(
            "widget", None, label=label, order=order, takes=takes, needs=needs, size=size, icon=icon
        )

    def selection(
        self,
        entity: type[Record],
        label: str,
        *,
        choices: Callable[[Gate], Mapping[str, str | Text]] | None = None,
    ) -> Callable[[Selected], Selected]:
        """Name a set of records that no filter can: `def those(gate: Gate, given: str) -> Select`, of their ids.

        A list at `?id.among=<plugin>.<function>:<given>` shows exactly these, of those that the reader may see; so a figure
        can lead to its records. `given` is what the address says: read it strictly and raise ValueError. `label` stands
        on the list's chip. With `choices`, what can be given and how each is called, the filters of the list offer the sets
        by themselves; `?id.outside=...` shows all others.
        """
        return self._add("selection", entity, label=label, choices=choices)
