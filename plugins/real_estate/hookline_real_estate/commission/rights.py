"""Who may do what with commissions, and who sees what: agents their own lines, heads those of their teams."""

from typing import Any

from hookline_sdk import Actor, BeforeDelete, BeforeSave, Gate, Text, or_
from sqlalchemy import ColumnElement, Table

from hookline_real_estate.commission.data import (
    Commission,
    CommissionLevel,
    CommissionPlan,
    CommissionShare,
    CommissionSplit,
)
from hookline_real_estate.plugin import plugin

PREPARE = plugin.permission(
    "commission_prepare", "Preparing commissions", "Fills in statements, splits and shares, and says that they are reviewed."
)  # fmt: skip
APPROVE = plugin.permission(
    "commission_approve", "Approving commissions", "Approves reviewed statements, or sends them back to be changed."
)  # fmt: skip
PAY = plugin.permission(
    "commission_pay", "Paying commissions", "Says that approved statements are paid, and makes counter-entries to them."
)  # fmt: skip
PLANS = plugin.permission(
    "commission_plans", "Commission plans", "Decides what has been agreed with agents: plans and their levels."
)  # fmt: skip
ALL = plugin.permission(
    "commission_all", "Commissions of all teams", "Sees them beyond the own team and those below."
)

# In whose name a counter-entry is written: the one writing that goes past what can be changed.
CORRECTING = Text("counter-entry")

_MAY_NOT = {
    PREPARE: Text("You may see commissions, not change them."),
    PLANS: Text("You may see commission plans, not change them."),
}


def is_correcting(gate: Gate) -> bool:
    """Whether this gate writes a counter-entry, in the house's name."""
    return gate.acts_as_house(CORRECTING)


def own_or_team(actor: Actor, table: Table) -> ColumnElement[bool] | None:
    """One's own, and those of the own team and the teams below, as far as the role sees them."""
    if actor.user is None or actor.may(ALL):
        return None
    own = table.c.owner == actor.user
    return or_(own, table.c.team.in_(sorted(actor.below))) if actor.below else own


def judge_right(event: BeforeSave[Any] | BeforeDelete[Any], needed: str) -> None:
    """Refuse a change to whoever has not been given the right to make it, be the record their own."""
    if not event.gate.actor.may(needed):
        event.reject(_MAY_NOT[needed])


for _entity in (Commission, CommissionSplit, CommissionShare, CommissionPlan, CommissionLevel):
    plugin.restrict(_entity)(own_or_team)
