"""What a plugin calls its own, in its own words, where the core has another translation of the same sentence."""

from pathlib import Path
from typing import cast

import pytest
from hookline.crm.access.users import User
from hookline.crm.deals import Deal
from hookline.crm.listeners import words_for
from hookline.crm.nouns import core
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.entity import Entity, discard
from hookline.kernel.fields import Choices, choice, field_of, integer, text
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.shown import Money, Panel, Report
from hookline.kernel.translations import Translations
from hookline_sdk import Mapped, Page, PageRequest
from sqlalchemy import Table

from tests.town import NOW, Town
from tests.web.visitor import open_doors, words

pytestmark = pytest.mark.one_engine

CATALOG = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=3; plural=n%10==1 ? 0 : n<5 ? 1 : 2;\\n"

msgid "Count"
msgstr "Счётчик"

msgid "%(num)d deal"
msgid_plural "%(num)d deals"
msgstr[0] "%(num)d договор"
msgstr[1] "%(num)d договора"
msgstr[2] "%(num)d договоров"

msgid "Reference: %(reference)s."
msgstr "Шифр %(reference)s"
"""
PAGE = """{% extends "page.html" %}{% block content %}<p id="said">{{ _("Count") }}: {{ ngettext("%(num)d deal", "%(num)d deals", 3) }},
{{ _("Reference: %(reference)s.", reference="<7>") }}, {{ _("Deals") }}</p>{% endblock %}"""


def counting_plugin(package: Path) -> Plugin:
    (package / "locale/ru/LC_MESSAGES").mkdir(parents=True)
    (package / "locale/ru/LC_MESSAGES/counting.po").write_text(CATALOG, "utf-8")
    (package / "templates").mkdir()
    (package / "templates/count.html").write_text(PAGE, "utf-8")
    plugin = Plugin("counting", label="Counting")
    plugin.file = str(package / "__init__.py")

    @plugin.panel(Deal, "Count")
    def count(record: Deal, gate: Gate) -> Panel:
        return Panel(facts={"Count": 1, "Deal": record.name})

    @plugin.report("Count")
    def counted(gate: Gate) -> Report:
        return Report(("Count", "Deals"), [(1, 2)])

    @plugin.page("Count")
    def page(asked: PageRequest, gate: Gate) -> Page:
        return Page("count.html")

    return plugin


def test_labels_answers_and_templates_of_a_plugin_are_in_its_own_words(town: Town, tmp_path: Path) -> None:
    host = PluginHost(strict=True)
    host.load([core, counting_plugin(tmp_path / "hookline_counting")])
    installation = Installation(town.installation.database, host, clock=lambda: NOW)
    deal = town.ids["scanners"]
    with open_doors(Town(installation, town.ids), tmp_path / "data") as doors:
        ada = doors.enter("ada")
        ada.post("/me/language", {"language": "ru", "back": "/"})
        panel = words(ada.get(f"/deals/{deal}/panel/counting/count", htmx=True).text)
        assert "Счётчик 1 Сделка" in panel
        report = words(str(ada.see("/reports/counting/counted")))
        assert "Счётчик Сделки" in report
        assert "Количество" not in report
        said = ada.see("/x/counting/page")
        assert [words(str(found)) for found in said.select("h1, #said")] == [
            "Счётчик",
            "Счётчик: 3 договора, Шифр <7>, Сделки",
        ]


def test_letters_and_what_is_left_for_somebody_are_in_the_readers_language_and_in_its_own_words(
    town: Town, tmp_path: Path
) -> None:
    package = tmp_path / "hookline_counting"
    host = PluginHost()
    host.load([core, counting_plugin(package)])
    home = Installation(town.installation.database, host, clock=lambda: NOW)
    count = Text("Count")
    count.file = str(package / "jobs.py")
    amounts = (
        Text("Amount: %(amount)s", amount=Money(1200)),
        Text("%(what)s: %(title)s", what=count, title="7"),
    )
    ada = town.ids["ada"]
    with home.house("test") as gate:
        gate.update(User, ada, {"language": "ru"})
        assert words_for(gate, ada, count) == "Счётчик"
        assert (
            words_for(gate, ada, *amounts) == "Amount: 1\N{NO-BREAK SPACE}200\N{NO-BREAK SPACE}€\nСчётчик: 7"
        )
        assert words_for(gate, None, *amounts) == "Amount: €1,200\nCount: 7"
        assert words_for(gate, town.ids["max"], count) == "Count"
    host.switch_off("counting", "a test")
    with home.house("test") as gate:
        assert words_for(gate, ada, count) == "Количество"


def test_fields_choices_and_entities_are_named_in_its_own_words(tmp_path: Path) -> None:
    plugin = counting_plugin(tmp_path / "hookline_counting")

    class How(Choices):
        """How it is counted."""

        counted = "counted", "Count"

    class Tally(Entity, plugin=plugin, label="Count", plural="Count"):
        name: Mapped[str] = text("Name")
        number: Mapped[int] = integer("Count", help="Count")
        how: Mapped[str] = choice("Count", How)

    translations = Translations([("counting", tmp_path / "hookline_counting/locale")])
    number, how = (field_of(cast(Table, Tally.__table__).c[name]) for name in ("number", "how"))
    discard(plugin)
    assert number is not None
    assert how is not None
    named = (Tally.label, Tally.plural, number.label, number.help, how.options["counted"].label)
    assert {translations.say(label, "ru") for label in named} == {"Счётчик"}
    assert {translations.say(label, "en") for label in named} == {"Count"}
    ours = Invalid([Problem("", Text("Count"))])
    assert translations.say(ours.problems[0].text, "ru") == "Количество"
