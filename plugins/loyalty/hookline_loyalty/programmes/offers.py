"""Coupons: why one does not apply to a bill, what one takes off, and which of several are best for the customer."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from hookline_sdk import Money, Text

from hookline_loyalty.programmes.bill import Bill, Effect
from hookline_loyalty.programmes.book import Book, Offer, Scope
from hookline_loyalty.programmes.cents import CENT, NOTHING, part_of, plain, rounded
from hookline_loyalty.programmes.working import Working

# Items are made free first, then percentages, then amounts.
_ORDER = {"free": 0, "percent": 1, "amount": 2}


def discount(bill: Bill, book: Book, work: Working) -> tuple[Working, list[Effect]]:
    """The bill with the tier's discount and the coupons that are best for the customer, and what to say of each.

    Coupons that combine go together; one that does not stands alone. Of these choices the cheapest for the customer is taken.
    """
    refused = {
        offer.id: why for offer in book.offers if (why := hindrance(offer, bill, book, work)) is not None
    }
    fitting = sorted((o for o in book.offers if o.id not in refused), key=_place)
    together = [offer for offer in fitting if offer.combines]
    choices = [together, *([offer] for offer in fitting if not offer.combines)]
    tried = [(choice, *_apply(choice, book, work.copy())) for choice in choices]
    chosen, done, effects = min(tried, key=lambda one: one[1].due())
    for offer in sorted(book.offers, key=_place):
        if offer not in chosen:
            why = refused.get(offer.id) or Text("It cannot be combined; the better choice was taken.")
            effects.append(_effect(offer, why))
    return done, effects


def hindrance(offer: Offer, bill: Bill, book: Book, work: Working) -> Text | None:
    """Why a coupon does not apply to this bill, in words for the customer; None when nothing speaks against it."""
    return next(_hindrances(offer, bill, book, work), None)


def _hindrances(offer: Offer, bill: Bill, book: Book, work: Working) -> Iterator[Text]:
    yield from _of_time(offer, book)
    yield from _of_use(offer, bill)
    yield from _of_customer(offer, bill, book)
    yield from _of_goods(offer, bill, book, work)


def _of_time(offer: Offer, book: Book) -> Iterator[Text]:
    if not offer.active:
        yield Text("The coupon has been stopped.")
    if offer.starts_on is not None and book.today < offer.starts_on:
        yield Text("The coupon begins on %(day)s.", day=f"{offer.starts_on:%d.%m.%Y}")
    if offer.ends_on is not None and book.today > offer.ends_on:
        yield Text("The coupon ended on %(day)s.", day=f"{offer.ends_on:%d.%m.%Y}")


def _of_use(offer: Offer, bill: Bill) -> Iterator[Text]:
    if offer.code_used:
        yield Text("This code has been used already.")
    if offer.code_of is not None and offer.code_of != bill.contact:
        yield Text("This code belongs to another customer.")
    if offer.limit is not None and offer.spent >= offer.limit:
        yield Text("The coupon has been used up: %(number)s times in all.", number=offer.limit)


def _of_customer(offer: Offer, bill: Bill, book: Book) -> Iterator[Text]:
    if (offer.own_limit is not None or offer.tiers) and bill.contact is None:
        yield Text("The coupon is for known customers: say who it is.")
    if offer.own_limit is not None and offer.own >= offer.own_limit:
        yield Text("The customer has used it as often as possible: %(number)s times.", number=offer.own)
    if offer.tiers and (book.level is None or book.level.id not in offer.tiers):
        names = ", ".join(book.tier_names[id] for id in sorted(offer.tiers) if id in book.tier_names)
        yield Text("The coupon is for the tiers: %(names)s.", names=names)


def _of_goods(offer: Offer, bill: Bill, book: Book, work: Working) -> Iterator[Text]:
    total = sum((line.amount for line in bill.lines), NOTHING)
    if total < offer.minimum:
        yield Text(
            "The coupon begins at %(least)s; %(missing)s are missing.",
            least=said(offer.minimum, book), missing=said(offer.minimum - total, book),
        )  # fmt: skip
    places = work.places(offer.scope)
    if not places:
        yield Text("Nothing on the bill is among what the coupon is for.")
    elif (offer.benefit == "free" or offer.on == "cheapest") and not work.cheapest(places):
        yield Text("There is no whole item on the bill that the coupon could be for.")


def said(amount: Decimal, book: Book) -> Money:
    """An amount in a sentence."""
    return Money(amount, book.currency)


def _place(offer: Offer) -> tuple[int, int]:
    return _ORDER.get(offer.benefit, 9), offer.id


def _apply(choice: Sequence[Offer], book: Book, work: Working) -> tuple[Working, list[Effect]]:
    effects = [_free(offer, work) for offer in choice if offer.benefit == "free"]
    work.open_budget()
    effects += _of_tier(book, work)
    effects += [_off(offer, work) for offer in choice if offer.benefit != "free"]
    return work, effects


def _of_tier(book: Book, work: Working) -> Iterator[Effect]:
    if book.level is None or not book.level.discount:
        return
    places = work.places(Scope())
    wanted = part_of(sum((work.left[at] for at in places), NOTHING), book.level.discount)
    off = work.take(wanted, places)
    why = Text("%(percent)s %% for this tier", percent=plain(book.level.discount))
    yield Effect(
        "tier", book.level.name, off > 0, _capped(why, off, wanted), off, f"loyalty_tier:{book.level.id}"
    )


def _free(offer: Offer, work: Working) -> Effect:
    found = work.cheapest(work.places(offer.scope))
    if not found:
        return _effect(offer, Text("There is no whole item on the bill that the coupon could be for."))
    name = work.lines[found[0]].product
    return _effect(offer, Text("One is free: %(product)s", product=name), work.free(found[0], 1))


def _off(offer: Offer, work: Working) -> Effect:
    places = work.places(offer.scope)
    if offer.on == "cheapest":
        places = work.cheapest(places)[:1]
        base = sum((_of_one(work, at) for at in places), NOTHING)
    else:
        base = sum((work.left[at] for at in places), NOTHING)
    wanted = part_of(base, offer.percent) if offer.benefit == "percent" else min(offer.amount, base)
    most = wanted if offer.most is None else min(wanted, offer.most)
    off = work.take(most, places)
    percent = Text("%(percent)s %% off", percent=plain(offer.percent))
    why = percent if offer.benefit == "percent" else Text("An amount off")
    return _effect(offer, _capped(why, off, most), off)


def _of_one(work: Working, at: int) -> Decimal:
    """What is left of one item of a line."""
    whole = work.lines[at].quantity - work.freed[at]
    return rounded(work.left[at] / whole) if whole > 1 else work.left[at]


def _capped(why: Text, off: Decimal, wanted: Decimal) -> Text:
    if off < wanted and wanted >= CENT:
        return Text("%(why)s, as far as discounts may go on one bill", why=why)
    return why


def _effect(offer: Offer, why: Text, off: Decimal = NOTHING) -> Effect:
    return Effect("coupon", offer.name, off > 0, why, off, f"loyalty_coupon:{offer.id}", offer.code)
