"""All nouns of the core. Importing this declares them; `app.py` loads them like any plugin's."""

from hookline.crm import (
    activities,
    bulk,
    catalogs,
    companies,
    contacts,
    deals,
    files,
    housekeeping,
    idempotency,
    leads,
    merging,
    pipeline_design,
    pipelines,
    purchases,
    relations,
    reports,
    seeds,
    settings,
    stages,
    tags,
    widgets,
)
from hookline.crm.access import handovers, owners, rights, roles, shares, teams, users
from hookline.crm.audit import anchors as audit_anchors
from hookline.crm.audit import follows as audit_follows
from hookline.crm.audit import trail as audit
from hookline.crm.calendars import feeds as calendar_feeds
from hookline.crm.core import core
from hookline.crm.desks import arrangements, dashboards, favourites, view_presets, views
from hookline.crm.desks import beginnings as desks
from hookline.crm.exports import feeds as export_feeds
from hookline.crm.exports import kept as kept_exports
from hookline.crm.health import house
from hookline.crm.imports import jobs, mappings, runs
from hookline.crm.messages import consents, outgoing, texting
from hookline.crm.notifications import inbox, mailing, occasions, reminding
from hookline.crm.persons import erasing
from hookline.crm.plugins import pauses as plugin_pauses
from hookline.crm.reports import letters as report_letters
from hookline.crm.reports import schedules as report_schedules
from hookline.crm.retention import policies as retention
from hookline.crm.retention import runs as retention_runs
from hookline.crm.sign_in import (
    accounts,
    challenges,
    credentials,
    identities,
    letters,
    links,
    sessions,
    throttles,
    two_step,
)
from hookline.crm.sign_in import rules as sign_in_rules
from hookline.crm.webhooks import delivering, events, hooks

__all__ = ["core"]
