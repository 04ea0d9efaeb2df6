"""Somebody at the doors: a browser without script, signed in as one of the town's people."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from hookline.app import create_app
from hookline.crm.sign_in.sessions import find_session, open_session
from hookline.settings import Settings
from hookline.web.guard import COOKIE
from hookline_sdk.testing.compiled import share_templates
from hookline_sdk.testing.elements import Element, read_html
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from tests.town import NOW, Town

ORIGIN = "http://town.example"
Form = Mapping[str, str | Sequence[str]]


@dataclass
class Visitor:
    """One signed-in person. Answers are not followed; `see` reads a page, `walk` goes where a form's answer leads."""

    client: TestClient[Litestar]
    cookie: str
    csrf: str

    def get(self, path: str, *, htmx: bool = False) -> Response:
        """Ask for a page; with `htmx` for its block."""
        return self.client.get(path, headers=self._headers(htmx), follow_redirects=False)

    def post(self, path: str, form: Form | None = None, *, htmx: bool = False) -> Response:
        """Send a form, with the page's token."""
        body = urlencode({"_csrf": self.csrf, **(form or {})}, doseq=True)
        headers = {
            **self._headers(htmx),
            "content-type": "application/x-www-form-urlencoded",
            "origin": ORIGIN,
        }
        return self.client.post(path, content=body, headers=headers, follow_redirects=False)

    def see(self, path: str, *, status: int = 200) -> Element:
        """A page that must come with this status, read."""
        answer = self.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code} {words(answer.text)[-300:]}"
        return read_html(answer.text)

    def walk(self, path: str, form: Form | None = None) -> Element:
        """Send a form that must lead on, and read the page it leads to, with the sentence it shows there."""
        answer = self.post(path, form)
        assert answer.status_code == 303, f"{path}: {answer.status_code} {words(answer.text)[-300:]}"
        carried = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
        followed = self.client.get(
            answer.headers["location"],
            headers={"cookie": f"{COOKIE}={self.cookie}; {carried}"},
            follow_redirects=False,
        )
        self.client.cookies.clear()
        assert followed.status_code == 200, followed.text
        return read_html(followed.text)

    def statements(self, path: str) -> int:
        """How many SQL statements a page costs when what rarely changes is remembered."""
        self.get(path)
        return int(self.get(path).headers["x-statements"])

    def _headers(self, htmx: bool) -> dict[str, str]:
        self.client.cookies.clear()
        return {"cookie": f"{COOKIE}={self.cookie}", **({"hx-request": "true"} if htmx else {})}


@dataclass
class Doors:
    """The town's doors while they are open."""

    town: Town
    client: TestClient[Litestar]

    def enter(self, name: str) -> Visitor:
        """Sign one of the people in."""
        with self.town.installation.database.write() as tx:
            cookie = open_session(tx, self.town.ids[name], NOW, address="127.0.0.1", agent="test")
            found = find_session(tx, cookie, NOW)
        assert found is not None
        return Visitor(self.client, cookie, found.csrf)


@contextmanager
def open_doors(town: Town, folder: Path, *, bar: bool = False, watches: bool = False) -> Iterator[Doors]:
    """The whole application over a town; answers carry the number of their statements, pages perhaps the developer bar.

    With `watches` somebody looks after what hangs, as where it is served in earnest.
    """
    settings = Settings(
        database_url=town.installation.database.url,
        development=True,
        data_dir=folder,
        base_url=ORIGIN,
        developer_bar=bar,
    )
    town.installation.settings = settings
    app = create_app(settings, town.installation, watches=watches)
    share_templates(app)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
        # Nothing is gained by packing and unpacking within one process; who asks for it is still answered so.
        client.headers["accept-encoding"] = "identity"
        yield Doors(town, client)


def words(html: str) -> str:
    """The text of a page, in one line."""
    return " ".join(read_html(html).get_text(" ").split())
