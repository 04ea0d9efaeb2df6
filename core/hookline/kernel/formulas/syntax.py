"""The grammar of formulas: from words to nodes.

condition  = junction ("or" junction)*
junction   = negation ("and" negation)*
negation   = "not" negation | comparison
comparison = sum (("=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">=") sum)?
sum        = product (("+" | "-") product)*
product    = factor (("*" | "/") factor)*
factor     = "-" factor | number | text | "true" | "false" | field | "(" condition ")" | call
call       = function "(" (condition ("," condition)*)? ")"
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from hookline.errors import Text
from hookline.kernel.formulas.functions import FUNCTIONS, Call
from hookline.kernel.formulas.nodes import (
    LARGEST,
    LONGEST_TEXT,
    Chain,
    Comparison,
    FieldName,
    Junction,
    Literal,
    Negation,
    Node,
)
from hookline.kernel.formulas.words import Word, words_of
from hookline.kernel.kinds.bad_values import BadValue, shortened

DEEPEST: Final = 20
MOST_NODES: Final = 200
LONGEST_SOURCE: Final = 4_000
_LONGEST_NUMBER: Final = 40
_COMPARISONS: Final = {sign: sign for sign in ("=", "!=", "<", "<=", ">", ">=")} | {"==": "=", "<>": "!="}
_CONSTANTS: Final = {"true": True, "false": False}
_KEYWORDS: Final = frozenset(("and", "or", "not", *_CONSTANTS))


def parse_source(source: str, known_fields: Collection[str]) -> Node:
    """The formula's nodes. Raises BadValue for what cannot be understood, or is too long, deep or large."""
    if len(source) > LONGEST_SOURCE:
        raise BadValue(Text("A formula may have at most %(max)s characters.", max=LONGEST_SOURCE))
    root = _Parser(list(words_of(source)), known_fields).formula()
    if root.size() > MOST_NODES:
        raise BadValue(Text("The formula has too many parts: at most %(max)s are allowed.", max=MOST_NODES))
    return root


class _Parser:
    """Walks over the words once; each method reads what it is named for and leaves the word after it."""

    def __init__(self, words: Sequence[Word], known_fields: Collection[str]) -> None:
        self._words = words
        self._known = known_fields
        self._next = 0
        self._depth = 0

    def formula(self) -> Node:
        if self._word.kind == "end":
            raise BadValue(Text("Write a formula, for example amount * probability / 100."))
        root = self._condition()
        if self._word.kind != "end":
            raise self._unexpected()
        return root

    def _condition(self) -> Node:
        return self._nested(lambda: self._joined("or", lambda: self._joined("and", self._negation)))

    def _joined(self, word: str, operand: Callable[[], Node]) -> Node:
        operands = [operand()]
        while self._take_name(word):
            operands.append(operand())
        return Junction(word, tuple(operands)) if len(operands) > 1 else operands[0]

    def _negation(self) -> Node:
        if self._take_name("not"):
            return Negation("not", self._nested(self._negation))
        return self._comparison()

    def _comparison(self) -> Node:
        left = self._sum()
        if (sign := self._take_sign(*_COMPARISONS)) is None:
            return left
        return Comparison(_COMPARISONS[sign], left, self._sum())

    def _sum(self) -> Node:
        return self._chain(("+", "-"), lambda: self._chain(("*", "/"), self._factor))

    def _chain(self, signs: tuple[str, ...], operand: Callable[[], Node]) -> Node:
        first = operand()
        rest: list[tuple[str, Node]] = []
        while sign := self._take_sign(*signs):
            rest.append((sign, operand()))
        return Chain(first, tuple(rest)) if rest else first

    def _factor(self) -> Node:
        if self._take_sign("-"):
            return Negation("-", self._nested(self._factor))
        if self._take_sign("("):
            inner = self._condition()
            self._close()
            return inner
        word = self._word
        if word.kind == "number":
            return self._number(word)
        if word.kind == "text":
            return self._text(word)
        if word.kind == "name" and word.text.lower() not in (_KEYWORDS - _CONSTANTS.keys()):
            return self._named(word)
        raise self._unexpected()

    def _number(self, word: Word) -> Node:
        self._next += 1
        if len(word.text) > _LONGEST_NUMBER or Decimal(word.text) > LARGEST:
            raise _mistake("The number at position %(place)s is too large.", word)
        return Literal(Decimal(word.text))

    def _text(self, word: Word) -> Node:
        self._next += 1
        quote = word.text[0]
        return Literal(word.text[1:-1].replace(quote * 2, quote)[:LONGEST_TEXT])

    def _named(self, word: Word) -> Node:
        self._next += 1
        if self._take_sign("("):
            return self._call(word)
        if word.text in self._known:
            return FieldName(word.text)
        if word.text.lower() in _CONSTANTS:
            return Literal(_CONSTANTS[word.text.lower()])
        raise _unknown("There is no field %(name)s (position %(place)s).", word, self._known)

    def _call(self, word: Word) -> Node:
        function = FUNCTIONS.get(word.text.lower())
        if function is None:
            raise _unknown("There is no function %(name)s (position %(place)s).", word, FUNCTIONS)
        arguments = [] if self._word.text == ")" else [self._condition()]
        while arguments and self._take_sign(","):
            arguments.append(self._condition())
        self._close()
        if not function.least <= len(arguments) <= function.most:
            message = "%(name)s at position %(place)s takes %(takes)s, not %(count)s, values."
            raise _mistake(message, word, name=word.text, takes=function.takes, count=len(arguments))
        return Call(function, tuple(arguments))

    def _close(self) -> None:
        if self._take_sign(")") is None:
            raise self._unexpected()

    @property
    def _word(self) -> Word:
        return self._words[self._next]

    def _take_sign(self, *signs: str) -> str | None:
        word = self._word
        if word.kind != "sign" or word.text not in signs:
            return None
        self._next += 1
        return word.text

    def _take_name(self, name: str) -> bool:
        taken = self._word.kind == "name" and self._word.text.lower() == name
        self._next += taken
        return taken

    def _nested(self, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            message = (
                "The formula is nested too deeply at position %(place)s: at most %(max)s levels are allowed."
            )
            raise _mistake(message, self._word, max=DEEPEST)
        node = read()
        self._depth -= 1
        return node

    def _unexpected(self) -> BadValue:
        if self._word.kind == "end":
            return BadValue(Text("The formula ends too early. Is something missing after the last word?"))
        return _mistake(
            "%(found)s was not expected at position %(place)s.", self._word, found=self._word.text
        )


def _unknown(message: str, word: Word, known: Collection[str]) -> BadValue:
    near = get_close_matches(word.text.lower(), known, n=1)
    if near:
        return _mistake(f"{message} Did you mean %(meant)s?", word, name=word.text, meant=near[0])
    return _mistake(message, word, name=word.text)


def _mistake(message: str, word: Word, **details: object) -> BadValue:
    shown = {
        name: shortened(detail) if isinstance(detail, str) else detail for name, detail in details.items()
    }
    return BadValue(Text(message, place=word.place, **shown))
