"""E-mail addresses, telephone numbers and web addresses."""

import pytest
from hookline.kernel.kinds import KINDS, BadValue

from tests.kernel.kind_specs import AMERICAN, ENGLISH, RUSSIAN, FieldSpec, complaint, parse

SPEC = FieldSpec()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ada@ACME.example", "ada@acme.example"),
        ("mailto:ada@acme.example", "ada@acme.example"),
        ("Ada Lovelace <Ada@acme.example>", "ada@acme.example"),
        ("почта@пример.рф", "почта@пример.рф"),
        ("a.b+tag@sub.acme.example", "a.b+tag@sub.acme.example"),
    ],
)
def test_emails(written: str, kept: str) -> None:
    assert parse("email", written) == kept
    assert KINDS["email"].load(kept, SPEC) == kept


@pytest.mark.parametrize(
    "written",
    [
        "ada",
        "ada@",
        "@acme.example",
        "ada@localhost",
        "a@b.example, c@d.example",
        "a b@c.example",
        f"{'x' * 400}@y.example",
    ],
)
def test_what_is_no_email_is_said_with_an_example(written: str) -> None:
    assert "Write it like anna@example.com." in complaint("email", written)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("020 7946 0958", "+442079460958"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("00442079460958", "+442079460958"),
        ("tel:+44-20-7946-0958", "+442079460958"),
        ("+44 20 7946 0958 ext. 12", "+442079460958;ext=12"),
        ("+44 20 7946 0958 x12", "+442079460958;ext=12"),
        ("+7 916 123-45-67 доб. 12", "+79161234567;ext=12"),
        ("79161234567", "+79161234567"),
        (79161234567.0, "+79161234567"),
    ],
)
def test_phones(written: object, kept: str) -> None:
    assert parse("phone", written) == kept


def test_a_phone_without_country_is_dialled_from_the_readers_region() -> None:
    assert parse("phone", "8 (916) 123-45-67", reader=RUSSIAN) == "+79161234567"
    assert parse("phone", "(212) 555-0100", reader=AMERICAN) == "+12125550100"


def test_a_phone_is_shown_the_international_way() -> None:
    assert KINDS["phone"].show("+79161234567;ext=12", SPEC, RUSSIAN) == "+7 916 123-45-67 доб. 12"
    assert KINDS["phone"].show("+442079460958;ext=12", SPEC, ENGLISH) == "+44 20 7946 0958 ext. 12"
    assert KINDS["phone"].show("ask Ada", SPEC, ENGLISH) == "ask Ada"


@pytest.mark.parametrize(
    "written",
    [
        "112",
        "call 020 7946 0958",
        "+44 20 7946 0958, +44 20 7946 0959",
        "1-800-FLOWERS",
        "+999 123",
        "x12",
        "0" * 400,
    ],
)
def test_what_is_no_phone_is_said_with_an_example(written: str) -> None:
    assert "Write it with its country" in complaint("phone", written)


def test_the_api_wants_a_phones_country() -> None:
    assert KINDS["phone"].load("+44 20 7946 0958", SPEC) == "+442079460958"
    with pytest.raises(BadValue, match="has no country"):
        KINDS["phone"].load("020 7946 0958", SPEC)


@pytest.mark.parametrize(
    ("written", "kept", "shown"),
    [
        ("example.com", "https://example.com", "example.com"),
        ("HTTP://Example.COM/Path", "http://example.com/Path", "example.com/Path"),
        ("//example.com/", "https://example.com/", "example.com"),
        ("example.com:8080/a?b=c#d", "https://example.com:8080/a?b=c#d", "example.com:8080/a?b=c#d"),
        ("пример.рф", "https://пример.рф", "пример.рф"),
        ("http://192.0.2.1", "http://192.0.2.1", "192.0.2.1"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x", "[2001:db8::1]/x"),
    ],
)
def test_web_addresses(written: str, kept: str, shown: str) -> None:
    assert parse("url", written) == kept
    assert KINDS["url"].show(kept, SPEC, ENGLISH) == shown


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "ftp://example.com",
        "mailto:a@b.example",
        "vbscript:x",
    ],
)
def test_only_the_web_is_linked(written: str) -> None:
    assert "Only web addresses" in complaint("url", written)
    with pytest.raises(BadValue):
        KINDS["url"].load(written, SPEC)


@pytest.mark.parametrize(
    "written",
    [
        "x",
        "not a url",
        "http://",
        "https:example.com",
        "https://a b.example",
        "https://x.example:99999",
        "a.example\\b",
        "http://[::1",
        "-.example",
        'a.example"x',
        "a..b",
    ],
)
def test_what_is_no_web_address_is_said_with_an_example(written: str) -> None:
    assert "Write it like https://example.com." in complaint("url", written)


def test_no_password_is_kept_in_a_link() -> None:
    assert "password" in complaint("url", "https://ada:secret@example.com")
