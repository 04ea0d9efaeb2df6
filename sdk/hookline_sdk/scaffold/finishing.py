"""Writes what follows from a new plugin's declarations: its first revision and its catalog. Run in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from hookline.crm.nouns import core
from hookline.errors import HooklineError
from hookline.kernel.migrations.revisions import make_revision
from hookline.kernel.plugins.host import PluginHost

from hookline_sdk import catalogs

_EXCUSE: Final = """
[rules]
# Take this out once every sentence in the catalog has its Russian.
russian = { exempt = "Its sentences are being translated." }
"""


def main(arguments: list[str]) -> int:
    """Finish the plugin of this project's folder; 1 and one line when it cannot be."""
    try:
        for plugin in catalogs.load(arguments):
            host = PluginHost(strict=True)
            host.load([core, plugin])
            make_revision(host, plugin.name, "Initial")
            place = catalogs.catalog_of(plugin)
            known = catalogs.read_catalog(place, plugin.name)
            place.write_bytes(
                catalogs.written(catalogs.update(known, catalogs.used_texts(plugin), plugin.name))
            )
    except HooklineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def excuse(folder: Path, lacks: bool) -> None:
    """Let the check pass over what is not translated yet, if something is not, and say so in `quality.toml`."""
    place = folder / "quality.toml"
    said = place.read_text("utf-8").partition(_EXCUSE)[0].rstrip() + "\n"
    place.write_text(said + (_EXCUSE if lacks else ""), "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
