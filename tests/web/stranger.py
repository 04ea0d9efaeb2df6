"""Somebody at the door with a browser that keeps cookies and sends forms as they stand on the page it saw last."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hookline.web.guard import COOKIE
from hookline_sdk.testing.elements import read_html
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from tests.town import PASSWORD
from tests.web.visitor import ORIGIN


@dataclass
class Stranger:
    """A browser. `address` would be the client's; the test client has one for all."""

    client: TestClient[Litestar]
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def get(self, path: str, **headers: str) -> Response:
        return self._keep(self.client.get(path, headers={**self._sent(), **headers}, follow_redirects=False))

    def post(self, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Response:
        sent = {"_csrf": self.csrf, **(form or {})}
        headers = {**self._sent(), "origin": ORIGIN, **headers}
        return self._keep(self.client.post(path, data=sent, headers=headers, follow_redirects=False))

    def sign_in(self, name: str, password: str = PASSWORD, *, then: str = "/") -> Response:
        return self.post("/sign-in", {"email": f"{name}@town.example", "password": password, "next": then})

    def is_in(self) -> bool:
        return COOKIE in self.cookies and self.get("/me").status_code in (200, 303) and bool(self.csrf)

    def forget(self) -> None:
        self.cookies.clear()
        self.csrf = ""

    def _sent(self) -> dict[str, str]:
        self.client.cookies.clear()
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _keep(self, answer: Response) -> Response:
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        # A cookie that is taken away comes with an age of nothing, which the client drops by itself.
        for line in answer.headers.get_list("set-cookie"):
            if "max-age=0" in line.lower():
                self.cookies.pop(line.partition("=")[0], None)
        if answer.headers.get("content-type", "").startswith("text/html") and answer.text:
            self.csrf = read_html(answer.text).one("body").get("data-csrf", self.csrf)
        return answer
