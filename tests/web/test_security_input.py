"""What is typed stays what it was: never markup, code, a pattern, a header or a second meaning."""

import json
from email import message_from_bytes
from email.policy import default
from typing import Any, Self

import pytest
from hookline.kernel import mail
from hookline.settings import Settings
from hookline_sdk.testing.elements import read_html
from sqlalchemy import select

from tests.town import columns_of_the_core, tables_of_the_core
from tests.web.visitor import Doors

MARKUP = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'`{{7*7}}${7*7}<%=7*7%>[x](javascript:alert(1))"
)


def made(doors: Doors, name: str) -> str:
    """The address of a company of this name, made by its form."""
    answer = doors.enter("ada").post("/companies", {"name": name})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def everything_in(doors: Doors) -> dict[str, list[str]]:
    """Every row of every table of the house but when sessions were last used."""
    with doors.town.installation.database.read() as tx:
        return {
            table.name: sorted(
                repr(tuple(row)) for row in tx.run(select(*columns_of_the_core(table)), why="test")
            )
            for table in tables_of_the_core()
            if table.name != "session"
        }


def test_markup_that_is_typed_is_shown_as_it_was_typed(doors: Doors) -> None:
    v = doors.enter("ada")
    url = made(doors, MARKUP)
    v.post(f"{url}/activities/note", {"body": MARKUP})
    for path in (url, f"{url}/edit", "/companies", "/search?q=alert", f"{url}/timeline"):
        page = read_html(v.get(path).text)
        assert [tag for tag in page.select("script") if not tag.get("src")] == [], path
        assert page.select("img[src=x]") == [], path
        assert [tag for tag in page.select("*") for name in tag.attrs if name.startswith("on")] == [], path
        assert page.select("a[href^=javascript]") == [], path
    assert "{{7*7}}" in v.see(url).get_text()
    assert MARKUP in v.see(f"{url}/edit").select_one("input[name=name]")["value"]  # type: ignore[index]  # it is there


def test_no_name_breaks_out_of_json_or_a_script(doors: Doors) -> None:
    name = '</script><script>alert(1)</script>"\\,{}\u2028'.strip("\u2028")
    url = made(doors, name)
    v = doors.enter("ada")
    answer = doors.client.get(f"/api/v1{url}", headers={"cookie": f"hookline_session={v.cookie}"})
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.text)["name"] == name
    page = read_html(v.get(url).text)
    assert [tag for tag in page.select("script") if tag.text] == []


def test_what_is_sent_is_decoded_once(doors: Doors) -> None:
    v = doors.enter("ada")
    for name in ("100%25 wool", "%3Cb%3E", "&lt;b&gt; &amp;amp;", "a+b%2Bc", "\\u003cb\\u003e"):
        url = made(doors, name)
        field = v.see(f"{url}/edit").select_one("input[name=name]")
        assert field is not None
        assert field["value"] == name


def test_signs_in_a_search_mean_themselves(doors: Doors) -> None:
    v = doors.enter("ada")
    for name in ("Mill 100% wool", "Mill a_b", "Mill (a+)+$", "Mill .*", "Mill [x]", 'Mill "near" OR'):
        made(doors, name)
    names = ["Mill 100% wool", "Mill a_b", "Mill (a+)+$", "Mill .*", "Mill [x]", 'Mill "near" OR']
    for asked, wanted in (
        ("100%", names[:1]),
        ("a_b", names[1:2]),
        ("(a+)+$", names[2:3]),
        (".*", names[3:4]),
        ("[x]", names[4:5]),
    ):
        answer = v.client.get("/companies", params={"name.contains": asked}, headers=v._headers(htmx=False))
        found = [one for one in names if one in read_html(answer.text).get_text()]
        assert found == wanted, asked
    for asked in ("(a+)+$" * 20, "%", "_", "\\", "*", '"', "OR", "NEAR(", "a" * 10_000):
        assert (
            v.client.get("/search", params={"q": asked}, headers=v._headers(htmx=False)).status_code == 200
        ), asked


