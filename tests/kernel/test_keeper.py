"""The keeper's pulse: a process counts as silent from before anything of a plugin can run in it."""

from hookline.crm.nouns import core
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.watching.keeper import Keeper
from hookline.kernel.plugins.watching.pulse import Pulse


def test_silence_counts_though_nothing_ever_moved() -> None:
    host, pulse = PluginHost(), Pulse()
    host.load([core])
    assert pulse.silent_for() == 0.0
    # As if Python's own lock were taken at once: no later beat is ever done.
    with Keeper(host, pulse=pulse).looking(beat=lambda _call: None):
        assert pulse.silent_for() > 0.0
    pulse.close()
