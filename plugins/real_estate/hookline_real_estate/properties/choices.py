"""The closed lists of properties."""

from hookline_sdk import Choices


class Kind(Choices):
    """What a property is."""

    flat = "flat", "Flat", "blue"
    house = "house", "House", "green"
    room = "room", "Room", "violet"
    land = "land", "Land", "amber"
    garage = "garage", "Garage"
    commercial = "commercial", "Commercial", "orange"


class Purpose(Choices):
    """What is offered of a property."""

    sale = "sale", "For sale", "blue"
    rent = "rent", "To rent", "violet"


class Status(Choices):
    """How the sale or the letting of a property stands."""

    draft = "draft", "Draft"
    active = "active", "On the market", "green"
    deposit = "deposit", "Deposit paid", "amber"
    sold = "sold", "Sold", "blue"
    let = "let", "Let", "violet"
    withdrawn = "withdrawn", "Withdrawn"


class Condition(Choices):
    """In what state a property is."""

    shell = "shell", "Shell"
    needs_repair = "needs_repair", "In need of repair", "amber"
    lived_in = "lived_in", "Lived in"
    good = "good", "Good", "green"
    renovated = "renovated", "Renovated", "blue"


class Heating(Choices):
    """What a property is heated with."""

    district = "district", "District heating"
    gas = "gas", "Gas"
    electric = "electric", "Electricity"
    heat_pump = "heat_pump", "Heat pump"
    stove = "stove", "Stove"
    none = "none", "No heating"


class Feature(Choices):
    """What a property has besides its rooms."""

    balcony = "balcony", "Balcony"
    loggia = "loggia", "Loggia"
    terrace = "terrace", "Terrace"
    lift = "lift", "Lift"
    parking = "parking", "Parking space"
    garage_place = "garage_place", "Place in a garage"
    garden = "garden", "Garden"
    cellar = "cellar", "Cellar"
    air_conditioning = "air_conditioning", "Air conditioning"
    furnished = "furnished", "Furnished"


class HouseKind(Choices):
    """How a house stands beside others."""

    detached = "detached", "Detached"
    two_family = "two_family", "For two families"
    duplex = "duplex", "Duplex"
    terrace_end = "terrace_end", "End of a terrace"
    terrace = "terrace", "In a terrace"


class GarageKind(Choices):
    """What kind of garage it is."""

    garage = "garage", "Garage"
    box = "box", "Box"
    place = "place", "Parking place"


class CommercialKind(Choices):
    """What something commercial is for."""

    office = "office", "Office"
    shop = "shop", "Shop"
    warehouse = "warehouse", "Warehouse"
    production = "production", "Production"
    catering = "catering", "Catering"
    free = "free", "Free use"


class LandUse(Choices):
    """What may be done with a piece of land."""

    housing = "housing", "Housing"
    garden = "garden", "Garden plot"
    farming = "farming", "Farming"
    industry = "industry", "Industry"


class MandateKind(Choices):
    """Whether others may sell it too."""

    exclusive = "exclusive", "Exclusive", "violet"
    open = "open", "Not exclusive"
