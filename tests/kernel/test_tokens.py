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
        "916 123",
    ],
)
def test_a_phone_is_found_however_it_is_written(query: str) -> None:
    assert finds(query, "+79161234567", "phone")
    assert finds(query, "Call +7 (916) 123-45-67 after six")


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("0612345678", "+33612345678"),
        ("06 12 34 56", "+33612345678"),
        ("612 34 56 78", "+33612345678"),
        ("6123", "+33612345678"),
        ("030 123456", "+4930123456"),
        ("8 916 123", "+79161234567"),
        ("0049 30 12345678", "+493012345678"),
        ("0203 123", "+442031234567"),
        ("123456", "+4930123456"),
        ("29 123", "+375291234567"),
        ("23456789", "+99923456789"),
    ],
)
def test_a_number_is_found_as_it_is_dialled_at_home(query: str, number: str) -> None:
    assert finds(query, number, "phone")
    assert finds(query, f"Call {number} after six")


@pytest.mark.parametrize("query", ["234", "7654", "9161234568", "0", "456", "616"])
def test_a_part_that_no_number_begins_or_ends_with_does_not_find_it(query: str) -> None:
    assert not finds(query, "+79161234567", "phone")


def test_the_digits_of_an_email_are_no_number() -> None:
    assert finds("79161234567", "79161234567@mail.example", "email")
    assert finds("7916", "79161234567@mail.example", "email")
    assert not finds("4567", "79161234567@mail.example", "email")
    assert finds("1234567", "123-4567@mail.example", "email")


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
    assert all(word.begun and all(one.isalnum() for one in (*word.begun, *word.whole)) for word in words)


def test_a_word_is_stemmed_in_the_language_of_its_letters() -> None:
    assert stem("companies") == stem("company")
    assert stem("договоров") == stem("договору") == "договор"
    assert stem("x2договоров") == "x2договоров"
