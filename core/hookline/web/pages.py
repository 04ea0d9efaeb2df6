"""Templates: one environment per language, with our own filters and nothing more."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from hookline.web.assets import Assets
from hookline.web.translations import LANGUAGES, Translations

_TEMPLATES: Final = Path(__file__).parent / "templates"


def environments(
    assets: Assets, translations: Translations, plugins: Mapping[str, Path], *, reload: bool
) -> dict[str, Environment]:
    """The template environment of each language. A plugin's templates stand under its own name: "loyalty/card.html"."""
    loader = ChoiceLoader(
        [
            FileSystemLoader(_TEMPLATES),
            PrefixLoader({name: FileSystemLoader(path) for name, path in plugins.items()}),
        ]
    )
    return {
        language: _environment(loader, assets, translations, language, reload=reload)
        for language in LANGUAGES
    }


def _environment(
    loader: ChoiceLoader, assets: Assets, translations: Translations, language: str, *, reload: bool
) -> Environment:
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        extensions=["jinja2.ext.i18n"],
        auto_reload=reload,
    )
    environment.install_gettext_translations(translations.catalog(language), newstyle=True)  # type: ignore[attr-defined]  # from the i18n extension
    environment.globals["asset"] = assets.url
    return environment
