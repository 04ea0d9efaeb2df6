"""Sentences whose words hang on a number, in each language's own forms."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hookline.errors import Text, plural
from hookline.kernel.translations import Translations

CATALOG = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=3; "
"plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "%(what)s: one rung"
msgid_plural "%(what)s: %(count)s rungs"
msgstr[0] "%(what)s: %(count)s ступень"
msgstr[1] "%(what)s: %(count)s ступени"
msgstr[2] "%(what)s: %(count)s ступеней"
"""


def rungs(count: object) -> Text:
    return plural("%(what)s: one rung", "%(what)s: %(count)s rungs", count=count, what=Text("Yes"))


@pytest.mark.parametrize(
    ("count", "english", "russian"),
    [
        (0, "Yes: 0 rungs", "Да: 0 ступеней"),
        (1, "Yes: one rung", "Да: 1 ступень"),
        (3, "Yes: 3 rungs", "Да: 3 ступени"),
        (11, "Yes: 11 rungs", "Да: 11 ступеней"),
        (21, "Yes: 21 rungs", "Да: 21 ступень"),
        (Decimal("1.00"), "Yes: one rung", "Да: 1.00 ступень"),
        ("5", "Yes: 5 rungs", "Да: 5 ступеней"),
        ("1,234", "Yes: 1,234 rungs", "Да: 1,234 ступени"),
        (Decimal("1.5"), "Yes: 1.5 rungs", "Да: 1.5 ступени"),
        (Decimal("Infinity"), "Yes: Infinity rungs", "Да: Infinity ступени"),
    ],
)
def test_each_language_has_its_own_forms(tmp_path: Path, count: object, english: str, russian: str) -> None:
    place = tmp_path / "hookline_ladder/locale/ru/LC_MESSAGES/ladder.po"
    place.parent.mkdir(parents=True)
    place.write_text(CATALOG, "utf-8")
    translations = Translations([("ladder", tmp_path / "hookline_ladder/locale")])
    text = rungs(count)
    assert str(text) == translations.say(text, "en") == english
    assert translations.say(text, "ru") == russian
    kept = json.loads(json.dumps([text.msgid, {"count": str(count), "what": "Yes"}]))
    assert translations.say(Text(kept[0], **kept[1]), "en") == english


def test_a_sentence_remembers_where_it_was_written() -> None:
    assert rungs(1).file == __file__
    assert rungs(1) == rungs(1)
    assert rungs(1) != rungs(2)
