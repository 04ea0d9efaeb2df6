"""Templates: one environment per language, with our own filters and nothing more."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined, Template, nodes
from jinja2.environment import TemplateModule
from jinja2.visitor import NodeTransformer

from hookline.web.assets import Assets
from hookline.web.records.rows import draw_rows, draw_words
from hookline.web.translations import LANGUAGES, Translations

_TEMPLATES: Final = Path(__file__).parent / "templates"
MACROS: Final = "macros_made_ready"


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


class _Spoken(Environment):
    """An environment of one language: plain sentences are translated when a template is read, not each time it is drawn."""

    speak: Callable[[str], str]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        found: nodes.Template = _Sentences(self.speak).visit(super()._parse(source, name, filename))
        return found


class _Once(Template):
    """A file of macros is made ready once per page, however many parts of the page import it "with context".

    The page's context holds the place where they are kept, under MACROS. Macros see the context, not the importer's own
    variables.
    """

    def make_module(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002  # Jinja calls it so
        shared: bool = False,  # Jinja calls it so
        locals: Mapping[str, Any] | None = None,  # noqa: A002  # Jinja calls it so
    ) -> TemplateModule:
        kept: dict[str | None, TemplateModule] | None = (vars or {}).get(MACROS)
        if kept is None:
            return super().make_module(vars, shared, locals)
        if self.name not in kept:
            kept[self.name] = super().make_module(vars, shared)
        return kept[self.name]


class _Sentences(NodeTransformer):
    """Puts the translation in the place of `_("...")`. Sentences with parameters, and plurals, wait for their values."""

    def __init__(self, speak: Callable[[str], str]) -> None:
        self._speak = speak

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  # the name that Jinja's visitor looks for
        self.generic_visit(node)
        match node:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str(text))], kwargs=[]):
                # As gettext in templates does it: a sentence is trusted, and "%%" in it is a per cent sign.
                return nodes.MarkSafe(nodes.Const(self._speak(text) % {}), lineno=node.lineno)
        return node


def _environment(
    loader: ChoiceLoader, assets: Assets, translations: Translations, language: str, *, reload: bool
) -> Environment:
    environment = _Spoken(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        extensions=["jinja2.ext.i18n"],
        auto_reload=reload,
    )
    environment.template_class = _Once
    environment.speak = translations.catalog(language).gettext
    environment.install_gettext_translations(translations.catalog(language), newstyle=True)  # type: ignore[attr-defined]  # from the i18n extension
    environment.globals |= {"asset": assets.url, "draw_rows": draw_rows, "draw_words": draw_words}
    return environment
