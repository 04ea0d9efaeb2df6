"""`Client`: a browser without script for tests, signed in, that knows what htmx asks for and answers with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import urlencode, urljoin

from hookline.crm.sign_in.sessions import find_session, open_session
from hookline.web.guard import COOKIE
from httpx import Response

from hookline_sdk.testing.pages import Form, Page

if TYPE_CHECKING:
    from hookline.kernel.installation import Installation

    from hookline_sdk.testing.crm import Crm

Values: TypeAlias = Mapping[str, str | Sequence[str]]
_MOST_REDIRECTS: Final = 5
_SESSION: Final = timedelta(days=1)


def sign_in(home: Installation, user: int) -> tuple[str, str]:
    """A session of this person: the cookie's value, and the token that every form carries."""
    with home.database.write(durable=False) as tx:
        cookie = open_session(tx, user, home.clock(), address="127.0.0.1", agent="hookline_sdk.testing")
        found = find_session(tx, cookie, home.clock())
    assert found is not None, "a session that was just opened holds"
    return cookie, found.csrf


@dataclass
class Client:
    """One signed-in person. `page` is the last page; `fragment` and `form` look into it.

    `client.get("/deals")` follows redirects and fails the test, saying why, when the answer is not what it should be.
    """

    crm: Crm = field(repr=False)
    name: str
    cookie: str = field(repr=False)
    csrf: str = field(repr=False)
    _cookies: dict[str, str] = field(default_factory=dict, repr=False)
    _page: Page | None = field(default=None, repr=False)
    _since: datetime = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._since = self.crm.clock()

    @property
    def page(self) -> Page:
        """The page that came last."""
        assert self._page is not None, "no page has been asked for yet: client.get(path) first"
        return self._page

    def get(self, path: str, *, status: int = 200, htmx: bool = False) -> Page:
        """Ask for a page, which must come with this status. With `htmx`, for what a script on the page would get."""
        __tracebackhide__ = True
        found = self._walk(self.request("GET", path, htmx=htmx), status)
        if not htmx:
            self._page = found
        return found

    def post(self, path: str, values: Values | None = None, *, status: int = 200, htmx: bool = False) -> Page:
        """Send a form by hand, with the token that it needs; `form(...).submit()` sends the one that is on the page."""
        __tracebackhide__ = True
        found = self._walk(self.request("POST", path, values, htmx=htmx), status)
        self._page = found
        return found

    def upload(
        self, path: str, name: str, content: bytes, values: Values | None = None, *, status: int = 200
    ) -> Page:
        """Send a file by the form that stands at this address: `upload("/imports", "flats.xml", content, {"entity": ...})`."""
        __tracebackhide__ = True
        data = {"_csrf": self.csrf, **(values or {})}
        answer = self._send("POST", path, self._posting(), data=data, files={"file": (name, content)})
        found = self._page = self._walk(answer, status)
        return found

    def fragment(self, selector: str) -> Page:
        """The part of the last page that a CSS selector names, with what it loads by itself after the page (hx-get)."""
        return self.page.fragment(selector)

    def form(self, selector: str = "") -> Form:
        """The form of the last page that a CSS selector names; without one, the only one in the page's own part."""
        return self.page.form(selector)

    def json(self, method: str, path: str, body: object = None, *, status: int = 200) -> object:
        """Ask the API, as this person."""
        __tracebackhide__ = True
        answer = self._send_json(method, path, body)
        self._check(answer, path, status)
        return answer.json() if answer.content else None

    def json_status(self, method: str, path: str, body: object = None) -> int:
        """With which status the API answers."""
        return self._send_json(method, path, body).status_code

    def request(
        self, method: str, path: str, values: Values | None = None, *, htmx: bool = False
    ) -> Response:
        """The bare answer to one request; redirects are not followed and nothing is asserted."""
        asked = {"hx-request": "true"} if htmx else {}
        if method == "GET":
            return self._send(method, path, {**self._headers(), **asked})
        headers = {**self._posting(), **asked, "content-type": "application/x-www-form-urlencoded"}
        content = urlencode({"_csrf": self.csrf, **(values or {})}, doseq=True)
        return self._send(method, path, headers, content=content)

    def _send(self, method: str, path: str, headers: dict[str, str], **body: Any) -> Response:
        self.crm.settle()
        wire = self.crm.wire
        wire.cookies.clear()
        answer = wire.request(method, path, headers=headers, **body, follow_redirects=False)
        self._cookies.update(answer.cookies)
        wire.cookies.clear()
        return answer

    def _send_json(self, method: str, path: str, body: object) -> Response:
        headers = {**self._posting(), "content-type": "application/json", "x-csrf-token": self.csrf}
        return self._send(method, path, headers, content=None if body is None else json.dumps(body))

    def _posting(self) -> dict[str, str]:
        """What a browser says of itself when it sends something."""
        return {**self._headers(), "origin": str(self.crm.wire.base_url).rstrip("/")}

    def _headers(self) -> dict[str, str]:
        self._renew()
        held = {**self._cookies, COOKIE: self.cookie}
        return {"cookie": "; ".join(f"{name}={value}" for name, value in held.items())}

    def _renew(self) -> None:
        """A session ends when nobody uses it; a test may let a year pass."""
        now = self.crm.clock()
        if abs(now - self._since) > _SESSION:
            self.cookie, self.csrf = sign_in(self.crm.installation, self.crm.people[self.name])
            self._since = now

    def _walk(self, answer: Response, status: int) -> Page:
        """Where an answer leads; what it says must have this status."""
        __tracebackhide__ = True
        for _ in range(_MOST_REDIRECTS):
            target = answer.headers.get("hx-redirect") or answer.headers.get("location")
            if not target or status == answer.status_code != 200:
                break
            answer = self.request("GET", urljoin(str(answer.request.url.raw_path, "ascii"), target))
        path = str(answer.request.url.raw_path, "ascii")
        self._check(answer, path, status)
        return Page(self, path, answer.status_code, answer.text, answer)

    def _check(self, answer: Response, path: str, status: int) -> None:
        __tracebackhide__ = True
        if answer.status_code == status:
            return
        said = Page(self, path, answer.status_code, answer.text, answer)
        told = "\n".join(
            f"the plugin {failure.plugin} failed in {failure.place}:\n{failure.error}"
            for failure in list(self.crm.home.host.failures)[-1:]
            if answer.status_code >= 500 or failure.reference in answer.text
        )
        why = f"{answer.request.method} {path} as {self.name}: {answer.status_code} instead of {status}"
        raise AssertionError("\n".join(filter(None, (why, *said.complaints(), said.shown(600), told))))
