"""The page at the counter: find the customer, write the bill, see what applies and why, ring it up, take it back."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from hookline_sdk import (
    Contact,
    Gate,
    Invalid,
    NotFound,
    Page,
    PageRequest,
    Problem,
    Redirect,
    Text,
    func,
    house_currency,
    select,
)

from hookline_loyalty.bills.settling import quote, settlement_of
from hookline_loyalty.customers.data import ReceiptLine
from hookline_loyalty.plugin import MENU, plugin
from hookline_loyalty.points.data import Account, Unit
from hookline_loyalty.programmes.bill import BillLine
from hookline_loyalty.tiers.data import Membership, Tier
from hookline_loyalty.till.cards import Customer, customer_of, find_customers
from hookline_loyalty.till.data import TILLS
from hookline_loyalty.till.numbers import card_number, spaced
from hookline_loyalty.till.selling import lines_of, refund, ring_up
from hookline_loyalty.till.writing import written

_NOBODY: Final = "guest"
_WHY: Final = Text("a bill at the till")
_OFFERED: Final = 24
_LATE: Final = 2_000


@plugin.page("Till", menu=MENU, icon="shopping-cart", order=10, needs=TILLS)
def till(asked: PageRequest, gate: Gate) -> Page | Redirect:
    """Who is it, what do they buy, what comes of it."""
    first, _, rest = asked.rest.partition("/")
    if first == "bill":
        return _settled(asked, gate, rest)
    if first:
        return _bill(asked, gate, first)
    return _search(asked, gate)


def _search(asked: PageRequest, gate: Gate) -> Page | Redirect:
    said = asked.query.get("q", "").strip()[:80]
    found: list[Customer] = []
    wrong: Text | None = None
    if said:
        try:
            found = find_customers(gate, said)
            wrong = None if found else Text("Nobody is known by this.")
        except Invalid as refusal:
            wrong = refusal.problems[0].text
        except NotFound:
            wrong = Text("Nobody has this card.")
    if len(found) == 1:
        return Redirect(f"{asked.url}/{found[0].card.number}")
    return Page("till_search.html", {"said": said, "found": found, "wrong": wrong, "spaced": spaced})


def _bill(asked: PageRequest, gate: Gate, who: str) -> Page | Redirect:
    if who != _NOBODY and not card_number(who):
        raise NotFound
    customer = None if who == _NOBODY else customer_of(gate, who)
    contact = customer.contact if customer else None
    paper = written(asked)
    bill = paper.bill(gate, contact)
    if bill is not None:
        bill = replace(bill, lines=with_categories(gate, bill.lines))
    if asked.is_post and bill is not None:
        source = f"till:{paper.key}"
        ring_up(gate, bill, source, due=_seen(asked))
        return Redirect(f"{asked.url}/bill/{paper.key}")
    found = quote(gate, bill) if bill is not None and ("show" in asked.query or asked.problems) else None
    values = {
        "here": f"{asked.url}/{who}",
        "customer": customer,
        "number": spaced(customer.card.number) if customer else "",
        "tier": tier_of(gate, contact),
        "accounts": accounts_of(gate, contact),
        "paper": paper,
        "quote": found,
        "wrong": paper.problems,
        "goods": _goods(gate),
        "currency": house_currency(gate),
    }
    return Page("till_bill.html", values, title=customer.name if customer else Text("Without a card"))


def _settled(asked: PageRequest, gate: Gate, key: str) -> Page | Redirect:
    """A bill that was rung up. It can be taken back, as a whole or line by line."""
    source, here = f"till:{key}", f"{asked.url}/bill/{key}"
    if asked.is_post:
        chosen = [
            int(place) for place in asked.repeated.get("line", ()) if place.isdecimal() and len(place) < 4
        ]
        if not chosen and "all" not in asked.form:
            raise Invalid([Problem("", Text("Choose what is taken back."))])
        done = refund(gate, source, lines=None if "all" in asked.form else chosen)
        whole = Text("The bill is taken back.") if done.reversed else Text("The lines are taken back.")
        return Redirect(here, whole)
    house = gate.as_house(_WHY)
    done_before = settlement_of(house, source)
    if done_before is None:
        raise NotFound
    values = {
        "here": here,
        "till": asked.url,
        "bill": done_before,
        "lines": lines_of(house, done_before),
        "accounts": accounts_of(gate, done_before.contact),
        "currency": house_currency(gate),
    }
    title = Text("Taken back") if done_before.reversed else Text("Rung up")
    return Page("till_done.html", values, title=title)


def with_categories(gate: Gate, lines: Sequence[BillLine]) -> Sequence[BillLine]:
    """The lines, with the category that a product was sold in last where none is said."""
    open_ones = {line.product for line in lines if not line.category}
    if not open_ones:
        return lines
    sold = select(ReceiptLine.product, ReceiptLine.category).where(
        ReceiptLine.id.in_(
            select(func.max(ReceiptLine.id))
            .where(ReceiptLine.product.in_(open_ones), ReceiptLine.category.is_not(None))
            .group_by(ReceiptLine.product)
        )
    )
    known = dict(gate.as_house(_WHY).rows(sold))
    return [replace(line, category=line.category or known.get(line.product, "")) for line in lines]


def accounts_of(gate: Gate, contact: int | None) -> list[dict[str, Any]]:
    """What a customer has in hand, with what of it ends next."""
    if contact is None:
        return []
    columns = (
        Account.unit,
        Account.purpose,
        Account.balance,
        Account.owed,
        Account.next_on,
        Account.next_amount,
    )
    found = select(*columns).where(Account.contact == contact, Account.joined.is_(None)).order_by(Account.id)
    return [
        {
            "name": row.purpose or Unit(row.unit).label,
            "is_money": row.unit in (Unit.gift, Unit.deposit),
            "tone": Unit(row.unit).tone,
            "balance": row.balance,
            "owed": row.owed,
            "next_on": row.next_on,
            "next_amount": row.next_amount,
        }
        for row in gate.as_house(_WHY).rows(found)
    ]


def tier_of(gate: Gate, contact: int | None) -> str:
    """What a customer's tier is called; "" for none."""
    if contact is None:
        return ""
    house = gate.as_house(_WHY)
    tier = house.get(Contact, contact)[Membership].tier
    return house.titles(Tier.__tablename__, [tier]).get(tier, "") if tier else ""


def _seen(asked: PageRequest) -> Decimal | None:
    """What the customer was told that it comes to."""
    try:
        return Decimal(asked.form.get("due", ""))
    except InvalidOperation:
        return None


def _goods(gate: Gate) -> list[str]:
    """What was sold most of late, for whoever types. Older lines do not count: a till must not slow down over the years."""
    late = select(ReceiptLine.product).order_by(ReceiptLine.id.desc()).limit(_LATE).subquery()
    found = select(late.c.product).group_by(late.c.product).order_by(func.count().desc(), late.c.product)
    return [name for (name,) in gate.rows(found.limit(_OFFERED))]
