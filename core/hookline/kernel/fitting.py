"""Whether a value is what its field keeps: asked of values that plugins set, which no form has read."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from hookline.errors import Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.kinds import Address
from hookline.kernel.schema import EntityInfo

Values = Mapping[str, Any]
_SEVERAL: Final = (tuple, list)
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "integer": (int,), "decimal": (Decimal, int), "money": (Decimal, int), "percent": (Decimal, int), "date": (date,),
    "datetime": (datetime,), "duration": (timedelta,), "yes_no": (bool,), "multi_choice": _SEVERAL, "references": _SEVERAL,
    "address": (Address,), "reference": (int,), "user": (int,), "team": (int,), "file": (int,), "stage": (int,),
}  # fmt: skip
_WIDEST: Final = 2**63


def fits(spec: Field, value: object) -> bool:
    """Whether a field can keep a value. None is none of its business."""
    if value is None:
        return True
    if isinstance(value, bool) or not isinstance(value, _TYPES.get(spec.kind, (str,))):
        return isinstance(value, bool) and spec.kind == "yes_no"
    return _is_within(spec, value)


def _is_within(spec: Field, value: object) -> bool:
    """Whether a value of the right type is one that the database takes."""
    if isinstance(value, datetime):
        return spec.kind == "datetime" and value.tzinfo is not None
    if isinstance(value, int | Decimal):
        return Decimal(value).is_finite() and abs(Decimal(value)) * 10**spec.places < _WIDEST
    if isinstance(value, tuple | list):
        return all(isinstance(one, int if spec.many else str) for one in value)
    return not isinstance(value, str) or "\0" not in value


def misfits(info: EntityInfo, before: Values, after: Values) -> list[Problem]:
    """What a rule has set to something that its field cannot keep."""
    set_anew = {
        name: value for name, value in after.items() if name not in before or value is not before[name]
    }
    return [
        Problem("", Text("There is no field %(name)s.", name=name))
        if spec is None
        else Problem(
            name, Text("A rule of a plugin gives %(field)s a value that it cannot hold.", field=name)
        )
        for name, value in set_anew.items()
        if (spec := info.fields.get(name)) is None or not fits(spec, value)
    ]
