"""A plugin as people write them, with folders of its own: pages, links, actions and settings over the town's deals."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from hookline_sdk import (
    Act,
    Ask,
    Badge,
    Company,
    Deal,
    Figure,
    Form,
    Gate,
    Invalid,
    Mapped,
    Page,
    PageRequest,
    Panel,
    Place,
    Plugin,
    Problem,
    Redirect,
    Refused,
    Report,
    SearchHit,
    SearchRequest,
    Settings,
    Text,
    Value,
    day,
    func,
    integer,
    money,
    secret,
    select,
    text,
    web_address,
    yes_no,
)

plugin = Plugin("showroom", label="Showroom")
plugin.file = __file__

KEEPS = plugin.permission("keys", "Hold the keys", "May open the vault of the showroom.")


class Word(Form):
    """A word."""

    said: Mapped[str] = text("Word")


@plugin.page("Leave a word", public=True)
def rename(asked: PageRequest, gate: Gate) -> list[Ask | Panel] | Redirect:
    """Whoever has the link of a deal may rename it; nobody is signed in."""
    deal = gate.get(Deal, int(asked.rest))
    if asked.is_post:
        if asked.form.get("List-Unsubscribe") != "One-Click":
            gate.update(Deal, deal.id, {"name": asked.filled(Word).said})
        return Redirect("", Text("Renamed."))
    return [Panel(facts={"Deal": deal.name}), Ask(Word)]


@plugin.page("Unit grid", menu="Sales", icon="layers", order=20)
def grid(asked: PageRequest, gate: Gate) -> Page | Redirect:
    """Deals as tiles; a form renames one."""
    if asked.is_post:
        deal = gate.get(Deal, int(asked.form["deal"]))
        if asked.form["name"] == "nothing":
            gate.update(Deal, deal.id, {"name": "written before the refusal"})
            raise Invalid([Problem("name", Text("Nothing is no name."))])
        gate.update(Deal, deal.id, {"name": asked.form["name"]})
        return Redirect("", Text("Renamed."))
    deals = gate.rows(select(Deal.id, Deal.name).order_by(Deal.name))
    title = f"Floor {asked.rest}" if asked.rest else ""
    return Page("grid.html", {"deals": deals, "wanted": asked.query.get("q", "")}, title=title)


@plugin.page("Figures", order=30)
def figures(_asked: PageRequest, gate: Gate) -> list[Figure | Panel | Report]:
    """Values without a template."""
    names = gate.rows(select(Deal.name, Deal.amount).order_by(Deal.name))
    return [
        Figure(len(names), note="deals"),
        Panel(facts={"First": names[0][0]}),
        Report(("Deal", "Amount"), names),
    ]


@plugin.page("Vault", menu="Treasures", needs=KEEPS)
def vault(_asked: PageRequest, _gate: Gate) -> Panel:
    """Only for those who have the key."""
    return Panel(facts={"Gold": Decimal(7)})


@plugin.page("Broken", menu="")
def broken(asked: PageRequest, gate: Gate) -> Page:
    """Fails in the ways in which pages fail."""
    if asked.is_post:
        gate.update(Deal, int(asked.form["deal"]), {"name": "written before the failure"})
    return Page({"none": "missing.html", "word": "typo.html"}.get(asked.rest, "grid.html"))


plugin.menu("Companies by size", to="/companies?sort=-employees", section="People")
plugin.menu("All companies", to=Company, section="People", order=10)


class Offer(Form):
    """What somebody offers."""

    price: Mapped[Decimal] = money("Price", minimum=0)
    share: Mapped[int | None] = integer("Share, %", minimum=1, maximum=100)
    until: Mapped[date | None] = day("Valid until")
    note: Mapped[str | None] = text("Note", max_length=20)
    firm: Mapped[bool] = yes_no("Firm")

    def check(self) -> Iterator[Problem]:
        """A firm offer ends."""
        if self.firm and self.until is None:
            yield Problem("until", Text("Say how long a firm offer holds."))


@plugin.action(Deal, "Make an offer", icon="handshake", asks=Offer, bulk=True, order=10)
def offer(act: Act[Deal, Offer], gate: Gate) -> Text:
    """The price becomes the amount, the note the name."""
    if act.form.note == "boom":
        gate.update(Deal, act.record.id, {"name": "written before the failure"})
        raise ZeroDivisionError
    if act.form.note == "no":
        raise Invalid([Problem("note", Text("Say more.")), Problem("amount", Text("Not for this one."))])
    gate.update(Deal, act.record.id, {"amount": act.form.price, "name": act.form.note or act.record.name})
    return Text("Offered: %(price)s", price=act.form.price)


@plugin.action(Deal, "Polish", icon="sparkles", bulk=True)
def polish(act: Act[Deal], gate: Gate) -> None:
    """Asks nothing; refuses what shines already."""
    if act.record.name.startswith("Shiny"):
        raise Refused(Text("It shines already."))
    gate.update(Deal, act.record.id, {"name": f"Shiny {act.record.name}"})


@plugin.action(Deal, "Give away", icon="heart", confirm="For nothing?", needs=KEEPS)
def give_away(act: Act[Deal], gate: Gate) -> Redirect:
    """Asks whether it is meant."""
    gate.update(Deal, act.record.id, {"amount": Decimal(0)})
    return Redirect("/deals", "Given away.")


@plugin.action(Deal, "Write off", icon="eraser", when="amount > 0", bulk=True)
def write_off(act: Act[Deal], gate: Gate) -> None:
    """Done only where there is something to write off."""
    gate.update(Deal, act.record.id, {"amount": Decimal(0)})


@plugin.settings("Property portal", icon="globe")
class Portal(Settings):
    """Where deals are shown to the world."""

    address: Mapped[str] = web_address("Address", default="https://portal.example")
    token: Mapped[str | None] = secret("Access token")
    limit: Mapped[Decimal | None] = money("Up to")
    eager: Mapped[bool] = yes_no("At once")

    def check(self) -> Iterator[Problem]:
        """Two values together, and a failure."""
        if self.eager and self.token is None:
            yield Problem("token", Text("Without it nothing can be shown at once."))
        if self.limit == 13:
            raise ZeroDivisionError


plugin.view(Deal, "Large ones", filter={"amount.gte": "10000"}, sort="-amount", columns=("amount", "owner"))
plugin.view(Deal, "By owner", group="owner", needs=KEEPS)


@plugin.cell(Deal, "amount", fields=("name",))
def amount(rows: list[dict[str, Any]], _gate: Gate) -> dict[int, Value]:
    """What costs nothing says so; of a deal with a certain name it fails."""
    if any(row["name"] == "boom" for row in rows):
        raise ZeroDivisionError
    return {row["id"]: Badge("Free", "green") for row in rows if row["amount"] == 0}


@plugin.cell(Deal, "name")
def name(rows: list[dict[str, Any]], _gate: Gate) -> dict[int, Value]:
    """Deals of a certain name bear it in the reader's words."""
    return {row["id"]: Text("Deals") for row in rows if row["name"] == "in words"}


