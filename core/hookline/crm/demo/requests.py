"""The inbox: requests that have come in, some at work, some become deals, some refused."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from hookline.crm import leads
from hookline.crm.demo.lines import lines
from hookline.crm.demo.play import Play
from hookline.crm.demo.spelling import handle, phone_of
from hookline.crm.leads import Lead
from hookline.kernel.gate import Gate


class Inquiry(NamedTuple):
    """A request. `days` ago it came, at this `hour`; `end` is what became of it."""

    name: str
    company: str
    country: str
    channel: str
    source: str
    cost: int
    amount: int
    days: int
    hour: float
    message: str
    owner: str
    end: str
    campaign: str


def inquiries() -> list[Inquiry]:
    """All of them."""
    return [
        Inquiry(
            row["name"], row["company"], row["country"], row["channel"], row["source"], int(row["cost"]), int(row["amount"]),
            int(row["days"]), float(row["hour"]), row["message"], row["owner"], row["end"], row["campaign"],
        )
        for row in lines("requests")
    ]  # fmt: skip


def fill_inbox(play: Play) -> None:
    """Every request, and what was done with it."""
    for place, inquiry in enumerate(inquiries()):
        came = play.at(inquiry.days, inquiry.hour)
        play.do(came, inquiry.owner, _coming(play, inquiry, place))
        if inquiry.end != "new":
            answered = max(play.at(inquiry.days - 2, 10 + place % 6), came + timedelta(hours=2))
            play.do(answered, inquiry.owner, _ending(play, inquiry))


def _coming(play: Play, inquiry: Inquiry, place: int) -> Any:
    def come(gate: Gate) -> None:
        site = handle(inquiry.company or inquiry.name)
        values = {
            "name": inquiry.name, "company_name": inquiry.company or None, "message": inquiry.message,
            "channel": inquiry.channel, "source": play.ids[inquiry.source], "campaign": inquiry.campaign or None,
            "cost": Decimal(inquiry.cost), "amount": Decimal(inquiry.amount) or None, "currency": "EUR",
            "phone": phone_of(inquiry.country, 700 + place), "email": f"{handle(inquiry.name.split()[-1])}@{site}.example",
            "team": play.ids["Россия" if inquiry.country == "RU" else "Europe"],
        }  # fmt: skip
        play.ids[inquiry.name] = gate.create(Lead, values)

    return come


def _ending(play: Play, inquiry: Inquiry) -> Any:
    def end(gate: Gate) -> None:
        lead = play.ids[inquiry.name]
        what, _, reason = inquiry.end.partition(": ")
        if what == "refused":
            leads.refuse(gate, lead, play.ids[reason])
        elif what == "converted":
            leads.convert(gate, lead, deal={})
        else:
            gate.update(Lead, lead, {"status": what})

    return end
