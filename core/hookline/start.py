"""Puts an installation together, without the web: what commands and workers need, and what `app` serves."""

from collections.abc import Sequence

from hookline.crm.actors import load_actor
from hookline.crm.nouns import core
from hookline.crm.seeds import lay_seeds
from hookline.errors import SettingsError
from hookline.kernel.actor import Actor
from hookline.kernel.background.worker import Worker
from hookline.kernel.db import Database, Transaction
from hookline.kernel.installation import Installation
from hookline.kernel.memory import configuration_version
from hookline.kernel.migrations.additions import Step
from hookline.kernel.migrations.migrate import migrate, plan
from hookline.kernel.plugins.breadcrumbs import Breadcrumbs
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.loader import Found, ended_by_signal, find_sources, import_plugins
from hookline.kernel.plugins.plugin import Plugin
from hookline.settings import Settings


def create_installation(settings: Settings, plugins: Sequence[Plugin] = ()) -> Installation:
    """Database and plugins. `plugins` come beside those that are installed or named in the settings."""
    host = PluginHost(
        strict=settings.development, disabled=settings.disabled_plugins, safe_mode=settings.safe_mode
    )
    found = _find_plugins(settings)
    host.load([core, *plugins, *found.plugins], broken=found.broken)
    database = Database(settings.database_url, pool_size=settings.pool_size)
    return Installation(database, host, settings=settings)


def bring_up_to_date(installation: Installation) -> list[Step]:
    """Migrate, then lay the seeds. A plugin that cannot be migrated is off and says why; the steps that were done."""
    try:
        return migrate(installation.database, installation.host)
    finally:
        refuse_half_migrated(installation)
        lay_seeds(installation)


def refuse_half_migrated(installation: Installation) -> None:
    """SettingsError unless the core's tables are up to date. A plugin whose are not is off until they are."""
    behind = {step.owner for step in plan(installation.database, installation.host)}
    if "core" in behind:
        raise SettingsError(
            "the database is not up to date: run `hookline migrate`, or `hookline serve --migrate`"
        )
    for name in sorted(behind):
        installation.host.switch_off(name, "its tables are not up to date: run `hookline migrate`")


def create_worker(installation: Installation) -> Worker:
    """What delivers events and runs jobs, with the rights that the users have at that moment."""

    def rights(tx: Transaction, user: int) -> Actor | None:
        return load_actor(tx, installation.memory, configuration_version(tx), user, installation.clock())

    return Worker(installation, rights)


def breadcrumbs(settings: Settings) -> Breadcrumbs:
    """Where it is kept which plugin is being imported."""
    return Breadcrumbs(settings.data_dir / "plugins")


def _find_plugins(settings: Settings) -> Found:
    if settings.safe_mode:
        return Found()
    with ended_by_signal():
        sources = find_sources(settings.plugins)
        return import_plugins(sources, breadcrumbs(settings), disabled=settings.disabled_plugins)
