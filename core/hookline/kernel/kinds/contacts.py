"""How people are reached: e-mail addresses, telephone numbers, web addresses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, urlsplit

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    is_valid_number,
    region_code_for_country_code,
)
from phonenumbers import parse as parse_number

from hookline.errors import Text
from hookline.kernel.kinds.bad_values import BadValue, shortened
from hookline.kernel.kinds.base import Reader, Spec
from hookline.kernel.kinds.texts import TextKind

_LONGEST: Final = 320
_LONGEST_EMAIL: Final = 254
# What most addresses are, and needs no closer look.
_PLAIN_EMAIL: Final = re.compile(
    r"(?=.{1,64}@)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}",
    re.IGNORECASE | re.ASCII,
)
_PLAIN_PHONE: Final = re.compile(r"\+[1-9][0-9 .\-]{6,20}")
_BETWEEN_DIGITS: Final = str.maketrans("", "", "+ .-")
_HOME: Final = {"ru": "RU"}
_EXTENSION: Final = re.compile(
    r"(?:;ext=|\b(?:extension|ext|x|доб|добавочный)\b\.?|[,#x])\s*[.:]?\s*\d{1,9}\s*#?$", re.IGNORECASE
)
_TELEPHONE: Final = re.compile(r"(?:tel:)?[\d+()\[\]/.\s\-\u2010-\u2015\u2212\u00a0]+", re.IGNORECASE)
_STORED: Final = re.compile(r"\+[0-9]{4,15}(;ext=[0-9]{1,9})?")
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.\-]*):(?![0-9])", re.IGNORECASE)


class EmailKind(TextKind):
    """An e-mail address in lower case, without asking the network whether it exists."""

    name = "email"

    def _read(self, text: str, spec: Spec, reader: Reader) -> str | None:
        return self._normal(text, spec)

    def _normal(self, text: str, spec: Spec) -> str:
        if len(text) <= _LONGEST_EMAIL and _PLAIN_EMAIL.fullmatch(text):
            return text.lower()
        from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  # it takes long to load

        try:
            written = text[: _LONGEST + 1].removeprefix("mailto:")
            found = validate_email(
                written, check_deliverability=False, globally_deliverable=False, allow_display_name=True
            )
        except EmailNotValidError:
            raise _not_an_address(text) from None
        if "." not in found.domain:
            raise _not_an_address(text)
        return found.normalized.lower()


class PhoneKind(TextKind):
    """A telephone number, kept as E.164 with its extension as in "+442079460958;ext=12"."""

    name = "phone"

    def _read(self, text: str, spec: Spec, reader: Reader) -> str | None:
        return _kept(read_phone(text, (reader.region, _HOME.get(reader.language, reader.region))))

    def _normal(self, text: str, spec: Spec) -> str:
        if not text.startswith("+"):
            raise BadValue(
                Text('"%(value)s" has no country. Send it like +442079460958.', value=shortened(text))
            )
        return _kept(read_phone(text, ()))

    def _show(self, value: str, spec: Spec, reader: Reader) -> str:
        return _shown(value, reader.language)


class UrlKind(TextKind):
    """A web address; https unless it says http."""

    name = "url"

    def _read(self, text: str, spec: Spec, reader: Reader) -> str | None:
        return self._normal(text, spec)

    def _normal(self, text: str, spec: Spec) -> str:
        scheme = _SCHEME.match(text)
        if scheme and scheme[1].lower() not in ("http", "https"):
            raise BadValue(Text("Only web addresses can be kept here, like https://example.com."))
        parts = _split(text if scheme else f"https://{text.lstrip('/')}")
        if parts is None or not _is_host(parts) or re.search(r"[\s\\<>\"]", text):
            raise BadValue(
                Text(
                    '"%(value)s" is not a web address. Write it like https://example.com.',
                    value=shortened(text),
                )
            )
        if "@" in parts.netloc:
            raise BadValue(
                Text("A web address with a password in it cannot be kept. Take the part before @ out.")
            )
        return parts._replace(netloc=parts.netloc.lower()).geturl()

    def _show(self, value: str, spec: Spec, reader: Reader) -> str:
        short = value.removeprefix("https://").removeprefix("http://")
        return short[:-1] if short.endswith("/") and short.count("/") == 1 else short

    def _edit(self, value: str, spec: Spec, reader: Reader) -> str:
        return value


def read_phone(text: str, regions: tuple[str, ...]) -> PhoneNumber:
    """The number as dialled from the first region where it exists, or with its country but no plus."""
    if not _is_of_digits(text):
        raise _not_a_number(text)
    if text.startswith("00"):
        text = f"+{text.lstrip('0')}"
    if (plain := _plain(text)) is not None:
        return plain
    # With a plus, the region from which it is dialled does not matter.
    dialled = () if text.startswith("+") else regions
    tries = [found for found in (_parsed(text, region) for region in dialled) if found]
    if (whole := _parsed(text if text.startswith("+") else f"+{text}", None)) is not None:
        tries.append(whole)
    for fits in (is_valid_number, is_possible_number):
        for found in tries:
            if fits(found):
                return found
    raise _not_a_number(text)


def _is_of_digits(text: str) -> bool:
    """Whether this is digits, what people write between them, and an extension."""
    if _PLAIN_PHONE.fullmatch(text):
        return True
    return len(text) <= _LONGEST and _TELEPHONE.fullmatch(_EXTENSION.sub("", text)) is not None


def _plain(text: str) -> PhoneNumber | None:
    """A number with its country and nothing to strip, read without the library's search; None for any other."""
    if not _PLAIN_PHONE.fullmatch(text):
        return None
    digits = text.translate(_BETWEEN_DIGITS)
    country = _country(digits[:3])
    if country is None:
        return None
    national = digits[len(str(country)) :]
    prefix = _national_prefix(country)
    if national.startswith("0") or (prefix and re.match(prefix, national)):
        return None
    found = PhoneNumber(country_code=country, national_number=int(national))
    return found if is_possible_number(found) else None


