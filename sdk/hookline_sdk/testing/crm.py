"""`Crm`: an installation with the plugins under test, with people in it, whose time stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final

from click.testing import CliRunner
from hookline.app import create_app
from hookline.commands.of_plugins import group_of
from hookline.crm.access.actors import load_actor
from hookline.crm.access.roles import Role
from hookline.crm.access.teams import Team
from hookline.crm.access.users import User
from hookline.crm.demo.parts import tell_parts
from hookline.crm.health.of_plugins import look_with_plugins
from hookline.crm.imports.commands import import_files
from hookline.crm.nouns import core
from hookline.crm.seeds import lay_seeds
from hookline.kernel.actor import house
from hookline.kernel.db import Database
from hookline.kernel.gate import Gate
from hookline.kernel.health import Finding
from hookline.kernel.installation import Installation
from hookline.kernel.memory import configuration_version
from hookline.kernel.migrations.migrate import migrate
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.schema import Schema
from hookline.settings import Settings
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select

from hookline_sdk.testing.client import Client, sign_in
from hookline_sdk.testing.clock import Clock
from hookline_sdk.testing.compiled import share_statements, share_templates
from hookline_sdk.testing.gates import StandingGate
from hookline_sdk.testing.making import Make
from hookline_sdk.testing.recording import Hooks, OpenHost
from hookline_sdk.testing.screens import Screen, look_at
from hookline_sdk.testing.traces import leave_notes

ORIGIN: Final = "http://crm.example"
# Who works here: the name by which a test calls them, the role, the team.
PEOPLE: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "administrator": ("Administrator", "North"),
        "head": ("Head", "North"),
        "manager": ("Manager", "North"),
        "seller": ("Seller", "North"),
        "colleague": ("Seller", "South"),
        "observer": ("Observer", ""),
    }
)


@dataclass(repr=False)
class Crm:
    """An installation under test. `people` holds the id of each person by role: `crm.people["seller"]`.

    What a plugin raises is not kept from the test, but with `strict=False`, as in production.
    """

    url: str
    folder: Path
    plugins: Sequence[Plugin] = ()
    clock: Clock = field(default_factory=Clock)
    strict: bool = True
    hooks: Hooks = field(default_factory=Hooks)
    rewire: Callable[[Contribution], Contribution] | None = None
    _open: ExitStack = field(default_factory=ExitStack, repr=False)
    _gates: list[StandingGate] = field(default_factory=list, repr=False)

    def __repr__(self) -> str:
        return f"<Hookline with {', '.join(plugin.name for plugin in self.plugins) or 'no plugins'} at {self.url}>"

    @cached_property
    def home(self) -> Installation:
        """The installation itself, for what the kit has no word for; `installation` is safer inside a test."""
        host = OpenHost(strict=self.strict)
        host.load([core, *self.plugins])
        host.rewire(self.hooks.recorded)
        if self.rewire is not None:
            host.rewire(self.rewire)
        settings = Settings(
            sms_carrier="folder",
            messenger_carrier="folder",
            database_url=self.url,
            data_dir=self.folder,
            base_url=ORIGIN,
            development=self.strict,
            developer_bar=False,
            count_statements=True,
        )
        database = Database(self.url)
        share_statements(database)
        return Installation(database, host, clock=self.clock, settings=settings)

    @property
    def installation(self) -> Installation:
        """The installation, after everything that the test's `gate` has written was committed."""
        self.settle()
        return self.home

    @cached_property
    def people(self) -> Mapping[str, int]:
        """The id of each person by the name of the role: administrator, head, manager, seller, colleague, observer."""
        with self.home.database.read() as tx:
            gate = self.home.gate(tx, house("the test kit"))
            ids = {str(email).partition("@")[0]: id for id, email in gate.rows(select(User.id, User.email))}
        return {name: ids[name] for name in PEOPLE}

    @cached_property
    def app(self) -> Litestar:
        """The whole application over the installation."""
        app = create_app(self.home.settings, self.home)
        share_templates(app)
        return app

    @cached_property
    def wire(self) -> TestClient[Litestar]:
        """Plain requests to the application, nobody signed in; `client` is more comfortable."""
        client = TestClient(self.app, base_url=ORIGIN, raise_server_exceptions=False)
        # Nothing is gained by packing and unpacking within one process.
        client.headers["accept-encoding"] = "identity"
        return self._open.enter_context(client)

    @cached_property
    def make(self) -> Make:
        """Makes records, filling in what they need."""
        return Make(self)

    def client(self, name: str = "administrator") -> Client:
        """A browser without script in which this person is signed in."""
        __tracebackhide__ = True
        cookie, csrf = sign_in(self.installation, self._id(name))
        return Client(self, name, cookie, csrf)

    def gate(self, name: str = "administrator") -> Gate:
        """A gate with this person's rights whose every call is a transaction of its own."""
        found = StandingGate(self, name)
        self._gates.append(found)
        return found.as_gate

    @contextmanager
    def writing(self, name: str = "administrator") -> Iterator[Gate]:
        """A gate with this person's rights whose transaction commits at the end of the block, as a request's does."""
        self.settle()
        with self._transaction(name) as gate:
            yield gate

    @contextmanager
    def house(self) -> Iterator[Gate]:
        """A writing gate with the house's own rights: nobody is asked whether it may."""
        with self.installation.house("a test") as gate:
            yield gate

    def screens(self, *, languages: Sequence[str] = ("en", "ru")) -> list[Screen]:
        """Render every screen of the plugins under test: without records, with the demo's, with hostile ones.

        AssertionError names every address that failed, and why.
        """
        __tracebackhide__ = True
        found = look_at(self, languages=languages)
        failed = [screen for screen in found if screen.trouble]
        assert not failed, f"{len(failed)} of {len(found)} screens failed:\n" + "\n".join(map(str, failed))
        return found

    @property
    def schema(self) -> Schema:
        """Every entity as it stands."""
        with self.installation.database.read() as tx:
            return self.home.schema(tx, configuration_version(tx))

    def tell(self) -> None:
        """Let the plugins tell their parts of the demo; the people of the story are those of the kit."""
        tell_parts(self.installation)

    def bring(self, file: Path, mapping: Path, *, dry: bool = False) -> list[str]:
        """Import a file by a mapping, as `hookline import run` does, and answer what that says; `dry` only says what would be."""
        said: list[str] = []
        import_files(
            self.installation, file, mapping, said.append, user=self._id("administrator"), dry_run=dry
        )
        return said

    def command(self, plugin: str, *words: str) -> list[str]:
        """Run a command of a plugin as `hookline <plugin> <words>` does, and answer the lines that it says."""
        __tracebackhide__ = True
        group = group_of(self.installation, plugin)
        assert group is not None, f"the plugin {plugin!r} does not run here, or it has no commands"
        done = CliRunner().invoke(group, words, standalone_mode=False, catch_exceptions=False)
        return done.stdout.splitlines()

    def health(self) -> list[Finding]:
        """What `hookline doctor` hears from the plugins' health checks."""
        return list(look_with_plugins(self.installation))

    def speak(self, language: str, name: str = "administrator") -> None:
        """Show a person the pages in this language, "en" or "ru"."""
        with self.house() as gate:
            gate.update(User, self._id(name), {"language": language})

    def settle(self) -> None:
        """Commit what the gates of the test have left open."""
        for gate in self._gates:
            gate.settle()

    def close(self) -> None:
        """Give everything back."""
        self.settle()
        leave_notes(self)
        self._open.close()
        self.home.database.close()

    @contextmanager
    def _transaction(self, name: str) -> Iterator[Gate]:
        who = self._id(name)
        with self.home.database.write(durable=False) as tx:
            version = configuration_version(tx)
            actor = load_actor(tx, self.home.memory, version, who, self.clock())
            assert actor is not None, f"{name} may not work here any more"
            yield self.home.gate(tx, actor, version=version)

    def _id(self, name: str) -> int:
        __tracebackhide__ = True
        assert name in self.people, f"there is nobody called {name!r}; there are {', '.join(self.people)}"
        return self.people[name]


def settle_in(crm: Crm) -> None:
    """Migrate an empty database, lay the seeds, and let people move in."""
    migrate(crm.home.database, crm.home.host)
    lay_seeds(crm.home)
    with crm.home.house("the test kit") as gate:
        _people(gate)


def _people(gate: Gate) -> None:
    north = gate.create(Team, {"name": "North"})
    teams = {"North": north, "South": gate.create(Team, {"name": "South", "parent": north})}
    roles = {name: id for id, name in gate.rows(select(Role.id, Role.name))}
    for name, (role, team) in PEOPLE.items():
        email = f"{name}@{ORIGIN.partition('//')[2]}"
        values = {"name": name.capitalize(), "email": email, "team": teams.get(team), "roles": (roles[role],)}
        gate.create(User, values)
    gate.configured()
