"""The hooks, one after the other: what each is for, when it is called, how often, and what a failure does.

A `Plugin` object implements `contribute` and that is all most plugins need. A module may implement the others itself
with `@hookimpl`. Results are taken in the order of the plugins' names, never in that of their installation.
"""

import pluggy

from hookline.kernel.plugin import Contribution

hookspec = pluggy.HookspecMarker("hookline")


class HookSpecs:
    """Every hook of Hookline."""

    @hookspec
    def contribute(self) -> list[Contribution]:
        """Name everything this plugin adds.

        Called once per plugin at start, before the first request. A failure switches the plugin off and says so.
        """
        raise AssertionError("a hook's specification is never called")
