"""How templates become code: what is the same on every page is put in when they are read, values in the shortest way.

A page writes a thousand values. Jinja makes `Markup` of each, to be safe wherever it goes; one that only goes into the page
can stay the text it is.
"""

import re
from collections.abc import Callable, Collection
from typing import Any, Final

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

_ICONS: Final = "macros/icons.html"
_SPECIAL: Final = re.compile("[&<>'\"]")
_OF_DICTS: Final = frozenset(dir(dict))


def written(value: Any) -> str:
    """A value as it stands in a page: escaped, unless it is markup already."""
    kind = type(value)
    if kind is str and _SPECIAL.search(value) is None:
        return value  # type: ignore[no-any-return]  # its type was just looked at
    return value if kind is Markup else escape(value)


def icon(sprite: str, name: str) -> Markup:
    """What the macro `icon` draws; neither name is what a person typed."""
    use = f'<use href="{sprite}#{name}"/>'
    return Markup(f'<svg class="icon" width="16" height="16" aria-hidden="true">{use}</svg>')  # noqa: S704  # see above


class _Writer(CodeGenerator):
    """Values that are only written go through `written`; those that a template keeps are still `Markup`."""

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")


class _Constants(NodeTransformer):
    """Puts in the place of `_("...")` and `asset("...")` what they give, and a filter in the place of the macro `icon`.

    Sentences with parameters, and plurals, wait for their values.
    """

    def __init__(self, environment: "Spoken", template: str) -> None:
        self._environment, self._template = environment, template
        self._has_icons = False

    def visit_FromImport(self, node: nodes.FromImport) -> nodes.Node | None:  # noqa: N802  # the name that Jinja's visitor looks for
        self.generic_visit(node)
        match node:
            case nodes.FromImport(template=nodes.Const(value=template), names=["icon"]) if template == _ICONS:
                self._has_icons = True
                # Nobody calls the macro any more, and an import has its price on every page.
                return None
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  # the name that Jinja's visitor looks for
        self.generic_visit(node)
        if node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) > 1:
            return self._in_own_words(node)
        match node:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str(text))]):
                # As gettext in templates does it: a sentence is trusted, and "%%" in it is a per cent sign.
                said = self._environment.speak(self._template, text) % {}
                return nodes.MarkSafe(nodes.Const(said), lineno=node.lineno)
            case nodes.Call(node=nodes.Name(name="asset"), args=[nodes.Const(value=str(path))]):
                return nodes.Const(self._environment.asset(path), lineno=node.lineno)
            case nodes.Call(node=nodes.Name(name="icon"), args=[name]) if self._has_icons:
                # With a name that is written down, Jinja calls the filter once, when the template is read.
                return nodes.Filter(name, "icon", [], [], None, None, lineno=node.lineno)
        return node

    def _in_own_words(self, node: nodes.Call) -> nodes.Call:
        """A sentence with parameters, or a plural: said by the plugin whose template this is."""
        plugin = self._template.partition("/")[0]
        if plugin in self._environment.speakers and isinstance(node.node, nodes.Name):
            said = {"_": "gettext", "gettext": "gettext", "ngettext": "ngettext"}.get(node.node.name)
            if said:
                node.node = nodes.Name(f"{said}_of_{plugin}", "load", lineno=node.lineno)
        return node


class Spoken(Environment):
    """An environment of one language.

    `speak` translates a sentence of a template, `asset` gives the address of a file; both give the same for as long as it stands.
    `speakers` are the plugins with words of their own: "gettext_of_<plugin>" and "ngettext_of_<plugin>" are among the globals.
    """

    code_generator_class = _Writer
    written = staticmethod(written)
    speak: Callable[[str, str], str]
    speakers: Collection[str] = ()
    asset: Callable[[str], str]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What stands behind the point in `item.label`, as Jinja finds it, but a mapping's own value without an exception first."""
        if type(obj) is dict and attribute in obj and attribute not in _OF_DICTS:
            return obj[attribute]
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        found: nodes.Template = _Constants(self, name or "").visit(super()._parse(source, name, filename))
        return found
