"""Column types: exact numbers, aware times and small lists, the same on both engines."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeEngine

from hookline.kernel.kinds.address import Address

INT64 = 2**63 - 1


class Scaled(TypeDecorator[Decimal]):
    """An exact decimal kept as a whole number of its smallest units: 84.60 with 2 places is 8460."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        return int(Decimal(value).scaleb(self.places).to_integral_value(ROUND_HALF_EVEN))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        # PostgreSQL sums bigint to numeric; an average may lie between two units.
        return (
            None if value is None else Decimal(value).to_integral_value(ROUND_HALF_EVEN).scaleb(-self.places)
        )


class Moment(TypeDecorator[datetime]):
    """An aware UTC time. A naive one is refused: nobody can know what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Duration(TypeDecorator[timedelta]):
    """A length of time, kept as whole seconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value.total_seconds())

    def process_result_value(self, value: Any, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(seconds=int(value))


class Average(GenericFunction[Any]):
    """`func.avg`: of amounts an amount, of durations a duration. SQLAlchemy's own would give the numbers that are stored."""

    name = "avg"
    inherit_cache = True

    def __init__(self, of: Any, **how: Any) -> None:
        kind = getattr(of, "type", None)
        super().__init__(of, **({"type_": kind} if isinstance(kind, Scaled | Duration) else {}), **how)


class Several(TypeDecorator[tuple[str, ...]]):
    """Several choices, kept as "|a|b|" so that one LIKE finds each of them on both engines."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str:
        return f"|{'|'.join(value)}|" if value else ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        return tuple(value.strip("|").split("|")) if value else ()


class Postal(TypeDecorator[Address]):
    """An address, kept as its parts on lines of their own."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Address | None, dialect: Dialect) -> str | None:
        # A line more would be a part more, and the record could not be read again.
        return "\n".join(" ".join((part or "").split()) for part in value) if value and any(value) else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> Address | None:
        return Address(*value.split("\n")) if value else None


class IsoDate(TypeDecorator[date]):
    """A day kept as text inside JSON, where it still sorts rightly."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if value else None


class IsoMoment(TypeDecorator[datetime]):
    """A time kept as UTC text inside JSON, where it still sorts rightly."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return datetime.fromisoformat(value.removesuffix("Z")).replace(tzinfo=UTC) if value else None


def json_type() -> TypeEngine[Any]:
    """JSON that PostgreSQL can index."""
    return JSON().with_variant(JSONB(), "postgresql")
