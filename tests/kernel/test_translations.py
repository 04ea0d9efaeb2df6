"""A plugin's catalog lies in its package and is read as it was written."""

import logging
from pathlib import Path
from typing import Any

import pytest
from hookline.errors import Label, Text
from hookline.kernel.translations import Translations

CATALOG = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=3; plural=n%10==1 ? 0 : n<5 ? 1 : 2;\\n"

msgid "Steps of %(what)s"
msgstr "Ступени: %(what)s"

msgid "%(num)d ladder"
msgid_plural "%(num)d ladders"
msgstr[0] "%(num)d лестница"
msgstr[1] "%(num)d лестницы"
msgstr[2] "%(num)d лестниц"

msgid "Rungs unknown"
msgstr ""
"""


def put(folder: Path, text: str) -> Path:
    (folder / "ru/LC_MESSAGES").mkdir(parents=True)
    (folder / "ru/LC_MESSAGES/ladder.po").write_text(text, "utf-8")
    return folder


def test_sentences_and_plurals_are_said_in_russian(tmp_path: Path) -> None:
    translations = Translations([("ladder", put(tmp_path, CATALOG))])
    assert translations.say(Text("Steps of %(what)s", what="A"), "ru") == "Ступени: A"
    assert translations.say("Rungs unknown", "ru") == "Rungs unknown"
    assert translations.say("Steps of %(what)s", "en") == "Steps of %(what)s"
    said = [translations.catalog("ru").ngettext("%(num)d ladder", "%(num)d ladders", n) for n in (1, 3, 5)]
    assert said == ["%(num)d лестница", "%(num)d лестницы", "%(num)d лестниц"]


def test_a_catalog_that_cannot_be_read_leaves_english(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "hookline.plugins"):
        translations = Translations([("ladder", put(tmp_path, 'msgid "Deal"\nnonsense\n'))])
    assert translations.say("Deal", "ru") == "Сделка"
    assert "ladder.po cannot be read" in caplog.text


OWN = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=3; plural=n%10==1 ? 0 : n<5 ? 1 : 2;\\n"

msgid "Count"
msgstr "Счётчик"
"""


def test_a_plugin_says_what_is_its_own_in_its_own_words(tmp_path: Path) -> None:
    package = tmp_path / "hookline_ladder"
    translations = Translations([("ladder", put(package / "locale", OWN))])
    assert translations.say("Count", "ru") == "Количество"
    assert translations.say(Text("Count"), "ru") == "Количество"
    assert translations.say(Label.of("ladder", "Count"), "ru") == "Счётчик"
    assert translations.say("Count", "ru", by="ladder") == "Счётчик"
    assert translations.say(Label.of("ladder", "Deal"), "ru") == "Сделка"
    assert translations.say(Label.of("steps", "Count"), "ru") == "Количество"
    written: dict[str, Any] = {"Text": Text}
    # As a module of the plugin would.
    exec(compile('text = Text("Count")', package / "rules.py", "exec"), written)
    assert translations.say(written["text"], "ru") == "Счётчик"
    assert translations.own("ru")["ladder"].gettext("Count") == "Счётчик"
    assert translations.own("en") == {}
