{%- set main = cookiecutter._plan.main -%}
"""What stands on the pages of records."""

from hookline_sdk import {{ "" if main.own else main.cls + ", " }}Gate, Link, Panel, select

{% if main.own -%}
from {{ cookiecutter.__package }}.data import {{ main.cls }}
{% endif -%}
from {{ cookiecutter.__package }}.plugin import plugin


@plugin.panel({{ main.cls }}, "Of the same owner")
def of_the_same_owner({{ main.snake }}: {{ main.cls }}, gate: Gate) -> Panel:
    """The five newest other {{ main.many }} of the same owner that the reader may see."""
    others = select({{ main.cls }}.id, {{ main.cls }}.{{ main.title }}).order_by({{ main.cls }}.id.desc()).limit(5)
    rows = gate.rows(others.where({{ main.cls }}.owner == {{ main.snake }}.owner, {{ main.cls }}.id != {{ main.snake }}.id))
    return Panel(rows=[[Link(name, f"{{ main.table }}:{id}")] for id, name in rows])
