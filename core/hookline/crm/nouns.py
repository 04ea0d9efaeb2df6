"""All nouns of the core. Importing this declares them; `app.py` loads them like any plugin's."""

from hookline.crm import (
    activities, catalogs, companies, contacts, credentials, deals, files, leads, pipelines, relations, roles, seeds, sessions, settings,
    shares, stages, teams, users, views,
)  # fmt: skip
from hookline.crm.core import core

NOUNS = (
    activities, catalogs, companies, contacts, credentials, deals, files, leads, pipelines, relations, roles, seeds, sessions, settings,
    shares, stages, teams, users, views,
)  # fmt: skip

__all__ = ["NOUNS", "core"]
