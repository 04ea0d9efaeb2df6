"""Asks several rules at once, in processes split off from this one, which have all that it has read and started."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hookline_sdk.check.checking import Checked
    from hookline_sdk.check.findings import Rule

# One run of the plugin's own tests answers both.
_TOGETHER: Final = ("tests", "covered")
# What takes longest begins first, so that nothing is waited for alone at the end.
_LONGEST: Final = (_TOGETHER[0], "hostile", "growth", "screens", "strangers")


def can_split() -> bool:
    """Whether a process can be split off here with all that it has in its memory."""
    return "fork" in multiprocessing.get_all_start_methods()


def side_by_side(
    rules: Sequence[Rule], ask: Callable[[Rule], Checked], processes: int
) -> Iterator[list[Checked]]:
    """What is said to each of these rules, as soon as it is known."""
    # What is asked cannot be sent to another process; one that is split off has it.
    _asked.update({rule.name: (rule, ask) for rule in rules})
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        waiting = [pool.submit(_ask, lot) for lot in _lots([rule.name for rule in rules])]
        for done in as_completed(waiting):
            yield done.result()


_asked: Final[dict[str, tuple[Rule, Callable[[Rule], Checked]]]] = {}


def _lots(names: Sequence[str]) -> list[list[str]]:
    together = [name for name in names if name in _TOGETHER]
    alone = [[name] for name in names if name not in _TOGETHER]
    lots = [*([together] if together else []), *alone]
    places = {name: place for place, name in enumerate(_LONGEST)}
    return sorted(lots, key=lambda lot: places.get(lot[0], len(places)))


def _ask(names: Sequence[str]) -> list[Checked]:
    return [ask(rule) for rule, ask in (_asked[name] for name in names)]
