"""What a statement that is built once was compiled to, found by the statement itself.

SQLAlchemy's own cache finds it by all of its parts. For the long statements of a page that takes longer than sending them. It is
still asked first: what was built for one person has the same shape for many.
"""

from collections.abc import MutableMapping
from typing import Any, Final, TypeVar

from sqlalchemy import Compiled, Connection, Executable

_KEPT: Final = "hookline_compiled"
# One and the same statement may run on two engines: a rehearsal is a copy on an engine of its own.
_MOST: Final = 4
S = TypeVar("S", bound=Executable)


def lasting(statement: S) -> S:
    """The statement as one that is kept and asked again and again, only with other parameters."""
    return statement.execution_options(**{_KEPT: _Forms()})


def found_by(statement: Executable, connection: Connection) -> dict[str, Any]:
    """The options with which this connection looks for what the statement was compiled to."""
    forms: _Forms | None = statement.get_execution_options().get(_KEPT)
    if forms is None:
        return {}
    forms.shared = connection.get_execution_options().get("compiled_cache")
    return {"compiled_cache": forms}


class _Forms:
    """As much of a cache as SQLAlchemy asks for, before the one that all statements of an engine share.

    A key is (dialect, parts of the statement, names of the parameters, ...). As long as a statement lives it has one and the same parts.
    """

    def __init__(self) -> None:
        self.shared: MutableMapping[Any, Compiled] | None = None
        self._forms: tuple[tuple[tuple[Any, ...], Compiled], ...] = ()

    def get(self, key: tuple[Any, ...]) -> Compiled | None:
        for (dialect, parts, *rest), form in self._forms:
            if dialect is key[0] and parts is key[1] and tuple(rest) == key[2:]:
                return form
        found = None if self.shared is None else self.shared.get(key)
        if found is not None:
            self._keep(key, found)
        return found

    def __setitem__(self, key: tuple[Any, ...], form: Compiled) -> None:
        self._keep(key, form)
        if self.shared is not None:
            self.shared[key] = form

    def _keep(self, key: tuple[Any, ...], form: Compiled) -> None:
        self._forms = (*self._forms[1 - _MOST :], (key, form))
