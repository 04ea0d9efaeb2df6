"""Bodies: JSON read strictly. What two parsers could read differently is refused, with the reason."""

import json
import math
from typing import Any, Final, NoReturn

from hookline.errors import Text
from hookline.kernel.kinds import Json
from hookline.web.api.problems import Explained
from hookline.web.visit import Visit

DEEPEST: Final = 12
_LONGEST_NUMBER: Final = 60


class _Bad(ValueError):
    """Why this is not JSON for us."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def read_object(visit: Visit) -> dict[str, Json]:
    """The JSON object that was sent: 415 for another type, 400 for what cannot be read."""
    _check_type(visit)
    try:
        # A byte order mark is no JSON, so "utf-8" and not "utf-8-sig".
        found = _DECODER.decode(visit.body.decode())
        _check_tree(found)
    except _Bad as error:
        raise Explained(400, error.text) from error
    except UnicodeDecodeError as error:
        raise Explained(400, Text("The body is not UTF-8.")) from error
    except RecursionError as error:
        raise Explained(400, _too_deep()) from error
    except json.JSONDecodeError as error:
        text = Text(
            "The body is not JSON: see line %(line)s, column %(column)s.",
            line=error.lineno,
            column=error.colno,
        )
        raise Explained(400, text) from error
    if not isinstance(found, dict):
        raise Explained(400, Text('The body must be a JSON object, like {"name": "Acme"}.'))
    return found


def _check_type(visit: Visit) -> None:
    written = visit.request.headers.get("content-type", "")
    kind, _, parameters = written.partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if kind.strip().lower() != "application/json" or charset not in ("", "charset=utf-8"):
        raise Explained(415, Text("Send JSON, with the header Content-Type: application/json."))


def _check_tree(found: Any) -> None:
    """No deeper than any value of ours, and only text that can be written down."""
    level = [found]
    for _ in range(DEEPEST):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise _Bad(_too_deep())


def _inside(value: Any) -> list[Any]:
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise _Bad(Text("The body has half of a surrogate pair in it, which is no character.")) from None
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Bad(
            Text(
                '"%(name)s" is there twice in one object.',
                name=twice[:40].encode("utf-8", "replace").decode(),
            )
        )
    return found


def _whole(written: str) -> int:
    if len(written) > _LONGEST_NUMBER:
        raise _Bad(_too_long())
    return int(written)


def _fraction(written: str) -> float:
    number = float(written) if len(written) <= _LONGEST_NUMBER else math.inf
    if math.isinf(number):
        raise _Bad(_too_long())
    return number


def _constant(name: str) -> NoReturn:
    raise _Bad(Text("%(name)s is not JSON. Leave the value out, or send null.", name=name))


def _too_long() -> Text:
    return Text("The body has a number in it that is too long to be kept.")


def _too_deep() -> Text:
    return Text("The body is nested too deeply.")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=_whole, parse_float=_fraction, parse_constant=_constant, strict=True
)
