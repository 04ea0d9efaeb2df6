"""What is known of a plugin: everything that follows from its declarations, as plain data for pages and programs."""

import dataclasses
from typing import Any, cast

from sqlalchemy import Table

from hookline.kernel.entity import Record, grafted
from hookline.kernel.fields import field_of
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import PluginHost


def manifest(host: PluginHost, name: str) -> dict[str, Any]:
    """Everything that a running plugin brings. KeyError when it does not run."""
    plugin = host.plugins[name].plugin
    return {
        "name": plugin.name,
        "label": plugin.label,
        "version": plugin.version,
        "api": plugin.api,
        "needs": list(plugin.needs),
        "file": plugin.file,
        "entities": [_entity(cls) for cls in plugin.entities],
        "fields": [
            {
                "field": f"{group.target.__tablename__}.{column.name}",
                "label": spec.label,
                "kind": spec.kind,
                "group": group.group_label,
            }
            for group in plugin.groups
            for column in grafted(group)
            if (spec := field_of(column)) is not None
        ],
        "events": [
            {"name": event.name, "fields": [one.name for one in dataclasses.fields(event)]}  # type: ignore[arg-type]  # every event is a dataclass
            for event in plugin.events
        ],
        "notes": host.notes.get(name, []),
        "contributions": [_contribution(host, c) for c in host.all() if c.plugin == name],
    }


def _entity(cls: type[Record]) -> dict[str, Any]:
    table = cast(Table, cls.__table__)
    specs = [
        spec
        for column in table.columns
        if (spec := field_of(column)) is not None and spec.owner == cls.plugin.name
    ]
    return {
        "entity": cls.__tablename__,
        "label": cls.label,
        "address": f"/{cls.slug}",
        "api": f"/api/v1/{cls.__tablename__}",
        "fields": [*(spec.name for spec in specs), *cls.many],
        "events": [
            f"{cls.__tablename__}.{what}"
            for what in ("created", "changed", "trashed", "restored", "reverted", "merged", "erased")
        ],
    }


def _contribution(host: PluginHost, found: Contribution) -> dict[str, Any]:
    address = {
        "report": f"/reports/{found.plugin}/{found.name}",
        "widget": f"/widgets/{found.plugin}/{found.name}",
        # A public page has no address but those of its links.
        "page": "" if found.options.get("public") else f"/x/{found.plugin}/{found.name}",
        "menu": found.options.get("to", ""),
    }.get(found.kind, "")
    return {
        "kind": found.kind, "entity": found.entity, "name": found.key, "label": found.label, "address": address,
        "paused": host.paused(found),
    }  # fmt: skip
