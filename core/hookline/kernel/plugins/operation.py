"""`Operation`: the words with which a plugin takes part in running a house: checks, commands, the demo, files of others."""

from collections.abc import Callable

from hookline.kernel.plugins.contributions import Declaring
from hookline.kernel.plugins.handlers import Checked, Commanded, Demonstrated


class Operation(Declaring):
    """Health checks, commands of the command line, a part in the demo's story."""

    def health(self, label: str) -> Callable[[Checked], Checked]:
        """Say how something stands, beside the core's own checks: `def check(gate: Gate) -> Finding | Iterable[Finding]`.

        Asked by `hookline doctor` and by Settings, Health, in a transaction that only reads, with the house's rights. A finding with
        `mend` is something to do. A check that fails is a finding itself, and the others are asked all the same.

            @plugin.health("Portal")
            def portal(gate: Gate) -> Finding:
                return Finding("", "its key is kept")
        """
        return self._add("health", None, label=label)

    def command(self, call: Commanded) -> Commanded:
        """Add `hookline <plugin> <function>` to the command line: `def publish(run: CommandRun, portal: str, dry: bool = False) -> None`.

        The first line of its docstring is the help. Parameters after the first become arguments, those with a default options
        (`--dry`); they may be str, int, float, bool, Decimal, date, Path or an Enum. `run` gives gates and `run.say`. An exception
        ends the command with one line that names the plugin and exit status 1.

            @plugin.command
            def count(run: CommandRun, word: str = "") -> None:
                run.say("3 listings")
        """
        return self._add("command", None)(call)

    def demo(self, call: Demonstrated) -> Demonstrated:
        """Bring data of its own into the demo: `def demo(story: Story, gate: Gate) -> None`, after the house's own story.

        Called once per database by `hookline demo`, in one transaction, with the house's rights; whole or not at all. A plugin that
        comes later tells its part at the next start. `story` has today, the people, and words for readers of each language.

            @plugin.demo
            def demo(story: Story, gate: Gate) -> None:
                gate.create(Listing, {"address": "1 Mill Lane", "owner": story.people["Tom"].id})
        """
        return self._add("demo", None)(call)
