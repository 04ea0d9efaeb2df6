"""Attempts: calling what a plugin does or shows where it may also refuse, and where it may write."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, TypeVar

from hookline.errors import Refused
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.answers import reading
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure

T = TypeVar("T")


def attempt(
    gate: Gate, contribution: Contribution, read: Callable[[Any], T], *args: Any, writes: bool = False
) -> T | Refused | Failure:
    """What a contribution answers, read by `read`; what it refuses; or its failure, which is kept.

    What a refusal or a failure has written is taken back; what came before it in this transaction stays.
    """

    def call(*given: Any) -> T | Refused:
        try:
            with gate.tx.savepoint() if writes else nullcontext():
                return reading(contribution, read)(contribution.call(*given))
        except Refused as refusal:
            return refusal

    found: T | Refused | Failure = gate.host.ask(replace(contribution, call=call), *args)
    if isinstance(found, Failure):
        # Its failure may have been the database's, after which PostgreSQL answers nothing more.
        gate.tx.begin_again()
    return found
