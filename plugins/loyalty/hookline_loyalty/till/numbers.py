"""Card numbers: thirteen digits of which the last checks the others, as scanners of EAN-13 read them."""

import re
import secrets
from typing import Final

# What begins like this is given inside a house, never to goods.
_PREFIX: Final = "29"
_LENGTH: Final = 13


def new_number() -> str:
    """A number that nobody can guess."""
    digits = _PREFIX + "".join(str(secrets.randbelow(10)) for _ in range(_LENGTH - len(_PREFIX) - 1))
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """The thirteenth digit: with it the digits, weighted 1 and 3 in turn, make a multiple of ten."""
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10)


def card_number(said: str) -> str:
    """The card number that was scanned or typed, without blanks; "" for what is none, such as a name or a telephone number."""
    digits = re.sub(r"[ -]", "", said)
    looks = len(digits) == _LENGTH and digits.isascii() and digits.isdecimal() and digits.startswith(_PREFIX)
    return digits if looks else ""


def is_right(number: str) -> bool:
    """Whether the last digit fits the others: one that does not was typed wrong."""
    return check_digit(number[:-1]) == number[-1]


def spaced(number: str) -> str:
    """As it stands on the card: 2912 3456 7890 1."""
    return " ".join(number[at : at + 4] for at in range(0, _LENGTH, 4))
