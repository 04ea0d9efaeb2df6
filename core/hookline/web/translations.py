"""Translations as pages know them: the kernel's, which mail is written with too."""

from hookline.kernel.translations import LANGUAGES, Translations

__all__ = ["LANGUAGES", "Translations"]
