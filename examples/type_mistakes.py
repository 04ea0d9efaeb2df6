"""Mistakes in plugin code that mypy and pyright tell before anything runs; the comments name each."""

from hookline_sdk import (
    Act,
    Alike,
    BeforeDelete,
    BeforeSave,
    Call,
    Change,
    Choices,
    Contact,
    Deal,
    Draft,
    Entity,
    Event,
    Fields,
    File,
    Form,
    Gate,
    JobRun,
    Mapped,
    PageRequest,
    Panel,
    Place,
    Plugin,
    Report,
    Step,
    Value,
    Write,
    choice,
    integer,
    leaving,
    money,
    ref,
    text,
)

plugin = Plugin("mistaken")


class Status(Choices):
    """Where a listing stands."""

    draft = "draft"
    sold = "sold"


class Listing(Entity, plugin=plugin, title="address"):
    """A property."""

    address: Mapped[int] = text("Address")  # expected: text is a str
    street: Mapped[str] = text("Street", serach=True)  # expected: a misspelt word
    rooms: Mapped[int | None] = integer("Rooms", minimum="1")  # expected: a bound is a number
    status: Mapped[str] = choice("Status", ["draft", "sold"])  # expected: choices are a class of Choices
    seller: Mapped[int | None] = ref(Status, "Seller")  # expected: not an entity
    price: Mapped[int | None] = money("Price")  # expected: money is a Decimal


class Buyer(Fields[Contact], plugin=plugin):
    """What a buyer wants."""

    budget: Mapped[int | None] = integer("Budget")


@plugin.before_save(Listing)  # expected: a rule before a save takes BeforeSave
def wrong_event(event: BeforeDelete[Listing]) -> None:
    """Takes the event of another moment."""


@plugin.before_save(Listing)  # expected: the event is one of listings
def wrong_record(event: BeforeSave[Deal]) -> None:
    """Takes the event of another entity."""


@plugin.before_save(Listing)
def wrong_names(event: BeforeSave[Listing]) -> None:
    """Misspells what it was given."""
    if event.record.adress:  # expected: no such field
        event.reject(42)  # expected: a sentence for people
    event.refuse("No.")  # expected: no such method


@plugin.panel(Contact, "Buyer")
def wrong_field(contact: Contact, gate: Gate) -> Panel:
    """Misspells a field of a group, and fills a panel with what no page can show."""
    budget = contact[Buyer].budgett  # expected: no such field in the group
    return Panel(facts={"Budget": budget, "Gate": gate})  # expected: a gate is no value


@plugin.panel(Contact, "Deals")  # expected: the panel of a contact gets a contact
def wrong_entity(deal: Deal, gate: Gate) -> Panel:
    """Takes a record of another entity."""
    return Panel(text=f"{deal.name}: {deal[Buyer].budget}")  # expected: these are fields of contacts


@plugin.panel(Contact, "Nothing", slot="record.side")  # expected: a panel answers a Panel
def wrong_answer(contact: Contact, gate: Gate) -> str:
    """Answers text."""
    return "nothing"


@plugin.column(Contact, "Budget", fields=("mistaken_budget",))  # expected: values by the id of the record
def wrong_column(rows: list[dict[str, int]], gate: Gate) -> list[Value]:
    """Answers a list."""
    return [row["mistaken_budget"] for row in rows]


@plugin.report("Buyers", takes=("period",))  # expected: asked for a period, it is told of it
def wrong_report(gate: Gate) -> Report:
    """Does not take the answers."""
    return Report(("Buyer",), gate.rows(Contact))  # expected: rows of a select


@plugin.report("Sellers", takes=("weather",))  # expected: nobody can be asked for that
def wrong_question(gate: Gate) -> Report:
    """Asks for something that pages do not have."""
    return Report(("Seller",), ())


@plugin.after_commit(Contact)  # expected: what follows a commit takes (event, gate)
def wrong_arguments(event: Change) -> None:
    """Takes no gate."""


