"""Attempts: calling what a plugin does or shows where it may also refuse, and where it may write."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError

from hookline.errors import Invalid, Refused
from hookline.kernel.db import raced
from hookline.kernel.forms import Form
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.answers import reading
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure

T = TypeVar("T")


class Outrun(Invalid):
    """Somebody else was faster: what was free when it was looked at was taken when it was written."""


def checked(contribution: Contribution, form: Form) -> Contribution:
    """The contribution, before which the form says what is wrong with its values together: Invalid, if anything is.

    That is the plugin's own code, and may fail like the contribution itself.
    """

    def call(*given: Any) -> Any:
        if problems := list(form.check()):
            raise Invalid(problems)
        return contribution.call(*given)

    return replace(contribution, call=call)


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
        except IntegrityError as error:
            problem = raced(error)
            if problem is None:
                raise
            return Outrun([problem])

    found: T | Refused | Failure = gate.host.ask(replace(contribution, call=call), *args)
    if isinstance(found, Failure):
        # Its failure may have been the database's, after which PostgreSQL answers nothing more.
        gate.tx.begin_again()
    return found
