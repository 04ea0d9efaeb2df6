"""What is asked of properties and mandates before they are saved, in forms, imports and the API alike."""

from hookline_sdk import BeforeSave, Text, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Kind, Mandate, MandateKind, Property

_MEASURED = (Kind.flat, Kind.house, Kind.room, Kind.commercial)


@plugin.before_save(Property)
def check_measures(event: BeforeSave[Property]) -> None:
    """What is on the market has the measure that its price stands on."""
    sold = event.record
    if sold.status == "draft":
        return
    if sold.kind in _MEASURED and not sold.area:
        event.reject("Say how large it is before it goes on the market.", "area")
    if sold.kind == Kind.land and not sold.land_area:
        event.reject("Say how much land it is before it goes on the market.", "land_area")


@plugin.before_save(Mandate)
def check_mandate(event: BeforeSave[Mandate]) -> None:
    """A mandate ends after it starts, and an exclusive one has no other beside it."""
    mandate = event.record
    if not all((mandate.starts_on, mandate.ends_on)):
        return
    if mandate.ends_on < mandate.starts_on:
        event.reject("It ends before it starts.", "ends_on")
    together = select(Mandate.id, Mandate.kind, Mandate.number).where(
        Mandate.property == mandate.property,
        Mandate.starts_on <= mandate.ends_on,
        Mandate.ends_on >= mandate.starts_on,
    )
    for id, kind, number in event.gate.rows(together):
        if id != mandate.id and MandateKind.exclusive in (kind, mandate.kind):
            event.reject(
                Text("The mandate %(number)s covers some of these days.", number=number), "starts_on"
            )
            return
