"""The kinds of fields: how each reads what people write, and writes what people read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hookline.kernel.kinds.address import Address, AddressKind
from hookline.kernel.kinds.bad_values import BadValue
from hookline.kernel.kinds.base import Format, Json, Kind, Option, Reader, Spec
from hookline.kernel.kinds.choices import ChoiceKind, MultiChoiceKind, YesNoKind
from hookline.kernel.kinds.contacts import EmailKind, PhoneKind, UrlKind
from hookline.kernel.kinds.detected import Detected
from hookline.kernel.kinds.detection import parse_with, suggest_kind
from hookline.kernel.kinds.durations import DurationKind
from hookline.kernel.kinds.keys import RecordKey
from hookline.kernel.kinds.money import MoneyKind, currency_in, show_money
from hookline.kernel.kinds.numbers import DecimalKind, IntegerKind, PercentKind
from hookline.kernel.kinds.references import RecordKind, ReferenceKind, ReferencesKind
from hookline.kernel.kinds.texts import LongTextKind, TextKind
from hookline.kernel.kinds.times import DateKind, DatetimeKind, Tone, show_date, when

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            TextKind(),
            LongTextKind(),
            IntegerKind(),
            DecimalKind(),
            MoneyKind(),
            PercentKind(),
            DateKind(),
            DatetimeKind(),
            DurationKind(),
            YesNoKind(),
            ChoiceKind(),
            MultiChoiceKind(),
            EmailKind(),
            PhoneKind(),
            UrlKind(),
            AddressKind(),
            ReferenceKind(),
            ReferencesKind(),
            RecordKind(),
            ReferenceKind("user"),
            ReferenceKind("team"),
            ReferenceKind("stage"),
            ReferenceKind("file"),
        )
    }
)

__all__ = [
    "KINDS",
    "Address",
    "BadValue",
    "Detected",
    "Format",
    "Json",
    "Kind",
    "Option",
    "Reader",
    "RecordKey",
    "Spec",
    "Tone",
    "currency_in",
    "parse_with",
    "show_date",
    "show_money",
    "suggest_kind",
    "when",
]
