{%- set main = cookiecutter._plan.main -%}
"""What is kept, and where people see it."""

{% if main.own -%}
from hookline_sdk.testing import Client, Make

from {{ cookiecutter.__package }}.data import {{ main.cls }}


def test_it_stands_in_its_list(make: Make, client: Client) -> None:
    make({{ main.cls }}, {{ main.title }}="Mill Lane 4")
    assert "Mill Lane 4" in client.get("{{ main.path }}")


def test_it_is_written_in_its_form(client: Client) -> None:
    client.get("{{ main.path }}/new")
    assert "Mill Lane 5" in client.form().submit({{ main.title }}="Mill Lane 5")
{%- else -%}
from hookline_sdk import {{ main.cls }}
from hookline_sdk.testing import Client, Make


def test_the_fields_stand_in_the_form(make: Make, client: Client) -> None:
    {{ main.snake }} = make({{ main.cls }})
    client.get(f"{{ main.path }}/{{ "{" }}{{ main.snake }}.id}/edit")
    assert "{{ cookiecutter._plan.ruled.full }}" in client.form().names
{%- endif %}
