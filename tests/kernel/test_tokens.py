"""What is found by what."""

import pytest
from hookline.kernel.tokens import LONGEST, MOST_WORDS, found_by, index_tokens, query_tokens, stem
from hypothesis import given, settings
from hypothesis import strategies as st


def finds(query: str, text: str, kind: str = "text") -> bool:
    return found_by(query_tokens(query), index_tokens(text, kind))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("iva", "Ivanov"),
        ("IVANOV petr", "Petr Ivanov"),
        ("договоров", "Договор поставки"),
        ("поставкой", "Договор поставки"),
        ("договор", "Список договоров"),
        ("companies", "The company"),
        ("company", "Two companies"),
        ("елка", "Ёлка"),
        ("Ёлкой", "елка"),
        ("cafe", "Café Noir"),
        ("Café", "CAFE"),
        ("lodz", "Łódź"),
        ("strasse", "Straße"),
        ("Straße 5", "STRASSE 5"),
        ("йод", "Йод"),
        ("замок", "за\u0301мок"),
        ("obrien", "Sean O'Brien"),
        ("o’brien", "Sean O'Brien"),
        ("brien", "Sean O'Brien"),
        ("rostov on don", "Rostov-on-Don"),
        ("full", "ＦＵＬＬ width"),
        ("gtx500", "GTX500 Pro"),
        ("500", "GTX 500"),
        ("東京", "東京 office"),
        ("20.10.2026", "paid on 20.10.2026"),
        ("1234567", "an order of 1 234 567"),
        ("", "anything"),
        ("...", "anything"),
    ],
)
def test_found(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("petr anna", "Petr Ivanov"),
        ("vanov", "Ivanov"),
        ("иод", "Йод"),
        ("500", "1500"),
        ("anna", ""),
        ("companion", "company"),
    ],
)
def test_not_found(query: str, text: str) -> None:
    assert not finds(query, text)


@pytest.mark.parametrize(
    "query",
    [
        "+79161234567",
        "8 (916) 123-45-67",
        "89161234567",
        "79161234567",
        "007 916 123 45 67",
        "916 123-45-67",
        "1234567",
        "123-45-67",
        "4567",
        "+7 916",
    ],
)
def test_a_phone_is_found_however_it_is_written(query: str) -> None:
    assert finds(query, "+79161234567", "phone")
    assert finds(query, "Call +7 (916) 123-45-67 after six")


@pytest.mark.parametrize(
    "query",
    ["ada.lovelace@acme.example", "ada", "lovelace", "adalove", "acme.example", "ACME", "lovelace@acme"],
)
def test_an_email_is_found_by_its_parts(query: str) -> None:
    assert finds(query, "Ada.Lovelace@acme.example", "email")


@settings(deadline=None)
@given(st.text(), st.sampled_from(["text", "email", "phone"]))
def test_every_text_is_found_by_each_of_its_words(text: str, kind: str) -> None:
    tokens = index_tokens(text, kind)
    for word in text.split():
        assert found_by(query_tokens(word), tokens)


@settings(deadline=None)
@given(st.from_regex(r"\+[0-9]{4,17}", fullmatch=True))
def test_a_number_as_it_is_stored_has_the_tokens_of_its_digits(number: str) -> None:
    assert index_tokens(number, "phone") == index_tokens(number, "text")


@given(st.lists(st.from_regex(r"[a-zA-Zа-яА-ЯёЁ]{1,20}|[0-9]{1,6}", fullmatch=True), min_size=1, max_size=8))
def test_a_text_is_found_by_all_its_words_in_any_order_and_begun(words: list[str]) -> None:
    tokens = index_tokens(" ".join(words))
    assert found_by(query_tokens(", ".join(reversed(words))), tokens)
    assert all(found_by(query_tokens(word[: len(word) // 2 + 1]), tokens) for word in words)


@settings(deadline=None)
@given(st.text(), st.text())
def test_tokens_are_plain_and_stand_once(text: str, query: str) -> None:
    tokens = index_tokens(text)
    words = query_tokens(query)
    assert len(tokens) == len(set(tokens))
    assert all(token.isalnum() and len(token) <= LONGEST for token in tokens)
    assert len(words) <= MOST_WORDS
    assert all(alternatives and all(one.isalnum() for one in alternatives) for alternatives in words)


def test_a_word_is_stemmed_in_the_language_of_its_letters() -> None:
    assert stem("companies") == stem("company")
    assert stem("договоров") == stem("договору") == "договор"
    assert stem("x2договоров") == "x2договоров"
