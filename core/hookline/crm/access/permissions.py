"""Permissions: rights that have a name of their own, for what is not a matter of single records.

A door says which one it needs; a role gives them. Here those of the core stand, with the words that administrators read;
plugins declare their own (`Plugin.permission`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from hookline.crm.core import core
from hookline.errors import Text
from hookline.kernel.actor import ANY
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin


@dataclass(frozen=True)
class Permission:
    """One named right. With it goes every right on the records of the house that it is `over`, and the sight of others."""

    name: str
    label: Text
    text: Text
    over: tuple[str, ...] = ()
    sees: tuple[str, ...] = ()


WORK: Final = (
    Permission("reports", Text("Reports"), Text("Opens the reports, over the records that the person sees.")),
    Permission("imports", Text("Imports"), Text("Brings in files, and takes back the own imports.")),
    Permission(
        "imports.share",
        Text("Mappings for all"),
        Text("Shares kept mappings of imports with everybody and removes shared ones."),
    ),
    Permission(
        "views.share",
        Text("Views and dashboards for all"),
        Text("Shares saved views and dashboards with everybody and changes shared ones."),
    ),
    Permission(
        "pipelines.edit",
        Text("Pipelines"),
        Text("Designs pipelines: stages, what they ask, who may move."),
        over=("pipeline", "stage"),
    ),
)
ADMINISTRATION: Final = (
    Permission(
        "admin.users",
        Text("People and teams"),
        Text("Lets people in, changes and deactivates them, arranges teams."),
        over=("user", "team"),
        sees=("role",),
    ),
    Permission(
        "admin.roles",
        Text("Roles"),
        Text("Decides what each role may do. Whoever has this can widen the own rights."),
        over=("role",),
        sees=("user", "team"),
    ),
    Permission(
        "admin.view_as",
        Text("Looking as others"),
        Text("Sees Hookline as another person does, without changing anything. Each time is written down."),
        sees=("user", "team", "role"),
    ),
    Permission("admin.fields", Text("Custom fields"), Text("Adds fields to records and retires them.")),
    Permission(
        "admin.settings",
        Text("Settings and lists"),
        Text("Changes currency, region and the lists to choose from, such as sources."),
        over=("source", "lost_reason", "relation_kind", "consent_purpose", "tag"),
    ),
    Permission(
        "admin.imports",
        Text("Imports of others"),
        Text("Sees and takes back what other people have imported."),
    ),
    Permission(
        "admin.privacy",
        Text("Personal data"),
        Text("Hands out and erases everything the house holds on a person, and says how long data are kept."),
    ),
    Permission(
        "admin.plugins", Text("Plugins"), Text("Sees which plugins run, what they add and where they fail.")
    ),
    Permission(
        "admin.audit",
        Text("Audit log"),
        Text("Reads who did what and from where, of all records, whatever else this role may see."),
    ),
    Permission(
        "admin.jobs", Text("Background work"), Text("Sees jobs and failed deliveries, and starts them again.")
    ),
    Permission(
        "admin.webhooks",
        Text("Webhooks"),
        Text("Lets other programs hear of changes, of records that the person may read."),
    ),
)
PERMISSIONS: Final[Mapping[str, Permission]] = {p.name: p for p in (*WORK, *ADMINISTRATION)}


for _permission in PERMISSIONS.values():
    core.permission(_permission.name, _permission.label.msgid, _permission.text.msgid)


def of_plugins(host: PluginHost) -> dict[str, tuple[Plugin, Permission]]:
    """What plugins that run have declared, by its full name, each with its plugin."""
    return {
        name: (host.plugins[c.plugin].plugin, Permission(name, Text(c.label), Text(c.options["text"])))
        for name, c in host.permissions.items()
        if c.plugin != "core"
    }


def governed_by(permissions: Collection[str]) -> frozenset[str]:
    """The entities on which these permissions give every right. "*" stands for all permissions."""
    return frozenset(entity for permission in _named(permissions) for entity in permission.over)


def seen_with(permissions: Collection[str]) -> frozenset[str]:
    """The entities that these permissions let somebody see, beside those that they govern."""
    return frozenset(entity for permission in _named(permissions) for entity in permission.sees)


def _named(permissions: Collection[str]) -> list[Permission]:
    return [p for p in PERMISSIONS.values() if ANY in permissions or p.name in permissions]
