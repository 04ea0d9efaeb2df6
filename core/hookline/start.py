"""Puts an installation together, without the web: what commands and workers need, and what `app` serves."""

import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from hookline.crm.access.actors import load_actor
from hookline.crm.nouns import core
from hookline.crm.plugins.pauses import keep_pauses, read_pauses
from hookline.crm.seeds import lay_seeds
from hookline.crm.webhooks.delivering import deliver_next
from hookline.errors import SettingsError
from hookline.kernel.actor import Actor
from hookline.kernel.background.worker import Worker
from hookline.kernel.db import Database, Transaction
from hookline.kernel.installation import Installation
from hookline.kernel.leaving import Leaving
from hookline.kernel.memory import configuration_version
from hookline.kernel.migrations.settled import is_settled
from hookline.kernel.plugins.admitting.breadcrumbs import Breadcrumbs
from hookline.kernel.plugins.admitting.loader import Found, ended_by_signal, find_sources, import_plugins
from hookline.kernel.plugins.admitting.switches import list_switches, read_switches
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.plugins.watching.keeper import Keeper
from hookline.kernel.plugins.watching.patience import Patience
from hookline.kernel.plugins.watching.watch import Watch
from hookline.settings import Settings

if TYPE_CHECKING:
    from hookline.kernel.migrations.additions import Step


def create_installation(
    settings: Settings, plugins: Sequence[Plugin] = (), *, even: Collection[str] = ()
) -> Installation:
    """Database and plugins. `plugins` come beside those that are installed or named in the settings.

    `even` are names of plugins that are taken in although they are switched off, for commands that look into them.
    """
    database = Database(settings.database_url, pool_size=settings.pool_size)
    off = _switched_off(settings, database, even)
    if settings.development:
        # Whoever writes a plugin is told once of each line that uses what is going to be taken away.
        warnings.simplefilter("default", Leaving)
    watch = Watch(patience=Patience.of(settings.plugin_patience))
    host = PluginHost(
        strict=settings.development, disabled=off.reasons, safe_mode=settings.safe_mode, watch=watch
    )
    found = _find_plugins(settings, off)
    host.load([core, *plugins, *found.plugins], broken=found.broken)
    if off.unknown:
        host.broken.update({source.name: off.unknown for source in find_sources(settings.plugins)})
    host.sources = found.sources
    return Installation(database, host, settings=settings)


def bring_up_to_date(installation: Installation) -> "list[Step]":
    """Migrate, then lay the seeds. A plugin that cannot be migrated is off and says why; the steps that were done."""
    from hookline.kernel.migrations.migrate import migrate  # noqa: PLC0415  # Alembic takes long to load

    try:
        return migrate(installation.database, installation.host)
    finally:
        refuse_half_migrated(installation)
        lay_seeds(installation)


def begin_again(installation: Installation) -> None:
    """Start over a database that is up to date: plugins lay what they lay with every start. SettingsError when it is not."""
    refuse_half_migrated(installation)
    lay_seeds(installation)


def refuse_half_migrated(installation: Installation) -> None:
    """SettingsError unless the core's tables are up to date. A plugin whose are not is off until they are."""
    if is_settled(installation.database, installation.host):
        return
    from hookline.kernel.migrations.migrate import plan  # noqa: PLC0415  # Alembic takes long to load

    behind = {step.owner for step in plan(installation.database, installation.host)}
    if "core" in behind:
        raise SettingsError(
            "the database is not up to date: run `hookline migrate`, or `hookline serve --migrate`"
        )
    for name in sorted(behind):
        installation.host.switch_off(name, "its tables are not up to date: run `hookline migrate`")


def plugins_switched(installation: Installation) -> bool:
    """Whether somebody has switched a plugin off or on since this process began: it then runs others than it should."""
    host, by_hand = installation.host, set(installation.settings.disabled_plugins)
    if host.safe_mode:
        return False
    with installation.database.read() as tx:
        return set(list_switches(tx)) - by_hand != set(host.disabled) - by_hand


def create_worker(installation: Installation) -> Worker:
    """What delivers events and runs jobs, and calls webhooks, with the rights that the users have at that moment."""

    def rights(tx: Transaction, user: int) -> Actor | None:
        return load_actor(tx, installation.memory, configuration_version(tx), user, installation.clock())

    return Worker(installation, rights, further=(deliver_next,))


def create_keeper(installation: Installation) -> Keeper:
    """What looks after the calls of plugins in a process that serves or works."""
    return Keeper(
        installation.host,
        keep=partial(keep_pauses, installation),
        read=partial(read_pauses, installation.database),
        pulse=installation.pulse,
    )


def breadcrumbs(settings: Settings) -> Breadcrumbs:
    """Where it is kept which plugin is being imported."""
    return Breadcrumbs(settings.data_dir / "plugins")


@dataclass(frozen=True)
class _Off:
    """The plugins that are not to run, with the reasons, and where those come from; or why nobody knows."""

    reasons: Mapping[str, str]
    sources: Collection[str] = ()
    unknown: str = ""


def _switched_off(settings: Settings, database: Database, even: Collection[str]) -> _Off:
    by_hand = dict.fromkeys(settings.disabled_plugins, "switched off in the settings")
    if settings.safe_mode:
        return _Off(by_hand)
    try:
        switches = [s for s in read_switches(database).values() if s.name not in even]
    except SQLAlchemyError as error:
        said = (str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__])[0]
        return _Off(by_hand, unknown=f"the database does not say which plugins are switched off: {said}")
    reasons = {switch.name: switch.reason for switch in switches}
    return _Off({**reasons, **by_hand}, [switch.source for switch in switches if switch.source])


def _find_plugins(settings: Settings, off: _Off) -> Found:
    # While nobody knows what is switched off, none is imported: it may be the one that ends the process.
    if settings.safe_mode or off.unknown:
        return Found()
    with ended_by_signal():
        sources = find_sources(settings.plugins)
        return import_plugins(
            sources,
            breadcrumbs(settings),
            disabled={*off.reasons, *off.sources},
            patience=Patience.of(settings.plugin_patience),
        )
