"""Somebody who speaks to the API: one of the town's people with a token."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hookline.app import create_app
from hookline.crm.sign_in.sessions import make_token
from hookline.settings import Settings
from hookline_sdk.testing.compiled import share_templates
from httpx import Response
from litestar.testing import TestClient

from tests.town import NOW, Town

ORIGIN = "http://town.example"
BASE = "/api/v1"


@dataclass
class Caller:
    """One person's requests, with that person's token."""

    client: TestClient[Any]
    token: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Response:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, body: object = None, **headers: str) -> Response:
        return self.ask("POST", path, body, headers)

    def patch(self, path: str, body: object, **headers: str) -> Response:
        return self.ask("PATCH", path, body, headers)

    def delete(self, path: str, **headers: str) -> Response:
        return self.ask("DELETE", path, None, headers)

    def ask(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> Response:
        """A request under /api/v1; names of headers may be written with underscores."""
        sent = {"authorization": f"Bearer {self.token}", **self.headers}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        address = path if path.startswith("/api") or path == "/openapi.json" else BASE + path
        self.client.cookies.clear()
        if isinstance(body, bytes):
            return self.client.request(
                method, address, content=body, headers={"content-type": "application/json", **sent}
            )
        return (
            self.client.request(method, address, json=body, headers=sent)
            if body is not None
            else self.client.request(method, address, headers=sent)
        )

    def make(self, path: str, **values: object) -> dict[str, Any]:
        """A new record, which must come about."""
        answer = self.post(path, values)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found


@dataclass
class Api:
    """The town's API while it is open."""

    town: Town
    client: TestClient[Any]

    def caller(self, name: str, scope: str = "write") -> Caller:
        """One of the people, with a new token."""
        with self.town.installation.database.write() as tx:
            return Caller(self.client, make_token(tx, self.town.ids[name], "test", scope, NOW))


@contextmanager
def open_api(town: Town, folder: Path) -> Iterator[Api]:
    """The whole application over a town."""
    settings = Settings(
        database_url=town.installation.database.url,
        development=True,
        data_dir=folder,
        base_url=ORIGIN,
        developer_bar=False,
    )
    app = create_app(settings, town.installation)
    share_templates(app)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
        yield Api(town, client)
