"""Public files: addresses at which a plugin lets pictures be fetched without signing in, as long as it says so.

Each is signed with the installation's key, for one file and one plugin's word; whoever has not been given it cannot guess it.
"""

import inspect
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from hookline.crm.file_kinds import shown_as
from hookline.crm.files import File, open_file
from hookline.errors import NotFound, PluginError
from hookline.kernel.gate import Gate
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure

FOLDER: Final = "/public"


def picture_addresses(gate: Gate, rule: Callable[[File, Gate], bool], ids: Collection[int]) -> dict[int, str]:
    """The whole public address of each of these files, by their ids.

    `rule` is the function that stands under `@plugin.public_file`. Write them where others are to fetch the files, such as
    into a feed; they stay the same, and each leads to its file only while the rule says so.
    """
    found = next((c for c in _published(gate) if inspect.unwrap(c.call) is inspect.unwrap(rule)), None)
    if found is None:
        name = getattr(rule, "__name__", "?")
        raise PluginError("core", name, "nothing is public by it", "Put @plugin.public_file above it.")
    sealer, folder = gate.sealer(), gate.base_url.rstrip("/") + FOLDER
    return {id: f"{folder}/{found.key}/{id}-{sealer.sign(str(id), _place(found.key))}" for id in ids}


def open_public(gate: Gate, store: Path, key: str, address: str) -> tuple[File, Path]:
    """The picture behind the end of an address. NotFound for what was never given out, and for what is public no more.

    `gate` is the house's own: nobody has signed in.
    """
    number, _, signature = address.partition("-")
    id = id_in(number)
    # Before anything is read: who guesses finds out nothing.
    if id is None or not gate.sealer().is_signed(number, _place(key), signature):
        raise NotFound
    rule = next((c for c in _published(gate) if c.key == key), None)
    if rule is None:
        raise NotFound
    file, path = open_file(gate, store, id)
    said = gate.host.ask(rule, file, gate)
    if isinstance(said, Failure) or said is not True or shown_as(file.content_type or "") != "picture":
        raise NotFound
    return file, path


def _published(gate: Gate) -> list[Contribution]:
    return [c for c in gate.host.contributions("public_file") if not gate.host.paused(c)]


def _place(key: str) -> str:
    return f"public file {key}"
