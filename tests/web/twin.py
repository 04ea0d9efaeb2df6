"""The source of a plugin of which two with different names have everything else alike: what they call things is the same."""

from pathlib import Path
from typing import Final

_PYTHON: Final = '''
"""{label}."""

from hookline_sdk import (
    Contact, Deal, Entity, Fields, Figure, Mapped, Page, Panel, Plugin, Report, Settings, Value, integer, text, web_address
)

plugin = Plugin("{name}", label="{label}")
MAY = plugin.permission("publish", "Publish of {label}", "May publish.")


class Listing(Entity, plugin=plugin, icon="home", title="address", menu="Sales", label="Listing of {label}",
              plural="Listings of {label}"):
    address: Mapped[str] = text("Address", list=True)


class Extra(Fields[Deal], plugin=plugin, label="Extra"):
    budget: Mapped[int | None] = integer("Budget of {label}", list=True, filter=True)


@plugin.settings("Portal of {label}")
class Portal(Settings):
    address: Mapped[str | None] = web_address("Address")


@plugin.panel(Deal, "Summary")
def summary(record, gate):
    return Panel(text="{label} panel", facts={{"Budget": record[Extra].budget}})


@plugin.column(Deal, "Column of {label}")
def note(rows, gate):
    return {{row["id"]: "{label} column" for row in rows}}


@plugin.page("Grid", menu="Sales")
def grid(asked, gate):
    return Page("grid.html", {{"who": "{label}"}})


@plugin.report("Sums")
def sums(gate):
    return Report(("Who",), [["{label} report"]])


@plugin.widget("Number")
def number(gate):
    return Figure(7, note="{label} widget")


@plugin.job()
def nightly(run):
    with run.transaction() as gate:
        gate.create(Listing, {{"address": "{label} job"}})


@plugin.before_save(Listing)
def check(event):
    if event.record.address == "no {name}":
        event.reject("{label} refuses", "address")


plugin.menu("Own list", to=Listing, section="Sales")
plugin.view(Deal, "Mine", filter={{"{name}_budget.filled": "1"}}, columns=("name", "{name}_budget"))
'''
_TEMPLATE: Final = """{% extends "page.html" %}
{% block head %}<link rel="stylesheet" href="{{ asset("x/NAME/look.css") }}">{% endblock %}
{% block content %}<p id="who">{{ who }} template: {{ _("Good day") }}</p>{% endblock %}
"""
_CATALOG: Final = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Good day"
msgstr "Добрый день, NAME"
"""


def write_twin(folder: Path, name: str) -> str:
    """A package of this name with templates, static files and a catalog; its path for HOOKLINE_PLUGINS is its module's name."""
    package, label = folder / f"twin_{name}", name.capitalize()
    for path, content in {
        "__init__.py": _PYTHON.format(name=name, label=label),
        "templates/grid.html": _TEMPLATE.replace("NAME", name),
        "static/look.css": f"@layer plugin {{ .{name} {{ color: var(--primary); }} }}",
        f"locale/ru/LC_MESSAGES/{name}.po": _CATALOG.replace("NAME", name),
    }.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(content, "utf-8")
    return package.name