def test_per_cent_signs_and_braces_mean_themselves(doors: Doors) -> None:
    v = doors.enter("ada")
    for name in ("%(name)s %s %d %%", "{0} {name} {0.__class__}", "%0999999999d", "{{ csrf }}", "{% raw %}"):
        url = made(doors, name)
        assert name in v.see(url).get_text()
        page = v.walk(f"{url}/trash")
        assert name in page.get_text() or "trash" in page.get_text().lower()


def test_a_drawing_is_only_saved(doors: Doors) -> None:
    v, deal = doors.enter("boris"), f"/deals/{doors.town.ids['scanners']}"
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    sent = doors.client.post(
        f"{deal}/files", data={"_csrf": v.csrf}, files={"file": ("plan.svg", drawing, "image/svg+xml")},
        headers={"cookie": f"hookline_session={v.cookie}", "origin": "http://town.example"}, follow_redirects=False,
    )  # fmt: skip
    assert sent.status_code == 303
    link = v.see(deal).select('a[href^="/files/"][href$="/content"]')[0]
    answer = v.get(link["href"])
    assert answer.content == drawing
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_address_that_is_only_opened_writes_nothing(doors: Doors) -> None:
    """Whatever writes is a POST, PATCH, PUT or DELETE: opening every address that takes a GET changes no row."""
    from hookline.app import list_doors

    site: Any = doors.client.app.state.site
    v, deal = doors.enter("ada"), str(doors.town.ids["scanners"])
    opened = [
        d.path.replace("{id:int}", deal) for d in list_doors(site) if d.method == "GET" and not d.commits
    ]
    paths = [path for path in opened if "{" not in path]
    assert len(paths) > 100
    before = everything_in(doors)
    assert len(before) > 30
    for path in paths[::3]:
        v.get(f"{path}?name=Smuggled&delete=1&_method=DELETE&_csrf={v.csrf}")
    assert everything_in(doors) == before
    # The comparison would see a row.
    made(doors, "Seen")
    assert everything_in(doors) != before


def test_a_parameter_sent_twice_means_one_thing(doors: Doors) -> None:
    v = doors.enter("ada")
    known = {"cookie": f"hookline_session={v.cookie}", "origin": "http://town.example"}
    written = {**known, "content-type": "application/x-www-form-urlencoded"}
    answer = doors.client.post(
        f"/companies?name=Query&_csrf={v.csrf}",
        content=f"_csrf={v.csrf}&name=First&name=Second",
        headers=written,
        follow_redirects=False,
    )
    assert v.see(answer.headers["location"]).select_one("h1").get_text(strip=True).startswith("Second")  # type: ignore[union-attr]  # it is there
    # The token of the page counts in the form or in its header, not in the address.
    assert (
        doors.client.post(f"/companies?_csrf={v.csrf}", content="name=Third", headers=written).status_code
        == 403
    )
    body = b'{"name": "One", "name": "Two"}'
    api = {**known, "content-type": "application/json", "x-csrf-token": v.csrf}
    assert doors.client.post("/api/v1/companies", content=body, headers=api).status_code == 400
    assert "First" not in v.get("/companies").text


def test_no_address_or_name_adds_a_header_to_a_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []

    class Server:
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def send_message(self, message: Any) -> None:
            sent.append(message.as_bytes())

    monkeypatch.setattr(mail, "_server", lambda *_, **__: Server())
    settings = Settings(smtp_url="smtp+plain://127.0.0.1:25")
    for to in (
        "a@b.example\r\nBcc: x@evil.example",
        "a@b.example\nX: y",
        "a@b.example, x@evil.example",
        "<a@b.example>\r\n\r\nbody",
    ):
        with pytest.raises((ValueError, IndexError)):
            mail.send(settings, to, "Hello", "text", "<p>text</p>")
    with pytest.raises(ValueError, match=r"newline|linefeed|header"):
        mail.send(settings, "a@b.example", "Hello\r\nBcc: x@evil.example", "text", "<p>text</p>")
    assert sent == []
    mail.send(settings, "a@b.example", "Привет", "text\r\n.\r\nRCPT TO:<x@evil.example>", "<p>text</p>")
    letter = message_from_bytes(sent[0], policy=default)
    assert letter["To"] == "a@b.example"
    assert letter["Bcc"] is None
