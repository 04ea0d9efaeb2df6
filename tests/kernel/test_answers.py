"""What is said of an answer that is not what it should have been."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from hookline.kernel.plugins.answers import wrong_answer
from hookline.kernel.plugins.contributions import Contribution


@dataclass
class Wide:
    """A value that writes itself out at length, if it is asked to."""

    name: str
    inside: Any = None


class Unspeakable:
    """A value that refuses to."""

    def __repr__(self) -> NoReturn:
        raise AssertionError("written out")


def card() -> None:
    """A contribution's function."""


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "nothing (None)"),
        (7, "a int, 7"),
        ("x" * 90, "a str, 'xxxxxxxxxxxx...xxxxxxxxxxxxx'"),
        (Wide("card", Unspeakable()), "a Wide, Wide(name='card', ...)"),
        ([Wide("card", Unspeakable())], "a list, [Wide(name='card', ...)]"),
        (Wide(Wide(Wide("deep"))), "a Wide, Wide(name=Wide(name=Wide(name='deep', ...), ...), ...)"),  # type: ignore[arg-type]  # plugins do so
        (Unspeakable(), "a Unspeakable, <Unspeakable instance at"),
        (SimpleNamespace(a=1), "a SimpleNamespace, namespace(a=1)"),
    ],
)
def test_it_is_shown_in_a_few_words(answer: object, said: str) -> None:
    contribution = Contribution("loyalty", "panel", None, "card", "Card", card, {})
    told = str(wrong_answer(contribution, answer, "it must answer a Panel"))
    assert f"it answered {said}" in told
    assert told.endswith("it must answer a Panel")
    assert len(told) < 300
