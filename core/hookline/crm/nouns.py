"""All nouns of the core. Importing this declares them; `app.py` loads them like any plugin's."""

from hookline.crm import (
    accounts,
    activities,
    audit,
    audit_anchors,
    audit_follows,
    bulk,
    catalogs,
    challenges,
    companies,
    consents,
    contacts,
    credentials,
    deals,
    files,
    handovers,
    housekeeping,
    idempotency,
    identities,
    leads,
    letters,
    links,
    owners,
    pipeline_design,
    pipelines,
    relations,
    reports,
    retention,
    rights,
    roles,
    seeds,
    sessions,
    settings,
    shares,
    sign_in_rules,
    stages,
    teams,
    throttles,
    two_step,
    users,
    views,
)
from hookline.crm.core import core
from hookline.crm.imports import jobs, mappings, runs
from hookline.crm.persons import erasing

__all__ = ["core"]