@lru_cache(maxsize=1_000)
def _country(start: str) -> int | None:
    """The country whose code a number begins with."""
    codes = (int(start[:length]) for length in (1, 2, 3))
    return next((code for code in codes if code in COUNTRY_CODE_TO_REGION_CODE), None)


@lru_cache(maxsize=1_000)
def _national_prefix(country: int) -> str | None:
    """What is dialled before a number at home, as an expression."""
    home = PhoneMetadata.metadata_for_region_or_calling_code(country, region_code_for_country_code(country))
    return home.national_prefix_for_parsing if home is not None else None


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return parse_number(text, region)
    except NumberParseException:
        return None


def _kept(number: PhoneNumber) -> str:
    plain = format_number(number, PhoneNumberFormat.E164)
    return f"{plain};ext={number.extension}" if number.extension else plain


@lru_cache(maxsize=20_000)
def _shown(value: str, language: str) -> str:
    if not _STORED.fullmatch(value):
        return value
    plain, _, extension = value.partition(";ext=")
    number = parse_number(plain)
    written = format_number(number, PhoneNumberFormat.INTERNATIONAL)
    word = "доб." if language == "ru" else "ext."
    return f"{written} {word} {extension}" if extension else written


def _not_a_number(text: str) -> BadValue:
    message = '"%(value)s" is not a telephone number. Write it with its country, like +44 20 7946 0958.'
    return BadValue(Text(message, value=shortened(text)))


def _not_an_address(text: str) -> BadValue:
    return BadValue(
        Text('"%(value)s" is not an e-mail address. Write it like anna@example.com.', value=shortened(text))
    )


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    return None if port == 0 else parts


def _is_host(parts: SplitResult) -> bool:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host or host == "localhost":
        return True
    return "." in host and all(re.fullmatch(r"[\w]([\w-]{0,61}[\w])?", label) for label in host.split("."))
