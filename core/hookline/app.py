"""`create_app`: the web application over an installation, which `start` puts together."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, nullcontext
from functools import partial

from litestar import Litestar
from litestar.exceptions import HTTPException

from hookline.errors import SettingsError
from hookline.kernel import mail
from hookline.kernel.collector import leave_alone
from hookline.kernel.installation import Installation
from hookline.settings import Settings
from hookline.start import create_installation, create_keeper, create_worker
from hookline.web import activities, files, leads, lookups, missing, pipelines, privacy, refusals, search
from hookline.web.admin.doors import admin_doors
from hookline.web.api import reference
from hookline.web.api.doors import api_doors
from hookline.web.assets import Assets
from hookline.web.dashboards import arranging as dashboard_widgets
from hookline.web.dashboards import pages as dashboards
from hookline.web.dashboards import widgets
from hookline.web.doors import Door, route_handler
from hookline.web.front import front
from hookline.web.icons import note_icons
from hookline.web.imports import doors as imports
from hookline.web.me import account as me
from hookline.web.me import (
    calendar_feeds,
    export_feeds,
    exports,
    my_day,
    notifications,
    places,
    preferences,
    tokens,
    two_step,
)
from hookline.web.pages import environments
from hookline.web.plugins import blocks, contributed, public_files
from hookline.web.plugins import pages as plugin_pages
from hookline.web.plugins import switches as plugin_switches
from hookline.web.plugins.parts import check_files, fitting_doors
from hookline.web.records.doors import record_doors
from hookline.web.reports import letters as report_letters
from hookline.web.reports import pages as reports
from hookline.web.sign_in import oidc, passwords
from hookline.web.sign_in import steps as sign_in
from hookline.web.sign_in.oidc_provider import check_settings
from hookline.web.site import Site
from hookline.web.static_files import static_door

__all__ = ["create_app", "create_installation"]


def create_site(settings: Settings, installation: Installation) -> Site:
    """Assets, translations and templates over an installation."""
    check_settings(settings)
    mail.check_settings(settings)
    check_files(installation.host)
    note_icons(installation.host)
    folders, translations = installation.host.folders, installation.host.translations
    assets = Assets(
        {name: folder / "static" for name, folder in folders.items() if (folder / "static").is_dir()}
    )
    templates = environments(
        assets, translations, {n: f / "templates" for n, f in folders.items()}, reload=settings.development
    )
    threads = ThreadPoolExecutor(settings.pool_size, thread_name_prefix="door")
    site = Site(settings, installation, assets, translations, templates, threads)
    if settings.development and settings.developer_bar:
        from hookline.web.developing.bar import DeveloperBar  # noqa: PLC0415  # in production nothing of it is there

        site.developing = DeveloperBar(site)
    return site


def create_app(
    settings: Settings, installation: Installation, *, works: bool = False, watches: bool = False
) -> Litestar:
    """The web application over an installation whose database is migrated.

    With `works` it also delivers events and runs jobs, in threads of this process. With `watches` it does not wait for
    plugins that do not come back.
    """
    site = create_site(settings, installation)
    doors, switchboard = fitting_doors(installation.host, partial(list_doors, site))
    for door in doors:
        if not door.needs:
            raise SettingsError(f"{door.method} {door.path} does not say who may use it")
    app = Litestar(
        route_handlers=[route_handler(site, switchboard), static_door(site.assets)],
        openapi_config=None,
        # Ours is begun by the commands. Litestar's own would turn the process's log over to a thread, one for each application.
        logging_config=None,
        exception_handlers={HTTPException: refusals.unheard},
        lifespan=[partial(_lifespan, site, works=works, watches=watches)],
        debug=False,
    )
    app.state.site = site
    app.asgi_handler = front(settings, app.asgi_handler)
    return app


def list_doors(site: Site) -> list[Door]:
    """Every door of the application."""
    modules = (
        missing,
        sign_in,
        passwords,
        oidc,
        two_step,
        my_day,
        notifications,
        places,
        preferences,
        activities,
        dashboards,
        dashboard_widgets,
        widgets,
        blocks,
        calendar_feeds,
        export_feeds,
        contributed,
        exports,
        files,
        imports,
        leads,
        lookups,
        search,
        me,
        pipelines,
        plugin_pages,
        plugin_switches,
        privacy,
        public_files,
        reference,
        reports,
        report_letters,
        tokens,
    )
    own = [door for module in modules for door in module.door.doors]
    schema = site.installation.host.schema()
    return [*own, *admin_doors(), *record_doors(schema), *api_doors(schema)]


@asynccontextmanager
async def _lifespan(site: Site, _app: Litestar, *, works: bool, watches: bool) -> AsyncIterator[None]:
    installation = site.installation
    _quiet_collector()
    beat = asyncio.get_running_loop().call_soon_threadsafe
    watched = create_keeper(installation).looking(beat=beat) if watches else nullcontext()
    with watched, background(installation) if works else nullcontext():
        yield
    site.close()


@contextmanager
def background(installation: Installation) -> Iterator[None]:
    """A worker in a thread of this process while the block runs; what it holds goes back when it ends."""
    stop = threading.Event()
    thread = threading.Thread(target=create_worker(installation).run_forever, args=(stop,), name="worker")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _quiet_collector() -> None:
    """A garbage collector that leaves alone what start-up made, and what came before this process was split off."""
    leave_alone()
    gc.set_threshold(50_000, 20, 50)
