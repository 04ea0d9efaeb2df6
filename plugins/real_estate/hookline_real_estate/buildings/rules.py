"""What is asked of layouts and units before they are saved, in forms, imports and the API alike."""

from hookline_sdk import BeforeSave, select

from hookline_real_estate.buildings.data import Building, Layout, Section, Unit
from hookline_real_estate.plugin import plugin

_OF_LAYOUT = ("rooms", "area", "features")


@plugin.before_save(Unit)
def follow_layout(event: BeforeSave[Unit]) -> None:
    """A unit has the rooms, area and features of its layout where it says none of its own; the layout is one of its complex."""
    unit = event.record
    if unit.layout is None:
        return
    layout = event.gate.find(Layout, unit.layout)
    if layout is None:
        return
    if event.before is None or event.before.layout != unit.layout:
        event.values.update(
            {name: getattr(layout, name) for name in _OF_LAYOUT if getattr(unit, name) in (None, ())}
        )
    complexes = select(Building.complex).join(Section, Section.building == Building.id)
    if event.gate.scalar(complexes.where(Section.id == unit.section)) not in (None, layout.complex):
        event.reject("This layout belongs to another complex.", "layout")


@plugin.before_save(Unit)
def forget_repricing(event: BeforeSave[Unit]) -> None:
    """A price that somebody sets by hand is no longer that of a re-pricing."""
    if not event.is_new and "price" in event.values and "repricing" not in event.values:
        event.values["repricing"] = None