@plugin.job(cron="0 6 * * *")  # expected: a job takes its run
def wrong_job(gate: Gate) -> None:
    """Takes a gate."""


@plugin.job(every="day")  # expected: a clock is written as cron
def wrong_clock(run: JobRun) -> None:
    """Has a clock that nobody knows."""
    with run.transaction() as gate:
        gate.create(Listing, "The mill house")  # expected: values by field name


class Sold(Event, plugin=plugin):
    """A listing has been sold."""

    listing: int


@plugin.on(Sold)  # expected: who hears of an event gets that event
def wrong_news(event: Change, gate: Gate) -> None:
    """Takes the news of a record."""
    gate.emit(Sold(listing="the mill house"))  # expected: a number
    gate.emit(Sold(home=7))  # expected: no such field of the event


@plugin.on(Sold)
def wrong_value(event: Sold, gate: Gate) -> None:
    """Misspells what an event holds."""
    assert event.listings  # expected: no such field


@plugin.page("Homes")  # expected: a page answers values, not text
def wrong_page(asked: PageRequest, gate: Gate) -> str:
    """Answers HTML."""
    return "<h1>Homes</h1>"


class Offer(Form):
    """What is asked for an offer."""

    amount: Mapped[int] = integer("Amount")


@plugin.action(Listing, "Offer", asks=Offer)
def wrong_form(act: Act[Listing, Offer], gate: Gate) -> None:
    """Misspells a field of its form."""
    assert act.form.ammount  # expected: no such field of the form


@plugin.action(Listing, "Take back")  # expected: an action is done to a listing
def wrong_action(act: Act[Deal], gate: Gate) -> None:
    """Is done to a record of another entity."""


@plugin.action(Listing, "Sell", when={"state": "draft"})  # expected: a condition is a text
def wrong_state(act: Act[Listing], gate: Gate) -> None:
    """Says in which state by a mapping."""


def price_of(listing: Listing, *, gross: bool = False) -> None:
    """Says what goes with a word that there is not."""
    leaving("price_of(gross=)", insted="tax_of()", since="2.0")  # expected: no such word


@plugin.endpoint("Offer", takes=Offer, answers=Offer)  # expected: an endpoint answers the form it promised
def offers(call: Call[None, Offer], gate: Gate) -> str:
    """A misspelt field, and text for a form."""
    return str(call.form.ammount)  # expected: no such field of the form


@plugin.public_file("Pictures")  # expected: whether it is public is yes or no
def wrong_public(file: File, gate: Gate) -> str:
    """Answers an address."""
    return str(file.name)


@plugin.settings("Portal")  # expected: settings are a class of Settings
class Portal:
    """Is no class of settings."""


@plugin.block("list.bottom", "Homes", entity=Listing)  # expected: no such slot
def wrong_slot(at: Place, gate: Gate) -> Panel:
    """Stands where no page has a place."""
    return Panel()


@plugin.health("Portal")  # expected: a check answers findings
def wrong_health(gate: Gate) -> bool:
    """Answers yes or no."""
    return True


@plugin.default(Listing, "price")  # expected: who says how a field starts gets the draft
def start(gate: Gate) -> int:
    """Is not given the draft."""
    return 1


@plugin.similar(Listing, fields=("address",))  # expected: who says what is alike gets many drafts
def alike(draft: Draft[Listing], gate: Gate) -> list[Alike]:
    """Is given one draft."""
    return []


@plugin.around_write(Listing)  # expected: what stands around a write is a generator
def around(write: Write[Listing], gate: Gate) -> None:
    """Yields nothing."""


@plugin.point
def discount(contact: Contact, gate: Gate) -> int:
    """How many per cent somebody gets off."""
    raise AssertionError


def ask(listing: Listing, gate: Gate) -> None:
    """Asks about something else."""
    discount.first(listing, gate)  # expected: it is asked about a contact


plugin.pipeline(Listing, "Sale", [Step("New", "opened")])  # expected: no such kind of stage
