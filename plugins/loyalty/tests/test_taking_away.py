"""What may be taken away, and by whom: programmes, tiers, coupons, cards, lists of campaigns, surveys."""

from decimal import Decimal

import pytest
from hookline_sdk import Contact, Gate, Record, Refused
from hookline_sdk.testing import Client, Crm, Make

from hookline_loyalty.campaigns.data import Suppression
from hookline_loyalty.cards.data import GiftCard
from hookline_loyalty.coupons.data import Coupon, CouponCode
from hookline_loyalty.points.data import Account, Unit
from hookline_loyalty.points.ledger import account_of
from hookline_loyalty.programmes.data import EarnRule, Multiplier, Programme
from hookline_loyalty.surveys.data import Survey
from hookline_loyalty.tiers.data import Tier
from hookline_loyalty.till.data import Card


@pytest.mark.parametrize(
    "entity", [Programme, EarnRule, Multiplier, Tier, Coupon, CouponCode, Survey, Suppression]
)
def test_who_may_not_make_it_may_not_take_it_away(make: Make, crm: Crm, entity: type[Record]) -> None:
    made = make(entity)
    with pytest.raises(Refused), crm.writing("seller") as gate:
        gate.trash(entity, made.id)
    with crm.writing("administrator") as gate:
        gate.trash(entity, made.id)
        assert gate.find(entity, made.id) is None


def test_a_card_with_money_and_a_tier_that_somebody_has_stay(make: Make, crm: Crm) -> None:
    card, tier, who = make(GiftCard, amount=Decimal(20)), make(Tier), make(Contact)
    with crm.house() as house:
        house.carry(Contact, {who.id: {"loyalty_tier": tier.id}})
    with pytest.raises(Refused, match="There is money on this card"), crm.writing() as gate:
        gate.trash(GiftCard, card.id)
    with pytest.raises(Refused, match="Somebody has this tier"), crm.writing() as gate:
        gate.trash(Tier, tier.id)


def test_money_is_kept_for_a_customer_who_gets_a_card(
    make: Make, client: Client, crm: Crm, gate: Gate
) -> None:
    who = make(Contact)
    client.get(f"/contacts/{who.id}/action/loyalty/pay_in")
    assert "Paid into the deposit." in client.form().submit(amount="25", note="For the summer")
    with crm.writing("administrator") as writing:
        assert writing.get(Account, account_of(writing, who.id, Unit.deposit)).balance == 25
    client.get(f"/contacts/{who.id}/action/loyalty/open_card")
    client.form().submit()
    assert gate.get(Card, 1).contact == who.id
