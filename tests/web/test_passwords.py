"""Forgotten passwords and one-use links: what a stranger learns, what a link opens, and letters through a real mail server."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from hookline.crm.access.users import User
from hookline.crm.sign_in.accounts import invitation
from hookline.crm.sign_in.credentials import set_password
from hookline.crm.sign_in.links import Purpose, make_link, one_use_link
from hookline.kernel.background.jobs import JobState, list_jobs
from hookline.kernel.background.runs import run_next
from hookline.web.guard import COOKIE
from sqlalchemy import select

from tests.town import NOW, PASSWORD
from tests.web.stranger import Stranger
from tests.web.visitor import ORIGIN, Doors, words

# Accounts and credentials are tried on both engines in tests/crm.
pytestmark = pytest.mark.one_engine

NEW = "the miller's own words"


@dataclass
class Post:
    """A mail server and what it took. While `broken` it takes nothing."""

    port: int = 0
    broken: bool = False
    taken: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        if self.broken:
            return "451 come back later"
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 taken"


@contextmanager
def serve_post() -> Iterator[Post]:
    post = Post()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        post.port = free.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


@pytest.fixture
def post(doors: Doors) -> Iterator[Post]:
    """The town with a mail server."""
    with serve_post() as post:
        site = doors.client.app.state.site
        site.settings = replace(
            site.settings,
            smtp_url=f"smtp+plain://127.0.0.1:{post.port}",
            mail_from="The Town <post@town.example>",
        )
        doors.town.installation.settings = site.settings
        yield post


def at(doors: Doors, seconds: float) -> None:
    later = NOW + timedelta(seconds=seconds)
    doors.town.installation.clock = lambda: later


def work(doors: Doors) -> None:
    while run_next(doors.town.installation, lambda _tx, _user: None, "worker", threading.Event()):
        pass


def link_in(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(rf"{re.escape(ORIGIN)}(/password/\S+)", body.get_content())
    assert found is not None
    return found[1]


def ask(doors: Doors, email: str, **headers: str) -> Any:
    return Stranger(doors.client).post("/sign-in/forgotten", {"email": email}, **headers)


def made(doors: Doors, name: str = "boris", purpose: Purpose = Purpose.reset) -> str:
    with doors.town.installation.database.write() as tx:
        return f"/password/{make_link(tx, doors.town.ids[name], purpose, doors.town.installation.clock())}"


def choose(doors: Doors, path: str, password: str = NEW, again: str | None = None) -> Any:
    return Stranger(doors.client).post(
        path, {"password": password, "again": password if again is None else again}
    )


def test_a_forgotten_password_is_replaced_by_a_link_that_comes_by_mail(doors: Doors, post: Post) -> None:
    elsewhere = doors.enter("boris")
    assert "is on its way" in words(ask(doors, " Boris@Town.example ").text)
    work(doors)
    (message,) = post.taken
    assert (message["To"], message["From"]) == ("boris@town.example", "The Town <post@town.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    html = message.get_body(("html",))
    assert html is not None
    path = link_in(message)
    assert path in html.get_content()
    visitor = Stranger(doors.client)
    assert visitor.get(path).status_code == 200
    assert visitor.get(path).status_code == 200, "looking does not use it up: mail programs look too"
    assert visitor.post(path, {"password": NEW, "again": NEW}).headers["location"] == "/sign-in"
    assert COOKIE not in visitor.cookies, (
        "whoever has the link still signs in, with a second step where there is one"
    )
    assert visitor.get(path).status_code == 404
    assert elsewhere.get("/me").status_code == 303
    assert doors.town.signs_in("boris@town.example", PASSWORD) is None
    assert doors.town.signs_in("boris@town.example", NEW) == doors.town.ids["boris"]


def test_nobody_learns_whether_there_is_such_an_account(doors: Doors, post: Post) -> None:
    with doors.town.house() as gate:
        gate.update(User, doors.town.ids["clara"], {"active": False})
    answers, costs = set(), set()
    ask(doors, "first@town.example")  # what rarely changes is remembered from here on
    for email in ("boris@town.example", "nobody@town.example", "clara@town.example", "not an address", ""):
        answer = ask(doors, email)
        answers.add((answer.status_code, words(answer.text)))
        costs.add(answer.headers["x-statements"])
    assert len(answers) == len(costs) == 1
    work(doors)
    assert [message["To"] for message in post.taken] == ["boris@town.example"]


def test_one_address_is_not_flooded_with_letters(doors: Doors, post: Post) -> None:
    for email in ("boris@town.example", "nobody@town.example"):
        assert [ask(doors, email).status_code for _ in range(4)] == [200, 200, 200, 429]
    work(doors)
    paths = [link_in(message) for message in post.taken]
    assert len(paths) == 3
    assert [Stranger(doors.client).get(path).status_code for path in paths] == [404, 404, 200], (
        "the last one holds"
    )


def test_links_lead_to_the_configured_host_whichever_one_was_named(doors: Doors, post: Post) -> None:
    for headers in (
        {"host": "evil.example"}, {"x-forwarded-host": "evil.example"}, {"forwarded": "host=evil.example"},
    ):  # fmt: skip
        ask(doors, "boris@town.example", **headers)
    work(doors)
    assert post.taken
    for message in post.taken:
        assert "evil" not in message.as_string()
        assert link_in(message)


def test_letters_are_in_the_persons_language_and_names_break_nothing(doors: Doors, post: Post) -> None:
    with doors.town.house() as gate:
        gate.update(User, doors.town.ids["boris"], {"language": "ru", "name": "<b>Борис</b> %(house)s"})
    ask(doors, "boris@town.example", **{"accept-language": "en"})
    work(doors)
    (message,) = post.taken
    assert message["Subject"] == "Новый пароль для Hookline"
    html = message.get_body(("html",))
    assert html is not None
    assert "&lt;b&gt;Борис&lt;/b&gt; %(house)s" in html.get_content()


def test_a_mail_server_that_is_down_holds_nobody_up_and_is_tried_again(doors: Doors, post: Post) -> None:
    post.broken = True
    assert ask(doors, "boris@town.example").status_code == 200
    work(doors)
    assert post.taken == []
    post.broken = False
    at(doors, 60)
    work(doors)
    assert len(post.taken) == 1
    assert Stranger(doors.client).get(link_in(post.taken[0])).status_code == 200


def test_a_letter_that_could_not_be_sent_in_time_is_not_sent_any_more(doors: Doors, post: Post) -> None:
    ask(doors, "boris@town.example")
    at(doors, 30 * 60)
    work(doors)
    assert post.taken == []
    with doors.town.installation.database.read() as tx:
        assert [job.state for job in list_jobs(tx, name="core.send_link")] == [JobState.done]


def test_no_secret_lies_in_the_database(doors: Doors, post: Post) -> None:
    ask(doors, "boris@town.example")
    work(doors)
    secret = link_in(post.taken[0]).removeprefix("/password/")
    with doors.town.installation.database.read() as tx:
        assert not any(secret in str(row) for row in tx.run(select(one_use_link), why="test"))
        assert not any(secret in str(job) for job in list_jobs(tx))


def test_a_link_ends_by_time_by_another_password_and_with_the_account(doors: Doors) -> None:
    late = made(doors)
    at(doors, 30 * 60)
    assert choose(doors, late).status_code == 404
    at(doors, 0)
    changed = made(doors)
    with doors.town.installation.database.write() as tx:
        set_password(tx, doors.town.ids["boris"], "another one by the mill", NOW)
    assert choose(doors, changed).status_code == 404
    gone = made(doors, "clara")
    with doors.town.as_("ada") as gate:
        gate.update(User, doors.town.ids["clara"], {"active": False})
    assert choose(doors, gone).status_code == 404
    moved = made(doors)
    with doors.town.as_("ada") as gate:
        gate.update(User, doors.town.ids["boris"], {"email": "boris2@town.example"})
    assert choose(doors, moved).status_code == 404
    assert doors.town.signs_in("boris2@town.example", NEW) is None


def test_a_bad_password_does_not_use_the_link_up(doors: Doors) -> None:
    path = made(doors)
    for password, again in (("short", None), (NEW, NEW + "!"), ("boris@town.example", None), ("", None)):
        assert choose(doors, path, password, again).status_code == 422
    assert choose(doors, path).status_code == 303


def test_of_two_who_use_a_link_at_once_one_gets_it(doors: Doors) -> None:
    path = made(doors)
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(choose(doors, path, f"{NEW} {n}").status_code))
        for n in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 404]


def test_a_made_up_link_costs_no_hashing_and_tells_nothing(doors: Doors) -> None:
    for path in ("/password/x", f"/password/{'x' * 5000}", "/password/%00"):
        assert Stranger(doors.client).get(path).status_code == 404
        assert choose(doors, path).status_code == 404


def test_an_entry_signs_in_without_a_password_and_asks_for_none(doors: Doors) -> None:
    with doors.town.house() as gate:
        path = f"/password/{invitation(gate, doors.town.ids['boris'], Purpose.entry)}"
    visitor = Stranger(doors.client)
    assert "New password" not in words(visitor.get(path).text)
    assert visitor.post(path, {"password": NEW, "again": NEW}).headers["location"] == "/"
    assert visitor.is_in()
    assert doors.town.signs_in("boris@town.example", PASSWORD) == doors.town.ids["boris"], (
        "it changed no password"
    )
    assert Stranger(doors.client).post(path).status_code == 404


def test_without_a_mail_server_the_page_says_whom_to_ask(doors: Doors) -> None:
    page = Stranger(doors.client).get("/sign-in/forgotten")
    assert "Ask an administrator" in words(page.text)
    assert ask(doors, "boris@town.example").status_code == 404


def test_a_new_person_is_invited_by_mail(doors: Doors, post: Post) -> None:
    ada = doors.enter("ada")
    form = {"name": "Nina", "email": "nina@town.example", "language": "ru", "time_zone": "UTC", "by": "mail"}
    page = ada.walk("/settings/users", form)
    assert "is on its way" in words(str(page))
    assert page.select("pre.code") == [], "the administrator does not see it"
    work(doors)
    (message,) = post.taken
    assert message["Subject"] == "Ваша учётная запись в Hookline"
    at(doors, 23 * 3600)
    assert choose(doors, link_in(message)).status_code == 303
    assert doors.town.signs_in("nina@town.example", NEW) is not None
