{%- set main = cookiecutter._plan.main -%}
"""Every page it has a part in, as people open it."""

{% if not main.own -%}
from hookline_sdk import {{ main.cls }}
{% endif -%}
from hookline_sdk.testing import Client, Crm, Make
{%- if main.own %}

from {{ cookiecutter.__package }}.data import {{ main.cls }}
{%- endif %}


def test_the_panel_names_the_others_of_the_same_owner(make: Make, client: Client) -> None:
    first, second = make.many({{ main.cls }}, 2)
    panel = client.get(f"{{ main.path }}/{first.id}/panel/{{ cookiecutter.name }}/of_the_same_owner", htmx=True)
    assert f"{{ main.path }}/{second.id}" in panel.html
    assert f"{{ main.path }}/{first.id}" not in panel.html


def test_the_report_counts(make: Make, client: Client) -> None:
    make.many({{ main.cls }}, 3)
    assert client.get("/reports/{{ cookiecutter.name }}/by_owner").rows()[0][-1] == "3"


def test_every_screen_stands(crm: Crm) -> None:
    for screen in crm.screens():
        assert not screen.trouble, screen
