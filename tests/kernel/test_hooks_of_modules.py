"""A module's own `after_commit` hears of every entity's changes through the outbox."""

import types

from hookline.kernel.gate import Gate
from hookline.kernel.plugins.plugin import Plugin, hookimpl
from hookline.kernel.rules import Change
from hookline.start import create_worker

from tests.kernel.mill import add_sacks, open_mill


def test_a_modules_own_hook_is_delivered_to(mill_url: str) -> None:
    heard: list[tuple[str, bool]] = []

    def after_commit(event: Change, gate: Gate) -> None:
        heard.append((event.name, event.record > 0))

    ears = Plugin("ears")
    ears.module = types.ModuleType("ears")
    vars(ears.module)["after_commit"] = hookimpl(after_commit)
    with open_mill(mill_url, ears) as home:
        add_sacks(home, 2)
        create_worker(home).run_once()
    assert heard == [("mill_sack.created", True)] * 2
