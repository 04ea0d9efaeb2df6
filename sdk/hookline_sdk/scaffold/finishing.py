"""Writes what follows from a new plugin's declarations: its first revision and its catalog. Run in a process of its own."""

from __future__ import annotations

import sys

from hookline.crm.nouns import core
from hookline.errors import HooklineError
from hookline.kernel.migrations.revisions import make_revision
from hookline.kernel.plugins.host import PluginHost

from hookline_sdk import catalogs
from hookline_sdk.scaffold.russian import fill_in


def main(arguments: list[str]) -> int:
    """Finish the plugin of this project's folder; 1 and one line when it cannot be."""
    try:
        for plugin in catalogs.load(arguments):
            host = PluginHost(strict=True)
            host.load([core, plugin])
            make_revision(host, plugin.name, "Initial")
            place = catalogs.catalog_of(plugin)
            known = catalogs.read_catalog(place, plugin.name)
            catalog = catalogs.update(known, catalogs.used_texts(plugin), plugin.name)
            fill_in(catalog, {})
            place.write_bytes(catalogs.written(catalog))
    except HooklineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
