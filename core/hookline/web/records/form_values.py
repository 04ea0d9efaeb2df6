"""Values of a form: the text that stands in it, and what that text means."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from hookline.crm.settings import setting
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, BadValue
from hookline.kernel.kinds.keys import number_in
from hookline.kernel.kinds.numbers import grouped
from hookline.kernel.schema import EntityInfo
from hookline.kernel.titles import called

if TYPE_CHECKING:
    from hookline.web.visit import Visit

ADDRESS_PARTS: Final = ("street", "postcode", "city", "region", "country")
# Beside a control that sends nothing when it is empty stands a hidden one with this ending.
MARK: Final = "__sent"
# Beside a reference stands, where there is no script, a text field with this ending: the record's name.
NAME: Final = "__name"
_SEVERAL: Final = ("multi_choice", "references")
_CENTS: Final = 2
_LONGEST_NAME: Final = 200

Sent = Mapping[str, Any]


def sent_values(visit: "Visit") -> dict[str, Any]:
    """The form as text: several values of one name as a list."""
    found: dict[str, Any] = {}
    for name in visit.form:
        values = visit.values(name)
        found[name] = values if len(values) > 1 else (values[0] if values else "")
    return found


def was_sent(spec: Field, sent: Sent) -> bool:
    """Whether the form had a control for this field."""
    if spec.kind == "address":
        return any(f"{spec.name}_{part}" in sent for part in ADDRESS_PARTS)
    return spec.name in sent or spec.name + MARK in sent


def read_values(
    visit: "Visit", info: EntityInfo | None, fields: Sequence[Field], sent: Sent, problems: list[Problem]
) -> dict[str, Any]:  # fmt: skip
    """What was typed, as values; what cannot be read becomes a problem beside its field. A form of no record has no entity."""
    values: dict[str, Any] = {}
    for spec in fields:
        try:
            values[spec.name] = _value(visit, spec, sent)
        except BadValue as error:
            problems.append(Problem(spec.name, error.text))
        if (
            spec.kind == "money"
            and info is not None
            and "currency" in info.fields
            and (code := _one(sent.get(f"{spec.name}_currency")))
        ):
            if code in setting(visit.gate, "currencies"):
                values["currency"] = code
            elif sent.get("currency_was") != code:
                problems.append(
                    Problem(
                        spec.name, Text("%(code)s is not one of the currencies used here.", code=code[:10])
                    )
                )
    return values


def written_values(visit: "Visit", fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the text that stands in the form."""
    written: dict[str, Any] = {"currency": values.get("currency") or ""}
    for spec in fields:
        value = values.get(spec.name)
        if spec.kind == "address":
            written |= {
                f"{spec.name}_{part}": getattr(value, part) if value else "" for part in ADDRESS_PARTS
            }
        elif spec.kind in _SEVERAL:
            written[spec.name] = [str(v) for v in value or ()]
        elif spec.kind == "money" and value is not None:
            written[spec.name] = grouped(value, 0 if value == int(value) else _CENTS, visit.language)
        else:
            written[spec.name] = "" if value is None else KINDS[spec.kind].edit(value, spec, visit.reader)
    return written


def listed(raw: Any) -> list[str]:
    """What was sent under one name, as a list without empty ones."""
    return [part for part in (raw if isinstance(raw, list) else [raw]) if part]


def refuse(problems: Sequence[Problem]) -> None:
    """Invalid when there is anything to complain of."""
    if problems:
        raise Invalid(problems)


def version_in(sent: Sent) -> int | None:
    """The version that the form was based on; None when it says none."""
    return number_in(_one(sent.get("version")))


def _one(raw: Any) -> str:
    found = raw[-1] if isinstance(raw, list) and raw else raw
    return found if isinstance(found, str) else ""


def _value(visit: "Visit", spec: Field, sent: Sent) -> Any:
    raw = sent.get(spec.name, "")
    if spec.kind == "address":
        parts = {part: _one(sent.get(f"{spec.name}_{part}")) for part in ADDRESS_PARTS}
        return KINDS["address"].parse(parts, spec, visit.reader)
    if spec.kind == "yes_no":
        return KINDS["yes_no"].parse(_one(raw) or "no", spec, visit.reader)
    if spec.kind in _SEVERAL:
        kind = KINDS["choice" if spec.kind == "multi_choice" else "reference"]
        found = (kind.parse(one, spec, visit.reader) for one in listed(raw))
        return tuple(dict.fromkeys([*(v for v in found if v is not None), *_named(visit, spec, sent)]))
    found_one = KINDS[spec.kind].parse(_one(raw), spec, visit.reader)
    return next(iter(_named(visit, spec, sent)), None) if found_one is None and spec.target else found_one


def _named(visit: "Visit", spec: Field, sent: Sent) -> list[int]:
    """The record whose name was typed where nothing could be chosen. BadValue when none or several are called that."""
    words = (
        KINDS["text"].parse(_one(sent.get(spec.name + NAME)), _PLAIN, visit.reader) if spec.target else None
    )
    if not isinstance(words, str) or spec.target is None:
        return []
    found = called(visit.gate, spec.target, words)
    if not found:
        raise BadValue(Text("Nothing here is called “%(words)s”.", words=words[:80]))
    if len(found) > 1:
        names = ", ".join(f"{title} (#{id})" for id, title in found)
        raise BadValue(Text("Several fit: %(names)s. Choose one, or write its number.", names=names))
    return [found[0][0]]


_PLAIN: Final = Field(kind="text", label="", max_length=_LONGEST_NAME)
