"""`Visit`: one request being answered: who asks, what was sent, and how the answer is made."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from threading import get_ident
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.datastructures import Cookie, FormMultiDict, UploadFile
from litestar.response import Stream

from hookline.crm.access.actors import Directory, Person, directory
from hookline.crm.desks.arrangements import read_arrangement
from hookline.crm.desks.beginnings import Desk, read_desk
from hookline.crm.pipelines import Pipelines, spoken_pipelines
from hookline.crm.settings import setting
from hookline.crm.showing import written
from hookline.crm.sign_in.sessions import SignedIn
from hookline.errors import NotFound, Text
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Catalog
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Reader
from hookline.kernel.kinds.keys import is_id
from hookline.kernel.plugins.contributions import Contribution
from hookline.web import flashes
from hookline.web.addresses import own_address
from hookline.web.formats import Format
from hookline.web.pages import TOKEN_HERE
from hookline.web.site import Site
from hookline.web.translations import LANGUAGES

HTML: Final = "text/html"


@dataclass
class Answer:
    """What a door answers: a body with its type, or an address to go on to.

    A body too large to be held comes in pieces; they are made after the door's transaction is over.
    """

    body: str | bytes | Iterator[bytes] = ""
    status: int = 200
    media_type: str = HTML
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[Cookie] = field(default_factory=list)


@dataclass
class Visit:
    """One request. `gate` is the person's own; a signed-out visitor's gate lets nothing through."""

    site: Site
    tx: Transaction
    request: Request[Any, Any, Any]
    form: FormMultiDict
    body: bytes
    gate: Gate
    signed_in: SignedIn | None
    flash: list[tuple[str, Text | str, str]] = field(default_factory=list)
    taken_back: bool = False
    # What a door's `first` has come to.
    prepared: Any = None
    # Whether a link led here that this house has made for anybody.
    linked: bool = False
    # The columns of plugins by entity: one that is paused while this answer is made stays in it.
    plugin_columns: dict[str, list[Contribution]] = field(default_factory=dict)

    @property
    def token(self) -> int | None:
        """The id of the API token that came with the request; None for a session or a stranger."""
        return self.signed_in.token if self.signed_in else None

    @cached_property
    def language(self) -> str:
        """The language of the answer: the person's, or the browser's first that we speak."""
        if self.signed_in is not None:
            return self.signed_in.language
        return language_of(self.request)

    @property
    def reader(self) -> Reader:
        """How this person reads and writes values."""
        return self._reader

    @cached_property
    def _reader(self) -> Reader:
        zone = self.signed_in.time_zone if self.signed_in else "UTC"
        currency, region = setting(self.gate, "currency"), setting(self.gate, "region")
        return Reader(language=self.language, zone=zone, currency=currency, region=region, now=self.gate.now)

    @cached_property
    def fmt(self) -> Format:
        """How this person reads values, for templates."""
        return Format(self.reader, self.say)

    @cached_property
    def directory(self) -> Directory:
        """Everybody who works here."""
        return directory(self.gate)

    @cached_property
    def pipelines(self) -> Pipelines:
        """All pipelines with their stages, named as this person reads them."""
        return spoken_pipelines(self.gate, self.language, self.say)

    def is_short_list(self, entity: str) -> bool:
        """Whether an entity's titles are entries of a short list, of which those that Hookline comes with are translated."""
        info = self.gate.schema.entities.get(entity)
        return info is not None and issubclass(info.cls, Catalog) and info.cls.menu is None

    def named(self, entity: str, title: str) -> str:
        """A record's title as this person reads it."""
        return self.say(title) if self.is_short_list(entity) else title

    @property
    def person(self) -> Person | None:
        """Who is signed in."""
        return self.directory.people.get(self.signed_in.user) if self.signed_in else None

    def arrangement(self, page: str) -> Mapping[str, Any]:
        """How this person has arranged a page. Asked only where the session knows of one; of whom somebody looks as, it knows nothing."""
        mine = self._own_session
        return {} if mine is not None and page not in mine.arranged else read_arrangement(self.gate, page)

    @property
    def desk(self) -> Desk:
        """The person's desk. Asked only where the session knows of one."""
        mine = self._own_session
        return Desk() if mine is not None and not mine.has_desk else read_desk(self.gate)

    @property
    def _own_session(self) -> SignedIn | None:
        """The session of somebody who looks through the own eyes; it knows what that person has arranged."""
        mine = self.signed_in
        return mine if mine is not None and mine.session and mine.viewer is None else None

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The parameters of the address; of a repeated one the last."""
        return {name: values[-1] for name, values in self.request.query_params.dict().items()}

    @property
    def path_id(self) -> int:
        """The id in the address. NotFound for a number that no record can have."""
        id = int(self.request.path_params["id"])
        if not is_id(id):
            raise NotFound
        return id

    @property
    def address_of_client(self) -> str:
        """The network address the request came from."""
        client = self.request.client
        return client.host if client else ""

    @property
    def is_htmx(self) -> bool:
        """Whether htmx asks, for a part of the page."""
        return self.request.headers.get("hx-request") == "true"

    def anybody(self) -> None:
        """From here on answer as to somebody who does not work here, with the house's rights: to whoever has a public link.

        A person who happens to be signed in sees what the others see. `lang` in the address is the language.
        """
        self.gate = self.gate.as_house("public page")
        self.signed_in, self.linked = None, True
        asked = self.query.get("lang", "")
        self.language = asked if asked in LANGUAGES else language_of(self.request)

    def take_back(self) -> None:
        """Let nothing stay of what this request has written, though the door answers: with the refused form, say."""
        self.taken_back = True

    def value(self, name: str) -> str:
        """One text field of the form; "" when it was not sent."""
        found = self.form.get(name, "")
        return found if isinstance(found, str) else ""

    def values(self, name: str) -> list[str]:
        """Every value of a repeated field."""
        return [v for v in self.form.getall(name, []) if isinstance(v, str)]

    def upload(self, name: str) -> UploadFile | None:
        """A file of the form; None when none was chosen."""
        found = self.form.get(name)
        return found if isinstance(found, UploadFile) and found.filename else None

    def say(self, text: Text | str) -> str:
        """A sentence in the person's language."""
        # What a contribution answers is read while it runs: so it is known who speaks.
        running = self.gate.host.watch.running(get_ident())
        by = running.plugin if running else ""
        return self.site.translations.say(text, self.language, by=by, write=partial(written, self))

    def page(
        self, template: str, /, *, status: int = 200, block: str | None = None, **context: Any
    ) -> Answer:
        """A whole page; for htmx only its block, when one is named."""
        from hookline.web import frame

        found = self.site.templates[self.language].get_template(template)
        full = {**frame.context(self), **context}
        if block is not None and self.is_htmx:
            return Answer("".join(found.blocks[block](found.new_context(full))), status)
        return Answer(found.render(full), status)

    def block(self, template: str, block: str, /, *, status: int = 200, **context: Any) -> Answer:
        """One block of a page, whoever asks."""
        from hookline.web import frame

        found = self.site.templates[self.language].get_template(template)
        return Answer(
            "".join(found.blocks[block](found.new_context({**frame.context(self), **context}))), status
        )

    def json(
        self,
        value: Any,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        problem: bool = False,
    ) -> Answer:
        """JSON."""
        kind = "application/problem+json" if problem else "application/json"
        return Answer(
            json.dumps(value, ensure_ascii=False, separators=(",", ":")), status, kind, dict(headers or {})
        )

    def see(self, url: str, *, done: Text | str = "", kind: str = "ok", undo: str = "") -> Answer:
        """Go on to another page of this site, with a sentence to show there. htmx in a dialog is told by a header.

        `undo` is an address of this site; a post to it takes back what was done.
        """
        if own_address(url, "") != url:
            raise ValueError(f"{url!r} is no address of this site")
        # What passes by itself after some seconds is no place for a button.
        kind = "info" if undo and kind == "ok" else kind
        cookies = [flashes.cookie(self, [(kind, done, undo)])] if done else []
        if self.is_htmx and self.request.headers.get("hx-boosted") != "true":
            return Answer("", 200, headers={"HX-Redirect": url}, cookies=cookies)
        return Answer("", 303, headers={"Location": url}, cookies=cookies)

    def address(self, path: str | None = None, **changes: str | Sequence[str] | None) -> str:
        """This address with other parameters; None takes one away."""
        params = {k: v for k, v in self.query.items() if k not in changes}
        params |= {k: v for k, v in changes.items() if v is not None}  # type: ignore[misc]  # urlencode takes sequences too
        query = urlencode(params, doseq=True)
        return (path or self.request.url.path) + (f"?{query}" if query else "")

    def respond(self, answer: Answer) -> Response[Any]:
        """The answer as Litestar sends it."""
        cookies = [
            *answer.cookies,
            *(
                [flashes.cleared(self)]
                if self.flash and not any(c.key.endswith(flashes.NAME) for c in answer.cookies)
                else []
            ),
        ]
        body = self._signed(answer.body).encode() if isinstance(answer.body, str) else answer.body
        if not isinstance(body, bytes):
            return Stream(
                body,
                status_code=answer.status,
                media_type=answer.media_type,
                headers=answer.headers,
                cookies=cookies,
            )
        return Response(
            body,
            status_code=answer.status,
            media_type=answer.media_type,
            headers=answer.headers,
            cookies=cookies,
        )

    def _signed(self, body: str) -> str:
        """A body with the token of this session in its forms."""
        return body.replace(TOKEN_HERE, self.signed_in.csrf if self.signed_in else "")


def language_of(request: Request[Any, Any, Any]) -> str:
    """The first of the browser's languages that we speak."""
    asked = request.headers.get("accept-language", "")
    return next((name for part in asked.split(",") if (name := part.strip()[:2].lower()) in LANGUAGES), "en")
