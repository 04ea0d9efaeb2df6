"""The developer bar: at the foot of each page in development, what the request has cost and whom, from `developing`.

Parts that a page loads later say it in their `Server-Timing` header, which a script of the bar adds up; so do the tools of
the browser.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from babel.numbers import format_decimal
from litestar import Response

from hookline.web.developing.listener import Heard, Listener
from hookline.web.site import Site

# Written by the frame of each page where the bar will stand, with the page's language.
_MARK: Final = re.compile(rb"<!--developer-bar ([a-z]+)-->")


@dataclass(frozen=True)
class Line:
    """Statements or calls that are alike: whose, what, how many, and their milliseconds together."""

    whose: str
    what: str
    count: int
    ms: float


class DeveloperBar:
    """Puts the bar into pages, and its numbers into the headers of every answer."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._listener = Listener(site.installation.database, site.installation.host)

    def __call__(self, answer: Callable[[], Response[Any]]) -> Response[Any]:
        """The answer to one request, with what it has cost."""
        with self._listener.listening() as heard:
            response = answer()
        response.headers["Server-Timing"] = timing(heard)
        body = response.content
        if isinstance(body, bytes) and (mark := _MARK.search(body)):
            bar = self._draw(heard, mark[1].decode())
            response.content = body[: mark.start()] + bar.encode() + body[mark.end() :]
        return response

    def _draw(self, heard: Heard, language: str) -> str:
        template = self._site.templates[language].get_template("developer/bar.html")
        calls = calls_of(heard)
        return template.render(
            ms=lambda value: format_decimal(value, format="#,##0.0", locale=language),
            total=heard.seconds * 1000,
            statements=len(heard.statements),
            in_database=sum(each.seconds for each in heard.statements) * 1000,
            plugins=by_plugin(calls),
            failures=heard.failures,
            queries=statements_of(heard),
            calls=calls,
        )


def timing(heard: Heard) -> str:
    """What was heard, as a Server-Timing header: "total", "sql", "p-<plugin>" and, for each failure, "e-<plugin>"."""
    in_database = sum(each.seconds for each in heard.statements) * 1000
    metrics = [
        f"total;dur={heard.seconds * 1000:.1f}",
        f'sql;dur={in_database:.1f};desc="{len(heard.statements)}"',
        *(f'p-{line.whose};dur={line.ms:.1f};desc="{line.count}"' for line in by_plugin(calls_of(heard))),
        *(f'e-{failure.plugin};desc="{failure.reference}"' for failure in heard.failures),
    ]
    return ", ".join(metrics)


def statements_of(heard: Heard) -> list[Line]:
    """The statements, those that are alike together, the slowest first."""
    return _together([(each.whose, each.sql, each.seconds) for each in heard.statements])


def calls_of(heard: Heard) -> list[Line]:
    """The calls of contributions, each with all of its calls, the slowest first."""
    return _together(
        [(c.plugin, " ".join(filter(None, (c.kind, c.entity, c.name))), took) for c, took in heard.calls]
    )


def by_plugin(calls: Sequence[Line]) -> list[Line]:
    """The calls of each plugin together."""
    found: dict[str, Line] = {}
    for line in calls:
        so_far = found.get(line.whose, Line(line.whose, "", 0, 0.0))
        found[line.whose] = Line(line.whose, "", so_far.count + line.count, so_far.ms + line.ms)
    return [found[name] for name in sorted(found)]


def _together(found: Sequence[tuple[str, str, float]]) -> list[Line]:
    times: dict[tuple[str, str], list[float]] = {}
    for whose, what, seconds in found:
        times.setdefault((whose, what), []).append(seconds * 1000)
    lines = [Line(whose, what, len(each), sum(each)) for (whose, what), each in times.items()]
    return sorted(lines, key=lambda line: -line.ms)
