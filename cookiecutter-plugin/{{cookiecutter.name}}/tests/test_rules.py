{%- set rule = cookiecutter._plan.ruled -%}
"""What is refused, and what is not."""

{% if rule.decimal -%}
from decimal import Decimal

{% endif -%}
import pytest
from hookline_sdk import {{ "" if rule.own else rule.entity + ", " }}{{ "Gate, " if not rule.numeric else "" }}Invalid
from hookline_sdk.testing import Make
{%- if rule.own %}

from {{ cookiecutter.__package }}.data import {{ rule.entity }}
{%- endif %}
{%- if rule.numeric %}


def test_a_number_is_above_zero(make: Make) -> None:
    with pytest.raises(Invalid, match="above zero"):
        make({{ rule.entity }}, {{ rule.full }}=0)
    made = make({{ rule.entity }}, {{ rule.full }}={{ rule.sample }})
    assert made.{{ rule.full }} == {{ rule.sample }}
{%- else %}


def test_what_was_filled_in_is_not_emptied(make: Make, gate: Gate) -> None:
    made = make.full({{ rule.entity }})
    with pytest.raises(Invalid):
        gate.update({{ rule.entity }}, made.id, {"{{ rule.full }}": None}, version=made.version)
{%- endif %}
