"""The words with which fields are declared, and the kinds of fields."""

import inspect
from typing import Final

import hookline_sdk
from hookline.kernel import field_words
from hookline.kernel.fields import Choices, Field, Rollup
from hookline.kernel.kinds import KINDS
from hookline.kernel.lists.filters import operators

from docs.making.markdown import code, page, prose, section, table
from docs.making.signatures import answered, called, constructed, declared

_ABOUT: Final = """
A field is an attribute with an annotation and a word: `price: Mapped[Decimal | None] = money("Asking price", list=True)`.
It is required when the annotation does not allow `None`, unless it has a default. [Declaring data](../data.md) shows them
at work. A wrong type, a misspelt word or a wrong value of one is an error in mypy and pyright.
"""


# What makes a field: the functions that answer a column, and the one for many references.
WORDS: Final = {
    name: word
    for name, word in ((name, getattr(hookline_sdk, name)) for name in hookline_sdk.__all__)
    if inspect.isfunction(word) and answered(word).startswith(("MappedColumn", "Many"))
}


def written() -> str:
    """The page."""
    words = [
        section(name, code(called(name, word)), prose(word.__doc__), level=3) for name, word in WORDS.items()
    ]
    more = [section(name, line, prose(cls.__doc__), level=3) for name, cls, line in _beside()]
    return page(
        "Fields", _ABOUT, section("Words", *words), section("Beside them", *more), section("What else is said", *_said()),
        section("Kinds", _KINDS_ABOUT, table(["kind", "filters"], _kinds())),
    )  # fmt: skip


_KINDS_ABOUT: Final = (
    "How each kind of field can be filtered, in lists and in the [API](api.md), as `name.operator`."
)


def _beside() -> list[tuple[str, type, str]]:
    return [("Choices", Choices, ""), ("Rollup", Rollup, code(constructed("Rollup", Rollup)))]


def _said() -> list[str]:
    """The further words, by the typed dictionaries that hold them."""
    dictionaries = [
        field_words.Derived,
        field_words.Plain,
        field_words.Words,
        field_words.Counted,
        field_words.Pointing,
    ]
    return [section(d.__name__, prose(d.__doc__), _own_words(d), level=3) for d in dictionaries]


def _own_words(dictionary: type) -> str:
    return "Words: " + ", ".join(f"`{name}`" for name in declared(dictionary))


def _kinds() -> list[tuple[str, str]]:
    return [
        (f"`{name}`", ", ".join(f"`{o}`" for o in operators(Field(kind=name, label="", name="x"))))
        for name in KINDS
    ]
