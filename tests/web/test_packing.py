"""Pages go out compressed, except where another site asked for them."""

from typing import Any

import pytest
from hookline.settings import Settings
from hookline.web.packing import pack
from litestar import Request, Response

from tests.web.visitor import Doors

pytestmark = pytest.mark.one_engine
LONG = b"many words " * 200


def packed(base_url: str, content: bytes = LONG, media_type: str = "text/html", **headers: str) -> bool:
    """Whether an answer to a request with these headers is compressed."""
    sent = {"accept_encoding": "gzip, br", "cookie": "hookline_session=x", **headers}
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items() if value]
    request = Request[Any, Any, Any]({"type": "http", "headers": pairs})  # type: ignore[arg-type]  # all that is looked at
    response = Response(content, media_type=media_type)
    pack(Settings(base_url=base_url), request, response)
    return response.headers.get("Content-Encoding") == "gzip"


def test_a_page_is_a_fraction_of_its_length_and_reads_the_same(doors: Doors) -> None:
    ada = doors.enter("ada")
    plain = doors.client.get("/", headers={**ada._headers(htmx=False), "accept-encoding": "identity"})
    zipped = doors.client.get("/", headers={**ada._headers(htmx=False), "accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert int(zipped.headers["content-length"]) * 3 < int(plain.headers["content-length"])
    assert zipped.text == plain.text
    assert "Accept-Encoding" in plain.headers["vary"]


@pytest.mark.parametrize("base_url", ["http://crm.example", "https://crm.example"])
@pytest.mark.parametrize(
    ("site", "is_packed"),
    [("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False)],
)
def test_what_another_site_asked_for_has_the_length_it_has(base_url: str, site: str, is_packed: bool) -> None:
    assert packed(base_url, sec_fetch_site=site) is is_packed


def test_where_nobody_says_who_asked_only_what_is_encrypted_and_somebodys_stays_as_it_is() -> None:
    assert packed("http://crm.example")
    assert not packed("https://crm.example")
    assert packed("https://crm.example", cookie="")


def test_only_long_texts_are_packed_and_only_for_those_who_can_read_them() -> None:
    assert packed("http://crm.example", media_type="application/json")
    assert not packed("http://crm.example", media_type="application/zip")
    assert not packed("http://crm.example", b"short")
    assert not packed("http://crm.example", accept_encoding="br")
