"""What a statement says itself, whoever asks it. As a parameter it would be bound, sent and read again each time."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, String, func, literal_column


def constant(value: str | int) -> ColumnElement[Any]:
    """A text or a number that stands in the program, quoted. What anybody has given or typed is a parameter: `literal`."""
    if isinstance(value, int):
        return literal_column(str(int(value)), Integer())
    quoted = value.replace("'", "''")
    return literal_column(f"'{quoted}'", String())


def strung(texts: ColumnElement[Any], between: str) -> ColumnElement[str]:
    """The texts of many rows as one; None where there are none.

    As a plain text the separator would be put into the statement anew each time it is asked.
    """
    return func.aggregate_strings(texts, constant(between))  # type: ignore[arg-type]  # the function takes columns as well
