"""Templates: one environment per language, with our own filters and nothing more."""

import secrets
from collections.abc import Callable, Mapping
from functools import cache, cached_property, partial
from gettext import NullTranslations
from pathlib import Path
from typing import Any, Final, cast

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
)
from jinja2.environment import TemplateModule
from markupsafe import Markup

from hookline.web.assets import Assets
from hookline.web.template_code import Spoken, icon
from hookline.web.translations import LANGUAGES, Translations

_TEMPLATES: Final = Path(__file__).parent / "templates"
MACROS: Final = "macros_made_ready"
# Stands where the token of a person's session belongs, in what is alike for many. Nobody can guess it: what people have written
# never holds it.
TOKEN_HERE: Final = secrets.token_hex(16)


def environments(
    assets: Assets, translations: Translations, plugins: Mapping[str, Path], *, reload: bool
) -> dict[str, Environment]:
    """The template environment of each language. A plugin's templates stand under its own name: "loyalty/card.html"."""
    loader = ChoiceLoader(
        [
            FileSystemLoader(_TEMPLATES),
            _OfPlugins({name: FileSystemLoader(path) for name, path in plugins.items()}),
        ]
    )
    return {
        language: _environment(loader, assets, translations, language, reload=reload)
        for language in LANGUAGES
    }


class _OfPlugins(PrefixLoader):
    """Templates of plugins by their full names, "<plugin>/page.html"; Jinja's own loader would call them all "page.html"."""

    load = BaseLoader.load


class _Once(Template):
    """A file of macros is made ready once, if it shows nothing of the page that imports it "with context".

    Else it is made once per page, however many parts of the page import it. The page's context holds the place where they are kept,
    under MACROS. Macros see the context, not the importer's own variables.
    """

    def make_module(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002  # Jinja calls it so
        shared: bool = False,  # Jinja calls it so
        locals: Mapping[str, Any] | None = None,  # noqa: A002  # Jinja calls it so
    ) -> TemplateModule:
        if not vars:
            return super().make_module(vars, shared, locals)
        if self._is_alike:
            return self.module
        kept: dict[str | None, TemplateModule] | None = vars.get(MACROS)
        if kept is None:
            return super().make_module(vars, shared, locals)
        if self.name not in kept:
            kept[self.name] = super().make_module(vars, shared)
        return kept[self.name]

    @cached_property
    def _is_alike(self) -> bool:
        """Whether it is the same on every page. Where files are read again when they change, one may have changed that it stands on."""
        environment = cast(Spoken, self.environment)
        return not environment.auto_reload and not environment.hangs_on_page(self.name or "")


def _environment(
    loader: ChoiceLoader, assets: Assets, translations: Translations, language: str, *, reload: bool
) -> Environment:
    environment = Spoken(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        extensions=["jinja2.ext.i18n"],
        auto_reload=reload,
    )
    environment.template_class = _Once
    environment.speak = lambda template, text: translations.say_in(template, text, language)
    environment.asset = assets.url
    environment.filters["icon"] = cache(partial(icon, assets.url("vendor/icons.svg")))
    environment.install_gettext_translations(translations.catalog(language), newstyle=True)  # type: ignore[attr-defined]  # from the i18n extension
    own = translations.own(language)
    environment.speakers = own.keys()
    for plugin, said in own.items():
        environment.globals |= _spoken_by(plugin, said)
    environment.globals |= {"asset": assets.url, "token_here": TOKEN_HERE}
    environment.globals["drawn_once"] = _draw(environment) if reload else cache(_draw(environment))
    return environment


def _spoken_by(plugin: str, said: NullTranslations) -> Mapping[str, object]:
    """What translates in a plugin's templates; see template_code.py."""
    alone = Environment(extensions=["jinja2.ext.i18n"])  # noqa: S701  # it draws nothing
    alone.install_gettext_translations(said, newstyle=True)  # type: ignore[attr-defined]  # from the i18n extension
    return {f"{name}_of_{plugin}": alone.globals[name] for name in ("gettext", "ngettext")}


def _draw(environment: Environment) -> Callable[[str], Markup]:
    """Draws a template that shows nothing of the page it stands in."""
    return lambda name: Markup(environment.get_template(name).render())  # noqa: S704  # a template's own markup
