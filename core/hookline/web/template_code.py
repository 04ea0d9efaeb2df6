"""How templates become code: what is the same on every page is put in when they are read, values in the shortest way.

A page writes a thousand values. Jinja makes `Markup` of each, to be safe wherever it goes; one that only goes into the page
can stay the text it is.
"""

import re
from collections.abc import Callable, Collection
from typing import Any, Final, NamedTuple

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.idtracking import VAR_LOAD_RESOLVE
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


class Wants(NamedTuple):
    """What a template takes from the page it stands in: values by their names, and other templates, which may take some in their turn.

    `open` is one with a template that only the page names.
    """

    names: set[str]
    templates: set[str]
    open: bool = False


class _Writer(CodeGenerator):
    """Values that are only written go through `written`; those that a template keeps are still `Markup`.

    What the template wants of a page becomes a part of its code.
    """

    environment: "Spoken"

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802  # the name that Jinja's visitor looks for
        self._wants = Wants(set(), set())
        super().visit_Template(node, frame)
        names, templates, is_open = self._wants
        self.writeline(f"wants = {sorted(names)!r}, {sorted(templates)!r}, {is_open!r}")

    def enter_frame(self, frame: Frame) -> None:
        super().enter_frame(frame)
        asked = {name for action, name in frame.symbols.loads.values() if action == VAR_LOAD_RESOLVE}
        self._wants.names.update(name for name in asked if name and name not in self.environment.globals)

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802  # the name that Jinja's visitor looks for
        self._note(node)
        super().visit_Include(node, frame)

    def visit_Import(self, node: nodes.Import, frame: Frame) -> None:  # noqa: N802  # the name that Jinja's visitor looks for
        self._note(node)
        super().visit_Import(node, frame)

    def visit_FromImport(self, node: nodes.FromImport, frame: Frame) -> None:  # noqa: N802  # the name that Jinja's visitor looks for
        self._note(node)
        super().visit_FromImport(node, frame)

    def _note(self, node: nodes.Include | nodes.Import | nodes.FromImport) -> None:
        if isinstance(node.template, nodes.Const) and isinstance(node.template.value, str):
            self._wants.templates.add(node.template.value)
        else:
            self._wants = self._wants._replace(open=True)

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

    def hangs_on_page(self, name: str) -> bool:
        """Whether what this template gives hangs on the page that asks for it. One that was not read yet is read for this."""
        names, templates, is_open = self.get_template(name).root_render_func.__globals__["wants"]
        return bool(names or is_open) or any(self.hangs_on_page(each) for each in templates)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What stands behind the point in `item.label`, as Jinja finds it, but what a mapping has or lacks without an exception first."""
        if type(obj) is dict and attribute not in _OF_DICTS:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        found: nodes.Template = _Constants(self, name or "").visit(super()._parse(source, name, filename))
        return found
