"""What any test may ask for: a fresh database on each engine, a browser, the accessibility checker.

The engines themselves, and the option --engine, come from the test kit of the SDK.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from argon2 import PasswordHasher
from hookline.crm.nouns import core
from hookline.crm.sign_in import credentials
from hookline.kernel.db import Database
from hookline.kernel.migrations.migrate import migrate
from hookline.kernel.plugins.host import PluginHost
from hookline_sdk.testing.databases import name_in, postgres_database, sealed
from hypothesis import settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests.town import Town, build_town, open_town

ROOT = Path(__file__).resolve().parent.parent
# What it may be called, that without windows first: it does the same with a fifth less work.
CHROMIUMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# Root has no sandbox; the other switches keep Chromium from calling home.
CHROMIUM_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Where this process may run, before it keeps to one core.
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []

# As in pyproject.toml.
LEAN = "-p no:faker -p no:schemathesis"

# Whose tests take a quarter of a minute and more each.
LONG = (
    "tests/access/test_oracle.py",
    "tests/browser/test_every_page.py",
    "tests/browser/test_hostile.py",
    "tests/life/test_life.py",
    "tests/plugins/test_bundled.py",
    "tests/sdk/test_check.py",
)

# A busy machine is no failure. In CI hypothesis adds its own: the same examples in each run.
settings.register_profile("patient", settings(), deadline=None)
settings.load_profile("patient")


class Settled(NamedTuple):
    """Where a town was built, a file or the name of a database, and the numbers of its records."""

    place: str
    ids: dict[str, int]


def mypy_cache(options: str) -> Path:
    """Where mypy keeps what it knows under some options: for this process of the tests, and for the next time."""
    return ROOT / ".mypy_cache" / "tests" / os.environ.get("PYTEST_XDIST_WORKER", "alone") / options


def prepare_template(url: str) -> None:
    """Migrate the empty database at `url`, from which `migrated_url` starts; runs once per engine."""
    database, host = Database(url), PluginHost(strict=True)
    host.load([core])
    migrate(database, host)
    database.close()


def pytest_configure() -> None:
    """Each process that shares the tests keeps to a core, with its database: to wake a thread on another takes much longer."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker and CORES:
        os.sched_setaffinity(0, {CORES[int(worker.removeprefix("gw")) % len(CORES)]})


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: while Playwright runs, its event loop forbids others in this thread.

    Right before them those of access, whose plugins stay on the nouns of the process that declared them. What takes long
    begins first of its kind: the processes that share the tests end together then.
    """
    items.sort(
        key=lambda item: (
            item.get_closest_marker("browser") is not None,
            item.nodeid.startswith("tests/access/"),
            not item.nodeid.startswith(LONG),
        )
    )


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Cheaper hashes of passwords than in earnest, whose parameters are asserted in tests/crm/test_credentials.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def lean_pytest() -> Iterator[None]:
    """Whoever starts pytest from a test starts it as this one: without plugins that nobody uses and that take a second to load."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_ADDOPTS", LEAN)
        yield


@pytest.fixture
def every_core() -> Iterator[None]:
    """For what is to happen at the same moment: what the test starts may run on every core."""
    if not CORES:
        yield
        return
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, CORES)
    yield
    os.sched_setaffinity(0, own)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of the test's own; the test runs once on each engine."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: str = request.getfixturevalue("postgres_url")
    with postgres_database(server, template="template0") as url:
        yield url


@pytest.fixture
def migrated_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """As `database_url`, after all migrations: a copy of one template made per session."""
    if engine_name == "sqlite":
        copy = tmp_path / "migrated.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), copy)
        yield f"sqlite:///{copy}"
        return
    server: str = request.getfixturevalue("postgres_url")
    with postgres_database(server, template=request.getfixturevalue("postgres_template")) as url:
        yield url


@pytest.fixture
def town(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """The town of `tests.town`, on each engine: a copy of one that is built once per session."""
    with copied(request.getfixturevalue("settled_town"), engine_name, request, tmp_path) as (url, ids):
        yield from opened(open_town(url), ids)


@pytest.fixture(scope="session")
def settled_town(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settled]:
    """A database in which the town has been built, that nobody is connected to."""
    yield from settled(build_town, engine_name, request, tmp_path_factory.mktemp("town"))


def settled(
    build: Callable[[str], Town], engine_name: str, request: pytest.FixtureRequest, folder: Path
) -> Iterator[Settled]:
    """A migrated database in which a town has been built, for tests to start from a copy of it."""
    if engine_name == "sqlite":
        path = folder / "town.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        ids = _settle(build, f"sqlite:///{path}")
        yield Settled(sealed(path).place, ids)
        return
    with postgres_database(
        request.getfixturevalue("postgres_url"), template=request.getfixturevalue("postgres_template")
    ) as url:
        ids = _settle(build, url)
        yield Settled(name_in(url), ids)


@contextmanager
def copied(
    settled: Settled, engine_name: str, request: pytest.FixtureRequest, folder: Path
) -> Iterator[tuple[str, dict[str, int]]]:
    """The URL of a copy, and the numbers of the records in it."""
    if engine_name == "sqlite":
        copy = folder / "town.db"
        shutil.copyfile(settled.place, copy)
        yield f"sqlite:///{copy}", settled.ids
        return
    with postgres_database(request.getfixturevalue("postgres_url"), template=settled.place) as url:
        yield url, settled.ids


def opened(town: Town, ids: dict[str, int]) -> Iterator[Town]:
    """A town that knows its records and is closed in the end."""
    town.ids.update(ids)
    yield town
    town.installation.database.close()


def _settle(build: Callable[[str], Town], url: str) -> dict[str, int]:
    built = build(url)
    built.installation.database.close()
    return built.ids


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that nobody has open and that has no log beside it."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    prepare_template(f"sqlite:///{path}")
    return Path(sealed(path).place)


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """The name of a migrated PostgreSQL database that nobody is connected to."""
    with postgres_database(postgres_url, template="template0") as url:
        prepare_template(url)
        yield name_in(url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium shared by the session; a test opens its own `browser.new_context()`, or takes `page`.

    It is of many processes, and so are the tests from here on.
    """
    if CORES:
        os.sched_setaffinity(0, CORES)
    program = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if program is None:
        pytest.fail('Browser tests need the program `chromium`; leave them out with -m "not browser".')
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=CHROMIUM_SWITCHES)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with cookies of its own."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture(scope="session")
def axe_script() -> str:
    """The accessibility checker, to be given to `page.evaluate`, which the page's CSP does not touch."""
    return (ROOT / "core/node_modules/axe-core/axe.min.js").read_text("utf-8")
