"""What Hookline takes to call five implementations of a hook, beside what these do: `python -m bench.hooks`.

No database and no server: a host with five plugins, each with one implementation that does next to nothing.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from hookline.kernel.entity import Catalog
from hookline.kernel.fields import text
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.rules import Judgement
from sqlalchemy.orm import Mapped

IMPLEMENTATIONS: Final = 5
GOAL_US: Final = 5.0
CALLS: Final = 5_000
ROUNDS: Final = 40
PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "speed.md"
MARKS: Final = ("<!-- hooks: start -->", "<!-- hooks: end -->")

yard = Plugin("bench_yard")


class Cart(Catalog, plugin=yard):
    """What the rules are about."""

    name: Mapped[str] = text("Name")


def main() -> None:
    options = _parser().parse_args()
    table = show(measure())
    print(table)
    if options.write_docs:
        page = PAGE.read_text("utf-8")
        start, end = page.index(MARKS[0]) + len(MARKS[0]), page.index(MARKS[1])
        PAGE.write_text(f"{page[:start]}\n\n{table}\n\n{page[end:]}", "utf-8")


def measure(calls: int = CALLS, rounds: int = ROUNDS) -> dict[str, float]:
    """Microseconds per call of each way in which hooks are called, the implementations' own time taken off."""
    host, entity = _host(), Cart.__tablename__
    moment = Judgement()
    plain = [_rule for _ in range(IMPLEMENTATIONS)]
    shows = host.contributions("panel", entity)

    def rules() -> None:
        host.judge("before_save", entity, moment)

    def followers() -> None:
        for follow in host.followers(entity):
            follow(None, None, "changed", ())

    def panels() -> None:
        for panel in host.contributions("panel", entity):
            host.ask(panel, None, None)

    def bare() -> None:
        for rule in plain:
            rule(moment)

    assert len(shows) == IMPLEMENTATIONS
    own = _microseconds(bare, calls, rounds)
    ways: dict[str, Callable[[], None]] = {"a rule": rules, "a follower": followers, "a panel": panels}
    return {name: _microseconds(way, calls, rounds) - own for name, way in ways.items()}


def show(found: dict[str, float]) -> str:
    """The measurements as a Markdown table."""
    rows = [
        f"| {name} | {took:.1f} µs | ≤ {GOAL_US:.0f} µs | {'met' if took <= GOAL_US else '**missed**'} |"
        for name, took in found.items()
    ]
    return "\n".join(
        ["| calling five implementations of | time | goal |  |", "| --- | --- | --- | --- |", *rows]
    )


def _host() -> PluginHost:
    host = PluginHost()
    host.load([Plugin("core"), yard, *_plugins()])
    assert not host.broken, host.broken
    return host


def _plugins() -> Iterator[Plugin]:
    for number in range(IMPLEMENTATIONS):
        plugin = Plugin(f"bench_{number}")
        plugin.before_save(Cart)(_rule)
        plugin.follow(Cart)(_follow)
        plugin.panel(Cart, "Panel")(_panel)
        yield plugin


def _rule(event: Any) -> None:
    """Nothing to say."""


def _follow(gate: Any, info: Any, what: str, saved: Any) -> None:
    """Nothing to keep."""


def _panel(record: Any, gate: Any) -> Any:
    """Nothing to show."""


def _microseconds(way: Callable[[], None], calls: int, rounds: int) -> float:
    """Processor time per call, of the best of several rounds: in the others somebody else was busy here too."""
    took = []
    gc.disable()
    try:
        for _ in range(rounds):
            started = time.thread_time_ns()
            for _ in range(calls):
                way()
            took.append((time.thread_time_ns() - started) / calls / 1000)
    finally:
        gc.enable()
    return min(took)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.hooks", description=__doc__)
    parser.add_argument("--write-docs", action="store_true", help="put the table into docs/speed.md")
    return parser


if __name__ == "__main__":
    main()
