"""How a plugin lives beside others: those installed, those in the next folders, and one that gives everything the same names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from tempfile import TemporaryDirectory
from types import new_class
from typing import Any

from hookline.errors import PluginError
from hookline.kernel.entity import Catalog, Entity, FieldGroup, Fields, Record, discard
from hookline.kernel.fields import text
from hookline.kernel.plugins.admitting.loader import find_sources
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.shown import Panel, Report
from sqlalchemy.orm import Mapped

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.showing import where
from hookline_sdk.check.subject import Subject
from hookline_sdk.testing.crm import Crm, settle_in
from hookline_sdk.testing.screens import look_at
from hookline_sdk.testing.sources import import_all, make_importable, offered_by


def neighbours(subject: Subject) -> Iterator[Finding]:
    """Who it cannot live beside, and which screen shows it."""
    own = {plugin.name for plugin in subject.plugins}
    installed = [source.text for source in find_sources(())]
    for source in dict.fromkeys([*installed, *_next_door(subject)]):
        if source == subject.source:
            continue
        try:
            found = import_all([source])
        except PluginError:
            # That one does not run is not for this one to mend.
            continue
        if others := [plugin for plugin in found if plugin.name not in own]:
            yield from _beside(subject, others, others[-1].name)
    twin = namesake(subject.plugin)
    try:
        yield from _beside(subject, [twin], "a plugin that uses the same names")
    finally:
        discard(twin)


def _next_door(subject: Subject) -> Iterator[str]:
    """The plugins of the projects whose folders lie beside this one's, as those of a house that keeps several do."""
    for path in [] if subject.one_file else sorted(subject.project.parent.glob("*/pyproject.toml")):
        with suppress(ValueError):  # not for this one to mend either
            for source in offered_by(path.parent) if path.parent != subject.project else ():
                make_importable(path.parent)
                yield source


def namesake(plugin: Plugin) -> Plugin:
    """A plugin whose entities, fields, panels and reports are called like this one's."""
    twin = Plugin(f"{plugin.name[:30]}_twin", label=plugin.label)
    for cls in plugin.entities:
        _entity(twin, cls)
    for group in plugin.groups:
        _fields(twin, group)
    for contribution in plugin.contributions:
        if contribution.kind == "report":
            twin.report(contribution.label)(_named(contribution.name, lambda _gate: Report(("One",), [])))
        elif contribution.kind == "panel" and contribution.entity:
            target = next((cls for cls in _targets(plugin) if cls.__tablename__ == contribution.entity), None)
            if target is not None and target.plugin is not plugin:
                empty = _named(contribution.name, lambda _record, _gate: Panel(facts={}))
                twin.panel(target, contribution.label)(empty)
    return twin


def _beside(subject: Subject, others: Sequence[Plugin], name: str) -> Iterator[Finding]:
    with TemporaryDirectory(dir=subject.scratch) as folder:
        url = f"sqlite:///{folder}/beside.db"
        with closing(Crm(url, subject.scratch, [*others, *subject.plugins], strict=False)) as crm:
            settle_in(crm)
            for broken, reason in crm.home.host.broken.items():
                remedy = (
                    "Both must run: what clashes bears the name of its plugin only when Hookline makes it."
                )
                yield Finding(subject.place, 1, f"beside {name}, {broken} is off: {reason}", remedy)
            if crm.home.host.broken:
                # The screens of one that does not run are not there to be looked at.
                return
            failed = [s for s in look_at(crm, languages=("en",), records=("full",)) if s.trouble]
    for screen in failed[:5]:
        path, line = where(subject, screen.path)
        yield Finding(path, line, f"beside {name}, {screen}", "Look whose name or setting is meant there.")


def _entity(twin: Plugin, cls: type[Record]) -> None:
    base = Entity if cls.owned else Catalog

    def fill(body: dict[str, Any]) -> None:
        body.update(
            __module__=f"hookline_twin_{twin.name}",
            __annotations__={"name": Mapped[str]},
            __doc__="A namesake.",
            name=text("Name", list=True),
        )

    new_class(cls.__name__, (base,), {"plugin": twin, "plural": cls.plural, "menu": cls.menu}, fill)


def _fields(twin: Plugin, group: type[FieldGroup]) -> None:
    names = list(group.names) or ["twin"]
    if group.target.plugin.name != "core":
        return

    def fill(body: dict[str, Any]) -> None:
        body["__annotations__"] = dict.fromkeys(names, Mapped[str | None])
        body.update({name: text(name.capitalize()) for name in names})

    new_class(
        group.__name__,
        (Fields.__class_getitem__(group.target),),
        {"plugin": twin, "label": group.group_label},
        fill,
    )


def _targets(plugin: Plugin) -> list[type[Record]]:
    base = Entity.__subclasses__() + Catalog.__subclasses__()
    return [cls for cls in base if cls.plugin.name in (plugin.name, "core")]


def _named(name: str, function: Any) -> Any:
    function.__name__ = name
    return function
