"""The test kit, a plugin of pytest: an installation with your plugin in it, people, a browser, a clock, a worker.

Fixtures: `crm`, `client`, `page`, `gate`, `make`, `as_user`, `clock`, `outbox`, `jobs`, `hooks`, `assert_queries`. It comes
with `pip install hookline-sdk[testing]` and needs no line in a conftest. `--engine` says on which database tests run.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from hookline.errors import PluginError
from hookline.kernel.collector import leave_alone
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.plugin import Plugin

from hookline_sdk.testing.browser import page
from hookline_sdk.testing.client import Client
from hookline_sdk.testing.clock import NOW, Clock
from hookline_sdk.testing.counting import at_most
from hookline_sdk.testing.crm import PEOPLE, Crm, settle_in
from hookline_sdk.testing.databases import Template, built, copied, never_flush
from hookline_sdk.testing.making import Make
from hookline_sdk.testing.pages import Form, Page
from hookline_sdk.testing.postgres_server import serve_postgres
from hookline_sdk.testing.recording import Call, Hooks
from hookline_sdk.testing.running import Jobs, Outbox
from hookline_sdk.testing.screens import Screen
from hookline_sdk.testing.sources import import_all, make_importable, offered_by

__all__ = [
    "ENGINES",
    "NOW",
    "PEOPLE",
    "AsUser",
    "AssertQueries",
    "Call",
    "Client",
    "Clock",
    "Crm",
    "Form",
    "Hooks",
    "Jobs",
    "Make",
    "Outbox",
    "Page",
    "Screen",
    "page",
]

ENGINES: Final = ("sqlite", "postgresql")
_PG_URL: Final = "HOOKLINE_TEST_PG_URL"

AsUser = Callable[[str], Client]
AssertQueries = Callable[..., AbstractContextManager[Sequence[str]]]


def pytest_addoption(parser: pytest.Parser) -> None:
    choices = ("all", *ENGINES)
    parser.addoption(
        "--engine", choices=choices, default=None, help="the databases that Hookline is tested on"
    )
    parser.addini(
        "hookline_engine", "the same when --engine is not given: sqlite, postgresql or all", default="sqlite"
    )
    parser.addini(
        "hookline_plugins",
        'the plugins under test, "module:name" or a file; else those that pyproject.toml offers',
        type="args",
        default=[],
    )


def pytest_configure(config: pytest.Config) -> None:
    chosen = config.getoption("--engine") or config.getini("hookline_engine")
    if chosen not in ("all", *ENGINES):
        raise pytest.UsageError(f"hookline_engine is {chosen!r}; it can be all, {', '.join(ENGINES)}")
    # Until all is collected there is nothing to throw away, and a lot that would be looked through for it.
    gc.disable()
    never_flush()
    # Read by many, and said in one of two places.
    config.option.engine = chosen
    # A line for each request would bury what the plugin logs, for whoever asks pytest for all of it.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    config.addinivalue_line(
        "markers", "one_engine: runs on SQLite alone, as no statement in it differs between the engines"
    )


def pytest_collection_finish() -> None:
    """All that has been imported stays: the collector need not go through it again and again."""
    leave_alone(sweep=False)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """What nobody holds any more is thrown away here, and may complain; the rest ends with the process."""
    gc.enable()
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_name" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--engine")
        # Where no statement differs, one engine tells as much as both.
        enough = ENGINES[:1] if metafunc.definition.get_closest_marker("one_engine") else ENGINES
        metafunc.parametrize("engine_name", enough if chosen == "all" else (chosen,), scope="session")


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A PostgreSQL that may make databases: HOOKLINE_TEST_PG_URL, or one started here."""
    if request.config.getoption("--engine") == "sqlite":
        pytest.skip("--engine=sqlite leaves PostgreSQL out")
    if given := os.environ.get(_PG_URL):
        yield given
        return
    with serve_postgres(in_memory=True) as url:
        yield url


@pytest.fixture(scope="session")
def plugins_under_test(request: pytest.FixtureRequest) -> list[Plugin]:
    """The plugins that `crm` runs: of the setting `hookline_plugins`, else those that the pyproject.toml offers."""
    root = request.config.rootpath
    listed = request.config.getini("hookline_plugins") or offered_by(root)
    if not listed:
        pytest.fail(
            f"which plugin is tested? {root / 'pyproject.toml'} offers none under "
            '[project.entry-points."hookline.plugins"]; say hookline_plugins = "module:plugin" for pytest',
            pytrace=False,
        )
    make_importable(root)
    try:
        return import_all(listed)
    except PluginError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def hookline_templates(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str, Sequence[Plugin]], Template]]:
    """Databases in which plugins are migrated, seeds laid and people there: each made when it is asked for, once."""
    made: dict[tuple[str, ...], Template] = {}
    # Asked for here, the server outlives what is made on it: what is asked for later ends sooner.
    server = (
        "" if request.config.getoption("--engine") == "sqlite" else request.getfixturevalue("postgres_url")
    )
    with ExitStack() as stack:

        def template(engine: str, plugins: Sequence[Plugin]) -> Template:
            key = (engine, *(plugin.name for plugin in plugins))
            if key not in made:
                on, folder = server if engine == "postgresql" else "", tmp_path_factory.mktemp("hookline")
                made[key] = stack.enter_context(built(partial(_build, folder, plugins), folder, on))
            return made[key]

        yield template


@pytest.fixture
def crm(
    engine_name: str,
    plugins_under_test: list[Plugin],
    hookline_templates: Callable[[str, Sequence[Plugin]], Template],
    tmp_path: Path,
) -> Iterator[Crm]:
    """An installation with the plugins under test, of this test's own."""
    template, folder = hookline_templates(engine_name, plugins_under_test), tmp_path / "hookline"
    folder.mkdir()
    with copied(template, folder) as url, closing(Crm(url, folder, plugins_under_test)) as opened:
        yield opened


@pytest.fixture
def client(crm: Crm) -> Client:
    """A browser in which the administrator is signed in."""
    return crm.client()


@pytest.fixture
def as_user(crm: Crm) -> AsUser:
    """Sign somebody in: `as_user("seller").get("/deals")`."""
    return crm.client


@pytest.fixture
def gate(crm: Crm) -> Gate:
    """A gate with the administrator's rights; each call is a transaction of its own."""
    return crm.gate()


@pytest.fixture
def make(crm: Crm) -> Make:
    """Makes records: `make(Listing, price=1)`."""
    return crm.make


@pytest.fixture
def clock(crm: Crm) -> Clock:
    """The installation's time, which stands still until it is moved."""
    return crm.clock


@pytest.fixture
def hooks(crm: Crm) -> Hooks:
    """The calls of what the plugins under test contribute."""
    return crm.hooks


@pytest.fixture
def outbox(crm: Crm) -> Outbox:
    """Delivers events."""
    return Outbox(crm)


@pytest.fixture
def jobs(crm: Crm) -> Jobs:
    """Runs jobs."""
    return Jobs(crm)


@pytest.fixture
def assert_queries(crm: Crm) -> AssertQueries:
    """Hold a block to a number of statements: `with assert_queries(max=8): client.get("/deals")`."""

    def limit(*, max: int) -> AbstractContextManager[Sequence[str]]:
        return at_most(crm, max)

    return limit


def _build(folder: Path, plugins: Sequence[Plugin], url: str) -> None:
    with closing(Crm(url, folder, plugins)) as crm:
        settle_in(crm)
