"""What is asked of promotions, re-pricings and plans before they are saved, in forms, imports and the API alike."""

from hookline_sdk import BeforeSave, Text

from hookline_real_estate.buildings.data import Layout
from hookline_real_estate.plugin import plugin
from hookline_real_estate.pricing.data import Promotion, Repricing, RepricingState, SalesPlan

_ONE = Text("Fill in one of the two: the percentage or the amount.")


@plugin.before_save(Promotion)
def judge_promotion(event: BeforeSave[Promotion]) -> None:
    """A promotion has a period, and takes off either a percentage or an amount."""
    promotion = event.record
    if all((promotion.starts_on, promotion.ends_on)) and promotion.ends_on < promotion.starts_on:
        event.reject("It ends before it starts.", "ends_on")
    if bool(promotion.percent) == bool(promotion.amount):
        event.reject(_ONE, "percent")


@plugin.before_save(Repricing)
def judge_repricing(event: BeforeSave[Repricing]) -> None:
    """A re-pricing goes by a percentage or by an amount per m², and what has been applied stays as it was."""
    repricing = event.record
    if bool(repricing.percent) == bool(repricing.per_m2):
        event.reject(_ONE, "percent")
    if event.before is not None and event.before.state != RepricingState.draft:
        event.reject("It has been applied. Undo it, or make a new one.")


@plugin.before_save(SalesPlan)
def name_plan(event: BeforeSave[SalesPlan]) -> None:
    """A plan is of a month, and called by its layout and month."""
    plan = event.record
    if not all((plan.month, plan.layout)):
        return
    event.values["month"] = plan.month.replace(day=1)
    if layout := event.gate.find(Layout, plan.layout):
        event.values["note"] = f"{layout.name}, {plan.month:%m.%Y}"
