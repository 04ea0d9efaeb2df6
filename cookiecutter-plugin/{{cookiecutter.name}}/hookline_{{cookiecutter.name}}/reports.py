{%- set main = cookiecutter._plan.main -%}
"""The reports."""

from hookline_sdk import {{ "" if main.own else main.cls + ", " }}Gate, Report, func, select

{% if main.own -%}
from {{ cookiecutter.__package }}.data import {{ main.cls }}
{% endif -%}
from {{ cookiecutter.__package }}.plugin import plugin


@plugin.report("{{ main.many.capitalize() }} by owner")
def by_owner(gate: Gate) -> Report:
    """How many {{ main.many }} each owner has."""
    counted = select({{ main.cls }}.owner, func.count({{ main.cls }}.id)).group_by({{ main.cls }}.owner)
    rows = gate.rows(counted.order_by(func.count({{ main.cls }}.id).desc()))
    names = gate.titles("user", [owner for owner, _ in rows if owner is not None])
    return Report(("Owner", "Number"), [(names.get(owner, "Nobody"), number) for owner, number in rows])
