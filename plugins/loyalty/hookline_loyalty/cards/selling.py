"""Selling gift cards and taking deposits: the money stands in the ledger from then on."""

from collections.abc import Iterator
from decimal import Decimal

from hookline_sdk import Act, BeforeDelete, BeforeSave, Contact, Form, Gate, Mapped, Text, Write, money, text

from hookline_loyalty.cards.data import GiftCard
from hookline_loyalty.coupons.codes import new_code
from hookline_loyalty.plugin import plugin
from hookline_loyalty.points.data import Account, Unit
from hookline_loyalty.points.ledger import account_of, earn, open_account
from hookline_loyalty.programmes.book import code_of
from hookline_loyalty.programmes.rights import CARDS, judge_right

SELLING = Text("a gift card was sold")


class Paid(Form):
    """What is paid into the deposit."""

    amount: Mapped[Decimal] = money("Amount", minimum=0)
    note: Mapped[str] = text("What for", max_length=120, default="Deposit")


@plugin.before_save(GiftCard)
def judge_card(event: BeforeSave[GiftCard]) -> None:
    """A card has a code, and is loaded once: from then on its account says what is left."""
    new, before = event.record, event.before
    if event.gate.acts_as_house(SELLING):
        return
    judge_right(event, CARDS)
    if not new.amount:
        event.reject("It must be above zero.", "amount")
    if before is None:
        event.values["code"] = code_of(new.code or "") or new_code()
    else:
        if new.amount != before.amount:
            event.reject("A card is loaded once. Sell another one.", "amount")
        event.values["code"] = before.code


@plugin.around_write(GiftCard)
def load_card(write: Write[GiftCard], gate: Gate) -> Iterator[None]:
    """A new card gets an account with its money."""
    yield
    if write.what != "created":
        return
    house = gate.as_house(SELLING)
    for record in write.records:
        account = open_account(house, Unit.gift, label=str(record.values["code"]))
        earn(
            house,
            account,
            record.values["amount"],
            source=f"loyalty_gift_card:{record.id}",
            why=Text("Loaded"),
        )
        house.carry(GiftCard, {record.id: {"account": account}})


@plugin.action(Contact, "Pay into the deposit", asks=Paid, icon="wallet", needs=CARDS, order=60)
def pay_in(act: Act[Contact, Paid], gate: Gate) -> Text:
    """Keep money of a customer, with which bills are paid later."""
    account = account_of(gate, act.record.id, Unit.deposit)
    count = gate.as_house(SELLING).get(Account, account).version
    source = f"deposit:{account}/{count}"
    earn(gate, account, act.form.amount, source=source, why=Text("Paid in: %(note)s", note=act.form.note))
    return Text("Paid into the deposit.")


@plugin.before_delete(GiftCard)
def keep_card(event: BeforeDelete[GiftCard]) -> None:
    """A card with money on it is not thrown away."""
    judge_right(event, CARDS)
    account = event.record.account
    if account is not None and event.gate.as_house(SELLING).get(Account, account).balance:
        event.reject("There is money on this card. Block it instead.")
