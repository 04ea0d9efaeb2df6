"""The dashboards that everybody begins with, by the kind of work: kept nowhere until somebody arranges one of them."""

from collections.abc import Mapping, Sequence
from typing import Final

from hookline.crm.desks.dashboards import Placed
from hookline.errors import Text
from hookline.kernel.actor import Action, Level
from hookline.kernel.reads import Reads


def _placed(*widgets: tuple[str, str, Mapping[str, str]]) -> Sequence[Placed]:
    return [Placed(str(number), f"core.{name}", size, given) for number, (name, size, given) in enumerate(widgets, 1)]  # fmt: skip


_MINE: Final = {"whose": "me"}
_SELLER: Final = _placed(
    ("pipeline_value", "small", _MINE),
    ("won", "small", _MINE),
    ("forecast", "small", _MINE),
    ("win_rate", "small", {**_MINE, "period": "last_90_days"}),
    ("overdue_activities", "small", _MINE),
    ("activities_today", "small", _MINE),
    ("closing_soon", "medium", _MINE),
    ("report_chart", "medium", {**_MINE, "report": "core.pipeline"}),
    ("deals_without_activity", "medium", _MINE),
    ("ageing_deals", "medium", _MINE),
    ("report_chart", "medium", {**_MINE, "report": "core.won_and_lost", "period": "this_year"}),
)
_HEAD: Final = _placed(
    ("pipeline_value", "small", {}),
    ("won", "small", {}),
    ("forecast", "small", {}),
    ("win_rate", "small", {"period": "last_90_days"}),
    ("report_chart", "medium", {"report": "core.won_and_lost", "period": "this_year"}),
    ("top_sellers", "medium", {}),
    ("report_chart", "medium", {"report": "core.funnel", "period": "last_90_days"}),
    ("ageing_deals", "medium", {}),
    ("report_chart", "medium", {"report": "core.reasons", "period": "last_90_days"}),
    ("new_leads", "small", {}),
    ("overdue_activities", "small", {}),
)
STARTS: Final[Mapping[str, tuple[Text, Sequence[Placed]]]] = {
    "seller": (Text("My sales"), _SELLER),
    "head": (Text("Sales of the team"), _HEAD),
}


def starts_for(gate: Reads) -> Sequence[str]:
    """The names of those that suit the actor, the best first: whoever sees the deals of others leads with the team's."""
    leads = gate.level(gate.schema["deal"], Action.read) > Level.own
    return ("head", "seller") if leads else ("seller",)
