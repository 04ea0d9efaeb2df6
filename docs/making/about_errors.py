"""The errors, as `errors.py` draws them."""

import inspect
from typing import Final

from hookline import errors

from docs.making.markdown import page, prose, section

_ABOUT: Final = "Everything that Hookline raises on purpose is a `HooklineError`."


def written() -> str:
    """The page."""
    found = [
        cls for cls in vars(errors).values() if inspect.isclass(cls) and issubclass(cls, errors.HooklineError)
    ]
    parts = [section(cls.__name__, prose(cls.__doc__), _facts(cls)) for cls in found]
    return page("Errors", _ABOUT, prose("\n".join((errors.__doc__ or "").splitlines()[1:])) + "\n", *parts)


def _facts(cls: type[errors.HooklineError]) -> str:
    """Its base, and the status with which the doors answer."""
    said = f"A `{cls.__bases__[0].__name__}`." if cls is not errors.HooklineError else ""
    return f"{said} Answered with {cls.status}." if issubclass(cls, errors.Refused) else said