@plugin.search("Shelves", icon="layers")
def shelves(asked: SearchRequest, _gate: Gate) -> list[SearchHit]:
    """Shelves have the number that is looked for."""
    if asked.words == "boom":
        raise ZeroDivisionError
    return [SearchHit(f"Shelf {asked.words}", "/x/showroom/grid", Text("In the hall"))] * (
        asked.words == "shelf 7"
    )


@plugin.block("list.top", "Sum", entity=Deal)
def whole_sum(at: Place, gate: Gate) -> Figure:
    """Of all deals, whatever the list shows."""
    if at.query.get("sort") == "name":
        raise ZeroDivisionError
    return Figure(gate.scalar(select(func.count(Deal.id))), note=f"at {at.url}")


@plugin.block("my_day.top", "Word of the day", needs=KEEPS)
def word(_at: Place, _gate: Gate) -> Panel:
    """For those who have the key."""
    return Panel(facts={"Word": "sesame"})


@plugin.block("my_day.side", "Weather")
def weather(_at: Place, _gate: Gate) -> Panel:
    """For everybody."""
    return Panel(facts={"Sky": "blue"})


@plugin.panel(Deal, "Story", slot="record.main")
def story(deal: Deal, _gate: Gate) -> Panel:
    """In the middle of the page."""
    return Panel(text=f"Once there was {deal.name}.")


@plugin.page("Counter")
def counter(asked: PageRequest, gate: Gate) -> list[Ask | Figure] | Redirect:
    """A typed form without a template."""
    if asked.is_post:
        sent = asked.filled(Offer)
        if sent.price == 13:
            raise Invalid([Problem("price", Text("Not this one.")), Problem("", Text("Unlucky."))])
        return Redirect("", Text("Counted: %(price)s", price=sent.price))
    count = gate.scalar(select(func.count(Deal.id)))
    return [Ask(Offer(price=Decimal(5), note="Lamps"), submit="Count"), Figure(count)]


@plugin.page("Desk")
def desk(asked: PageRequest, _gate: Gate) -> Page | Redirect:
    """The same form in a template of its own."""
    if asked.is_post:
        return Redirect("", asked.filled(Offer).note or "")
    return Page("desk.html", form=Offer)
