"""Repeats: a request with an Idempotency-Key is done once, and answered as often as it comes."""

import json
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from hookline.crm.idempotency import LONGEST_KEY, KeptAnswer, claim, fingerprint, keep
from hookline.errors import NotFound, Text
from hookline.kernel.lists.plain import shown_fields
from hookline.web.api.problems import Explained
from hookline.web.visit import Answer, Visit

HEADER: Final = "Idempotency-Key"
_KEY: Final = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_KEY}}}")

Handler = Callable[[Visit, str], Answer]


def once(handler: Handler) -> Handler:
    """The handler, which does the same request under the same key only once.

    Refused requests leave no trace, their keys neither: they may come again.
    """

    @wraps(handler)
    def answer(visit: Visit, entity: str) -> Answer:
        key, signed_in = visit.request.headers.get(HEADER), visit.signed_in
        if key is None or signed_in is None:
            return handler(visit, entity)
        if not _KEY.fullmatch(key):
            text = Text(
                "Idempotency-Key must be 1 to %(most)s characters of ASCII without blanks.", most=LONGEST_KEY
            )
            raise Explained(400, text)
        # Those who hold tokens of one person for different records do not know of each other's keys.
        key = fingerprint(signed_in.about, key) if signed_in.about else key
        found = claim(visit.tx, signed_in.user, key, _request(visit), visit.gate.now)
        if found is not None:
            return _again(visit, entity, found)
        made = handler(visit, entity)
        assert isinstance(made.body, str), "the API answers in text"
        keep(visit.tx, signed_in.user, key, KeptAnswer(made.status, made.headers, made.body))
        return made

    return answer


def _request(visit: Visit) -> str:
    request = visit.request
    return fingerprint(request.method, str(request.url.path), request.headers.get("if-match", ""), visit.body)


def _again(visit: Visit, entity: str, found: KeptAnswer) -> Answer:
    body = found.body
    record = json.loads(body) if body else {}
    if entity and "id" in record:
        body = json.dumps(_still_shown(visit, entity, record), ensure_ascii=False, separators=(",", ":"))
    kind = "application/json" if body else "text/html"
    return Answer(body, found.status, kind, {**found.headers, "Idempotency-Replayed": "true"})


def _still_shown(visit: Visit, entity: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """What of a kept record this person may see now: rights may have changed since."""
    info = visit.gate.schema[entity]
    if not visit.gate.visible(info.name, [int(record["id"])]):
        raise NotFound
    names = {f.name for f in shown_fields(visit.gate, info)}
    return {name: value for name, value in record.items() if name in names}
