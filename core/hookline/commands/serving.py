"""`hookline serve`: the web server."""

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import partial
from typing import Any

import click
import uvicorn

from hookline.app import create_app
from hookline.commands.guarding import Guard
from hookline.commands.logs import begin_log
from hookline.commands.workers import can_split, inherited_socket, run_split, start_again
from hookline.errors import PluginError, SettingsError
from hookline.kernel.installation import Installation
from hookline.settings import Settings
from hookline.start import (
    begin_again,
    bring_up_to_date,
    create_installation,
    plugins_switched,
    refuse_half_migrated,
)

log = logging.getLogger("hookline.serve")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option(
    "--with-worker/--without-worker",
    default=None,
    help="Deliver events and run jobs beside the pages; so by default with one process.",
)
@click.option("--migrate", is_flag=True, help="Bring the database up to date first.")
def serve_(host: str, port: int, workers: int, with_worker: bool | None, migrate: bool) -> None:
    r"""Serve the pages and the API.

    \b
    Example:
      hookline serve --migrate --port 8080
    """
    begin_log()
    settings = Settings.from_environment()
    home = create_installation(settings)
    if migrate or settings.development:
        _migrate(home)
    else:
        begin_again(home)
    works = workers == 1 if with_worker is None else with_worker
    if workers == 1 and (settings.development or not can_split()):
        serve(settings, home, host=host, port=port, works=works)
        return
    if workers == 1:
        # One process that serves, and this one, which replaces it should a plugin hang in it.
        again = serve_together(settings, home, host=host, port=port, workers=1, works=works)
    else:
        with worker_process() if works else nullcontext():
            again = serve_together(settings, home, host=host, port=port, workers=workers)
    if again is not None:
        start_again(again)


def serve(
    settings: Settings,
    home: Installation,
    *,
    host: str,
    port: int,
    works: bool = True,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve from this process until it is asked to end; `ready` is told the address once it answers."""
    app = create_app(_addressed(settings, port), home, works=works, watches=True)
    server = _Server(uvicorn.Config(app, host=host, port=port, **_HOW), ready or _say_ready)
    # A person's Ctrl+C comes back here once everything has been put in order.
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise _not_free(host, port)


def serve_together(
    settings: Settings, home: Installation, *, host: str, port: int, workers: int, works: bool = False
) -> socket.socket | None:
    """Serve from several processes until this one is asked to end; one in which a plugin hangs is replaced.

    Answers with the socket that still listens when all is to start again, because a plugin was switched.
    """
    if not can_split():
        home.database.close()
        started = "hookline.commands.serving:served"
        uvicorn.run(started, factory=True, workers=workers, host=host, port=port, **_HOW)
        return None
    with _listen(host, port) as listening:
        port = listening.getsockname()[1]
        app = create_app(_addressed(settings, port), home, works=works, watches=True)
        # What was asked so far went over connections, which no two processes may share.
        home.database.close()
        config = uvicorn.Config(app, host=host, port=port, **_HOW)
        work, ready = (
            partial(uvicorn.Server(config).run, [listening]),
            partial(_say_ready, f"http://{host}:{port}"),
        )
        renewed = partial(plugins_switched, home)
        again = run_split(workers, work, ready=ready, guard=Guard(home), renewed=renewed)
        return listening.dup() if again else None


def served() -> Any:
    """The application of one of several processes."""
    begin_log()
    settings = Settings.from_environment()
    home = create_installation(settings)
    refuse_half_migrated(home)
    return create_app(settings, home, watches=True)


def _migrate(home: Installation) -> None:
    """A plugin whose tables cannot be brought up to date is off, and keeps nobody from being served."""
    try:
        bring_up_to_date(home)
    except PluginError as error:
        if home.host.strict:
            raise
        log.error("%s", error)  # noqa: TRY400  # what went wrong in it has been logged where it did


@contextmanager
def worker_process() -> Iterator[None]:
    """`hookline work` beside this process, ended with it."""
    worker = subprocess.Popen([sys.executable, "-m", "hookline.cli", "work"], env=os.environ)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def _addressed(settings: Settings, port: int) -> Settings:
    if settings.base_url != Settings.base_url:
        return settings
    return replace(settings, base_url=f"http://127.0.0.1:{port}")


def _listen(host: str, port: int) -> socket.socket:
    if (kept := inherited_socket()) is not None:
        kept.setblocking(False)
        return kept
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise _not_free(host, port) from error
    listening.setblocking(False)
    return listening


def _not_free(host: str, port: int) -> SettingsError:
    return SettingsError(
        f"port {port} of {host} cannot be listened on; another server may have it. Choose one with --port."
    )


_HOW: dict[str, Any] = {
    "log_level": "warning",
    "log_config": None,
    "access_log": False,
    "server_header": False,
    # HOOKLINE_TRUSTED_PROXIES says whose word counts; uvicorn would believe everybody on this machine.
    "proxy_headers": False,
    "timeout_graceful_shutdown": 10,
    "timeout_keep_alive": 75,
}


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            self._ready(f"http://{self.config.host}:{port}")


def _say_ready(address: str) -> None:
    click.echo(f"Hookline is ready: {address}")
