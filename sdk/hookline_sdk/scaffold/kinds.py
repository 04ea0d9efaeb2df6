"""The kinds of fields by the words with which a command line names them, and how each is declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """How a kind is declared: the SDK's function, its Python type, where that comes from, and a value for tests."""

    function: str
    python: str = "str"
    module: str = ""
    sample: str = ""
    numeric: bool = False
    filtered: bool = False

    @property
    def annotation(self) -> str:
        """The Python type as it stands in an annotation: "dt.date", "Decimal"."""
        return f"dt.{self.python}" if self.module == "datetime" else self.python


def _number(function: str, python: str = "Decimal") -> Kind:
    module = "decimal" if python == "Decimal" else ""
    sample = "Decimal(100)" if module else "100"
    return Kind(function, python, module, sample, numeric=True, filtered=True)


KINDS: Final[Mapping[str, Kind]] = {
    "text": Kind("text", sample='"Mill Lane 4"'),
    "long_text": Kind("long_text"),
    "integer": _number("integer", "int"),
    "decimal": _number("decimal"),
    "percent": _number("percent"),
    "money": _number("money"),
    "day": Kind("day", "date", "datetime", filtered=True),
    "moment": Kind("moment", "datetime", "datetime", filtered=True),
    "time_span": Kind("time_span", "timedelta", "datetime"),
    "yes_no": Kind("yes_no", "bool", filtered=True),
    "choice": Kind("choice", filtered=True),
    "email": Kind("email_address"),
    "phone": Kind("phone_number"),
    "url": Kind("web_address"),
    "address": Kind("postal_address", "Address"),
    "ref": Kind("ref", "int", filtered=True),
}
# What people who come from elsewhere type.
OTHER_WORDS: Final[Mapping[str, str]] = {
    "bool": "yes_no", "boolean": "yes_no", "char": "text", "date": "day", "datetime": "moment", "float": "decimal",
    "int": "integer", "number": "integer", "reference": "ref", "str": "text", "string": "text", "textarea": "long_text",
}  # fmt: skip
