"""The rule of access as the SDK says it to every plugin, with what is particular about the world of these tests."""

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

from hookline_sdk.testing import oracle
from hookline_sdk.testing.oracle import (
    ALL,
    NONE,
    OWN,
    SUBTEAMS,
    TEAM,
    Levels,
    Planted,
    Principal,
    Share,
    level,
    plain,
)

__all__ = [
    "ALL",
    "NONE",
    "OWN",
    "SUBTEAMS",
    "TEAM",
    "Levels",
    "Planted",
    "Principal",
    "Share",
    "Truth",
    "level",
    "plain",
]


class Truth(oracle.Truth):
    """Everything that is there, some of it worked out, some of it behind a wall."""

    formulas: ClassVar[Mapping[tuple[str, str], Sequence[str]]] = {
        ("deal", "weighted"): ("amount", "probability"),
        ("warden_pass", "weight"): ("doors",),
    }
    rollups: ClassVar[Mapping[tuple[str, str], tuple[str, Sequence[str]]]] = {
        ("contact", "warden_passes"): ("warden_pass", ("holder", "doors")),
    }
    walled: ClassVar[Collection[str]] = ("deal", "warden_pass")
