"""How an application to measure is described: how to fill, start and enter it, which requests to time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bench.client import Client
from bench.seed import Seed

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Case:
    """One timed request; `body` gets a number never used before, so that every created record is a new one.

    `proof` must stand in the answer, at least `proof_count` times.
    """

    id: str
    path: str
    proof: str
    proof_count: int = 1
    method: str = "GET"
    body: Callable[[int], bytes] | None = None
    content_type: str = FORM
    status: int = 200


@dataclass(frozen=True)
class Target:
    """A running application with a signed-in user.

    `headers` carry the session: cookies, and a CSRF token where one is needed. `statements_header` names the
    answer header that counts a request's SQL statements, if there is one. `import_contacts` uploads a CSV
    file of contacts, returns when all rows are in, and raises when they are not. `measure_rules` gives the ms of
    a page by what its reader may see, where the application knows rights; nothing is measured after it.
    """

    base_url: str
    cases: tuple[Case, ...]
    import_contacts: Callable[[Client, bytes], None]
    headers: Mapping[str, str] = field(default_factory=dict)
    statements_header: str | None = None
    measure_rules: Callable[[], Mapping[str, float]] | None = None


@dataclass(frozen=True)
class Command:
    """A program that serves on a port, with additions to the environment; `ready_path` answers below 400."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    ready_path: str


class Application(Protocol):
    name: str

    def load(self, url: str, seed: Seed) -> None:
        """Create the schema in the empty database behind the SQLAlchemy URL and fill it."""
        ...

    def command(self, url: str, port: int) -> Command: ...

    def target(self, base_url: str, seed: Seed) -> Target:
        """Sign in as an ordinary user and say what to measure."""
        ...
