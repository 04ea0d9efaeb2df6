"""What exporters and importers of plugins get: the records of a file to be written, and a file to be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeAlias, TypeVar

from hookline.kernel.entity import Record

R_co = TypeVar("R_co", bound=Record, covariant=True)
ForeignValue: TypeAlias = str | int | float | Decimal | bool | date | datetime | None
ForeignRow: TypeAlias = Mapping[str, ForeignValue]


@dataclass(frozen=True)
class ExportRun(Generic[R_co]):
    """One file that is written: of which records, for which address, and when.

    `pages` are lists of some hundred records each, as the person may read them, in the list's order: for those who look up what
    belongs to them once per page. `records` are the same one by one. Either can be walked through once.
    """

    pages: Iterator[list[R_co]] = field(repr=False)
    base_url: str
    now: datetime

    @property
    def records(self) -> Iterator[R_co]:
        """The records, one after the other."""
        return (record for page in self.pages for record in page)

    def url(self, record: Record) -> str:
        """The address of a record's page."""
        return f"{self.base_url}/{record.slug}/{record.id}"


@dataclass(frozen=True)
class ImportFile:
    """A file that somebody brings: what it was called, and its bytes."""

    name: str
    content: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The content read as UTF-8, with or without its mark. UnicodeDecodeError is told as a file that cannot be read."""
        return self.content.decode("utf-8-sig")
