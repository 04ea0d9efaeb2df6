"""The batches of a file, of which the next is read while the database writes the one before."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hookline.crm.imports.columns import SourceRow

Rows = Sequence[SourceRow]


@dataclass
class ReadAhead:
    """Gives the batches in their order. `begin` is what can be done with one before its turn has come."""

    batches: Iterator[Rows]
    begin: Callable[[Rows], None]
    _next: Rows | None = None
    _error: Exception | None = None

    def look(self) -> None:
        """Read the next batch, unless that has been done. Raises nothing: the batch before is none the worse for it."""
        if self._next is not None or self._error is not None:
            return
        try:
            self._next = next(self.batches, ())
            if self._next:
                self.begin(self._next)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is raised when its turn has come
            self._error = error

    def __iter__(self) -> Iterator[Rows]:
        while rows := self._take():
            yield rows

    def _take(self) -> Rows:
        self.look()
        if self._error is not None:
            raise self._error
        rows, self._next = self._next, None
        return rows or ()
