"""What portals are told and what they would refuse: on the page of each offer, in a report, and to `hookline doctor`."""

from collections.abc import Iterator
from itertools import islice

from hookline_sdk import Badge, Finding, Gate, Link, Panel, Report, Text

from hookline_real_estate.buildings.data import Unit, UnitStatus
from hookline_real_estate.feeds.checking import broken_rules
from hookline_real_estate.feeds.data import Agency
from hookline_real_estate.feeds.elements import flat_element, property_element
from hookline_real_estate.feeds.offers import Flat, flats_in_pages, flats_of, offers_of, properties_in_pages
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property, Status

_MOST = 500


@plugin.panel(Property, "On portals")
def on_portals(record: Property, gate: Gate) -> Panel:
    """Whether a property is in the feed of Yandex.Realty, and if not, why."""
    if record.status != Status.active:
        return _told([Text("Only what is on the market goes out.")])
    agency = Agency.of(gate)
    return _told(
        [s for offer in offers_of(gate, [record]) for s in broken_rules(property_element(offer, agency))]
    )


@plugin.panel(Unit, "On portals")
def unit_on_portals(record: Unit, gate: Gate) -> Panel:
    """Whether a unit is in the feed of Yandex.Realty, and if not, why."""
    if record.status != UnitStatus.free:
        return _told([Text("Only what is free goes out.")])
    flats = flats_of(gate, [record])
    return _told([said for flat in flats for said in _of_flat(flat, gate)])


@plugin.report("Offers that the feed leaves out")
def left_out(gate: Gate) -> Report:
    """Properties on the market and free units that Yandex.Realty would refuse, and what each of them lacks."""
    rows = islice(((link, said) for link, lacks in _judged(gate) for said in lacks), _MOST)
    return Report(("Offer", Text("What it lacks")), list(rows))


@plugin.health("Feed of Yandex.Realty")
def feed_errors(gate: Gate) -> Finding:
    """How many offers the feed leaves out."""
    number = wrong = 0
    for _link, lacks in _judged(gate):
        number, wrong = number + 1, wrong + bool(lacks)
    if not wrong:
        return Finding("", Text("every offer is in it"))
    return Finding(
        "",
        Text("%(wrong)s of %(number)s offers are left out", wrong=wrong, number=number),
        Text("The report “Offers that the feed leaves out” says what each of them lacks."),
    )


def _judged(gate: Gate) -> Iterator[tuple[Link, list[Text]]]:
    """Every offer with what it lacks, one page held at a time."""
    agency = Agency.of(gate)
    for page in properties_in_pages(gate):
        for offer in page:
            said = broken_rules(property_element(offer, agency))
            yield Link(offer.address, f"real_estate_property:{offer.id}"), said
    for flats in flats_in_pages(gate):
        for flat in flats:
            yield Link(f"{flat.building}, {flat.number}", f"real_estate_unit:{flat.id}"), _of_flat(flat, gate)


def _of_flat(flat: Flat, gate: Gate) -> list[Text]:
    return broken_rules(flat_element(flat, Agency.of(gate), gate.now.date()))


def _told(lacks: list[Text]) -> Panel:
    if not lacks:
        return Panel(rows=[(Text("Yandex.Realty"), Badge(Text("In the feed"), "green"))])
    first, *others = lacks
    return Panel(
        rows=[
            (Text("Yandex.Realty"), Badge(Text("Left out"), "amber")),
            *((Text("because") if each is first else "", each) for each in (first, *others)),
        ]
    )
