"""All nouns of the core. Importing this declares them; `app.py` loads them like any plugin's."""

from hookline.crm import (
    accounts,
    activities,
    audit,
    bulk,
    catalogs,
    companies,
    contacts,
    credentials,
    deals,
    files,
    handovers,
    housekeeping,
    idempotency,
    leads,
    owners,
    pipeline_design,
    pipelines,
    relations,
    reports,
    rights,
    roles,
    seeds,
    sessions,
    settings,
    shares,
    stages,
    teams,
    users,
    views,
)
from hookline.crm.core import core
from hookline.crm.imports import jobs, mappings, runs

__all__ = ["core"]
