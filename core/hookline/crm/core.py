"""The core as a plugin: the nouns of this package are declared on it with the same words that plugins use."""

from typing import Final

from hookline.kernel.plugins.plugin import Plugin

core: Final = Plugin("core", label="Hookline")
