"""Permissions: rights that have a name of their own, for what is not a matter of single records.

A door says which one it needs; a role gives them. Here they all stand, with the words that administrators read.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from hookline.errors import Text
from hookline.kernel.actor import ANY


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
        "views.share",
        Text("Views for all"),
        Text("Shares saved views with everybody and changes shared ones."),
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
    Permission("admin.fields", Text("Custom fields"), Text("Adds fields to records and retires them.")),
    Permission(
        "admin.settings",
        Text("Settings and lists"),
        Text("Changes currency, region and the lists to choose from, such as sources."),
        over=("source", "lost_reason", "relation_kind"),
    ),
    Permission(
        "admin.imports",
        Text("Imports of others"),
        Text("Sees and takes back what other people have imported."),
    ),
    Permission(
        "admin.plugins", Text("Plugins"), Text("Sees which plugins run, what they add and where they fail.")
    ),
    Permission(
        "admin.jobs", Text("Background work"), Text("Sees jobs and failed deliveries, and starts them again.")
    ),
)
PERMISSIONS: Final[Mapping[str, Permission]] = {p.name: p for p in (*WORK, *ADMINISTRATION)}


def governed_by(permissions: Collection[str]) -> frozenset[str]:
    """The entities on which these permissions give every right. "*" stands for all permissions."""
    return frozenset(entity for permission in _named(permissions) for entity in permission.over)


def seen_with(permissions: Collection[str]) -> frozenset[str]:
    """The entities that these permissions let somebody see, beside those that they govern."""
    return frozenset(entity for permission in _named(permissions) for entity in permission.sees)


def _named(permissions: Collection[str]) -> list[Permission]:
    return [p for p in PERMISSIONS.values() if ANY in permissions or p.name in permissions]
