"""`Operation`: the words with which a plugin takes part in running a house: checks, commands, the demo, files of others."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from hookline.errors import PluginError
from hookline.kernel.plugins.contributions import Declaring
from hookline.kernel.plugins.handlers import (
    Checked,
    Commanded,
    Demonstrated,
    FollowedEvents,
    Imported,
    Published,
    R,
)

if TYPE_CHECKING:
    from hookline.kernel.entity import Record
    from hookline.kernel.exchange import ExportRun
    from hookline.kernel.gate import Gate

_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}\.[a-z0-9]{1,8}")
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]+")


class Operation(Declaring):
    """Health checks, commands of the command line, a part in the demo's story, files for and of other programs, public files."""

    def health(self, label: str) -> Callable[[Checked], Checked]:
        """Say how something stands, beside the core's own checks: `def check(gate: Gate) -> Finding | Iterable[Finding]`.

        Asked by `hookline doctor` and by Settings, Health, in a transaction that only reads, with the house's rights. A finding with
        `mend` is something to do. A check that fails is a finding itself, and the others are asked all the same.

            @plugin.health("Portal")
            def portal(gate: Gate) -> Finding:
                return Finding("", "its key is kept")
        """
        return self._add("health", None, label=label)

    def follow_event(self, call: FollowedEvents) -> FollowedEvents:
        """Keep something beside every own event, in its transaction: `def keep(gate: Gate, told: Sequence[Event], about: str) -> None`.

        Called once per `gate.emit`, of whatever plugin; `told` are events of one kind, `about` is their record, "deal:7", or "". An
        exception rolls back what was being saved. For bookkeeping that must never be wrong; to act on an event, use `on`.
        """
        return self._add("follow_event", None)(call)

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

    def exporter(
        self, entity: type[R], label: str, *, name: str, media_type: str = "text/plain"
    ) -> Callable[
        [Callable[["ExportRun[R]", "Gate"], Iterable[str | bytes]]],
        Callable[["ExportRun[R]", "Gate"], Iterable[str | bytes]],
    ]:
        """Write a list's records as a file of another kind: `def yrl(run: ExportRun[Listing], gate: Gate) -> Iterator[str]`.

        Offered in the list's menu and for ticked records to whoever may export them, by the API at
        `/api/v1/exports/<plugin>/<function>`, and at private addresses that other programs fetch. `run.records` are read a page at a
        time, so yield as you go. `name` is what the file is called, with its ending. When the function raises, nobody gets half a file but a
        sentence with a reference.

            @plugin.exporter(Listing, "YRL", name="feed.xml", media_type="application/xml")
            def yrl(run: ExportRun[Listing], gate: Gate) -> Iterator[str]:
                yield "<feed>"
                for listing in run.records:
                    yield f"<offer>{escape(listing.address)}</offer>"
                yield "</feed>"
        """
        if not _FILE.fullmatch(name):
            raise PluginError(
                self.name, f"exporter {label}", f"name {name!r}", 'Write a file\'s name, such as "feed.xml".'
            )
        if not _MEDIA_TYPE.fullmatch(media_type):
            raise PluginError(
                self.name,
                f"exporter {label}",
                f"media_type {media_type!r}",
                'Write one such as "application/xml".',
            )
        return self._add("exporter", entity, label=label, file=name, media_type=media_type)

    def importer(
        self, entity: type["Record"], label: str, *, accepts: str = ""
    ) -> Callable[[Imported], Imported]:
        """Read a foreign file for the import's steps: `def read(file: ImportFile, gate: Gate) -> Iterator[Mapping[str, value]]`.

        Each row is a mapping from a column's name to a text, number, day or None. Columns called like fields, by name or label, are
        matched by themselves; everything else of an import is as for a table: mapping, rehearsal, refused rows, undo. `accepts` are endings
        such as ".xml,.json". Raise Invalid to say what is wrong with the file; anything else is told as the plugin's fault.

            @plugin.importer(Listing, "Portal's file", accepts=".json")
            def portal(file: ImportFile, gate: Gate) -> Iterator[ForeignRow]:
                for offer in json.loads(file.text):
                    yield {"address": offer["street"], "price": offer["cost"]}
        """
        return self._add("importer", entity, label=label, accepts=accepts)

    def public_file(self, label: str) -> Callable[[Published], Published]:
        """Let pictures among the files be fetched without signing in, while this says so: `def rule(file: File, gate: Gate) -> bool`.

        For portals, mailings and others who cannot sign in. `picture_addresses(gate, rule, ids)` gives their addresses, which nobody can
        guess. At each fetch the rule is asked again, through the house's gate: what it does not answer True for is not to be had, nor
        is anything that is no picture.

            @plugin.public_file("Pictures of what is offered")
            def on_offer(file: File, gate: Gate) -> bool:
                listing = listing_of(file, gate)
                return listing is not None and listing.status == "open"
        """
        return self._add("public_file", None, label=label)
