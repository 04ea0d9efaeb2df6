"""Who sees what of a plugin's records: what the rule of access says, said a second time in plain Python, and not a word more."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from httpx import Response

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.showing import where
from hookline_sdk.check.subject import Subject
from hookline_sdk.testing.changing import change_silently, hidden_values
from hookline_sdk.testing.oracle import Principal
from hookline_sdk.testing.strangers import Strangers, meet_strangers

_CHANGED = 40
# From one of them fields are hidden, from the other records.
_CURIOUS = ("veiled", "guest")


def strangers(subject: Subject) -> Iterator[Finding]:
    """Records and fields that somebody sees against the rule, or does not see though the rule allows it."""
    with subject.crm(strict=False) as crm:
        there = meet_strangers(crm)
        told = set[str]()
        for who in there.askers:
            for address, said in [*_lists(there, who), *_leaks(there, who)]:
                if address not in told:
                    told.add(address)
                    remedy = "Read through the gate that you are given, never through another, and keep nothing of an answer."
                    yield Finding(*where(subject, address), f"{address} as {who.name}: {said}", remedy)


def interference(subject: Subject) -> Iterator[Finding]:
    """Answers that change when something changes that the reader may not see."""
    with subject.crm(strict=False) as crm:
        there = meet_strangers(crm)
        told = set[str]()
        for name in _CURIOUS:
            who, chance = there.principals[name], random.Random(7)  # noqa: S311  # the same each time
            pool, before = hidden_values(there, who), _answers(there, who)
            chosen = chance.sample(pool, min(_CHANGED, len(pool)))
            if not change_silently(there, chosen, chance):
                continue
            after = _answers(there, who)
            for address in (a for a in before if before[a] != after[a] and a not in told):
                told.add(address)
                remedy = "Count, sum and sort only what the gate gives; a field made of others names them in follows=."
                what = f"{address} as {name} tells of values that {name} may not see"
                yield Finding(*where(subject, address), what, remedy)


def _lists(there: Strangers, who: Principal) -> Iterator[tuple[str, str]]:
    """What the API lists, against the truth. Where the plugin itself narrows who sees what, less may be listed."""
    for info in there.owned:
        path = f"/api/v1/{info.cls.slug}"
        narrowed = bool(there.crm.home.host.restrictions(info.name))
        answer = _asked(there, who, path)
        body: Any = answer.json() if answer.status_code == 200 else {}
        listed = {each["id"] for each in body.get("items", ())}
        allowed = {r.id for r in there.truth.of(info.name) if there.truth.sees(who, r)}
        known = {r.id for r in there.truth.of(info.name)}
        if more := (listed & known) - allowed:
            yield path, f"lists records {sorted(more)}, which are not in sight"
        if (less := allowed - listed) and not narrowed:
            yield path, f"lacks records {sorted(less)}"
        for record in there.truth.of(info.name):
            page = f"/{info.cls.slug}/{record.id}"
            status, seen = _asked(there, who, page).status_code, record.id in allowed
            if (status == 200 and not seen) or (status != 200 and seen and not narrowed):
                yield page, f"answers {status}"


def _leaks(there: Strangers, who: Principal) -> Iterator[tuple[str, str]]:
    for path in there.paths():
        answer = _asked(there, who, path)
        if answer.status_code >= 500:
            yield path, f"answers {answer.status_code}"
        if shown := there.unlawful(who, answer.text):
            yield path, f"shows {', '.join(shown)}"


def _asked(there: Strangers, who: Principal, path: str) -> Response:
    """The answer to somebody, asked once: nothing is written between one look and the next."""
    key = (who.name, path)
    if key not in there.answers:
        there.answers[key] = there.clients[who.name].request("GET", path, htmx="/panel/" in path)
    return there.answers[key]


def _answers(there: Strangers, who: Principal) -> dict[str, object]:
    client = there.clients[who.name]
    return {
        path: (answer.status_code, answer.text)
        for path in there.paths()
        for answer in [client.request("GET", path, htmx="/panel/" in path)]
    }
