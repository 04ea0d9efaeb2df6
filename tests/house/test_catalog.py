"""The Russian catalog: every sentence that people can be shown stands in it, whole and with its own parameters."""

import re
from typing import Final

import pytest
import texts
from babel.messages.catalog import Message

_PARAMETERS: Final = re.compile(r"%\(\w+\)[sd]")
_LETTERS: Final = re.compile(r"[а-яё]", re.IGNORECASE)
# Said alike in every language.
_ALIKE: Final = frozenset({"API", "English", "SHA-256", "Telegram", "WhatsApp"})


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return [message for message in texts.read_catalog() if message.id]


def strings(given: object) -> list[str]:
    """One sentence, or each of several forms."""
    return (
        [given]
        if isinstance(given, str)
        else [str(form) for form in given]
        if isinstance(given, list | tuple)
        else []
    )


def test_it_has_exactly_the_sentences_that_are_used(messages: list[Message]) -> None:
    kept = {message.id if isinstance(message.id, str) else tuple(strings(message.id)) for message in messages}
    used = texts.used_texts()
    singular = {text[0] for text in used if isinstance(text, tuple)}
    assert {text for text in used - kept if text not in singular} == set()
    assert kept - used == set(), "run: python core/texts.py"


def test_every_sentence_is_translated_and_none_is_a_guess(messages: list[Message]) -> None:
    assert texts.untranslated(texts.read_catalog()) == []
    assert [message.id for message in messages if message.fuzzy] == []


def test_plurals_have_the_three_forms_of_russian(messages: list[Message]) -> None:
    short = [m.id for m in messages if isinstance(m.id, tuple | list) and len(strings(m.string)) != 3]
    assert short == []


def test_translations_have_the_parameters_of_their_sentences(messages: list[Message]) -> None:
    for message in messages:
        wanted = set(_PARAMETERS.findall(strings(message.id)[-1]))
        for form in strings(message.string):
            assert set(_PARAMETERS.findall(form)) == wanted, message.id


def test_translations_are_russian(messages: list[Message]) -> None:
    def has_words(sentence: str) -> bool:
        return re.search(r"[a-z]", _PARAMETERS.sub("", sentence), re.IGNORECASE) is not None

    foreign = {
        form
        for message in messages
        for form in strings(message.string)
        if has_words(form) and not _LETTERS.search(form)
    }
    assert foreign <= _ALIKE


def test_sentences_are_found_in_python_templates_and_declarations() -> None:
    used = texts.used_texts()
    assert "Must be at least %(min)s." in used
    assert "Search in this list" in used
    assert "Expected close" in used
    assert ("%(num)d field changed", "%(num)d fields changed") in used
