"""Doors: how an address is declared, and the one walk that every request takes.

    @door("GET", "/deals/{id:int}/why", needs=SIGNED_IN)
    def why(visit: Visit) -> Answer: ...

Each door says what it needs when it is declared. A request is read on the event loop; everything else happens in a worker
thread inside one transaction, which is committed when the door answers and rolled back when it raises.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from litestar import Request, Response
from litestar.datastructures import FormMultiDict
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler

from hookline.errors import Forbidden, NotSignedIn, Refused
from hookline.kernel.db import Transaction
from hookline.web import bodies, guard, packing, refusals
from hookline.web.plugins.rescue import Unanswered, Walk
from hookline.web.sign_in import proofs
from hookline.web.sign_in.proofs import Proof
from hookline.web.site import Site
from hookline.web.switchboard import Switchboard
from hookline.web.visit import Answer, Visit

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed-in"
# Where somebody sets up the second step that is asked of them; all other doors lead there meanwhile.
SET_UP: Final = "/me/two-step"
LARGEST_BODY: Final = 60 * 1024 * 1024
# So many plugins may hang on one page, one after the other, and it is made without them.
_ANEW: Final = 4

Handler = Callable[[Visit], Answer]
First = Callable[[Visit], Callable[[], object]]


@dataclass(frozen=True, eq=False)
class Door:
    """One method of one address. `needs` is PUBLIC, SIGNED_IN or a permission's name. `api` doors speak JSON and take tokens.

    `first` looks at the request, when it may enter, and answers with work to be done while no transaction is open, such as
    hashing a password; what comes of it is the visit's `prepared`. `commits` lets a door that is reached by a link write. `of_plugins` lets those in
    whose token opens nothing but an endpoint of a plugin. Behind a `linked` one everybody is a stranger who has a link of ours.
    """

    method: str
    path: str
    needs: str
    handler: Handler
    api: bool = False
    name: str = ""
    first: First | None = None
    commits: bool = False
    of_plugins: bool = False
    linked: bool = False

    @property
    def writes(self) -> bool:
        """Whether its transaction may write."""
        return self.method not in ("GET", "HEAD")


@dataclass
class Doors:
    """The doors of one module, collected by its decorators and hung into the application by `app.py`."""

    doors: list[Door] = field(default_factory=list)

    def __call__(
        self,
        method: str,
        path: str,
        *,
        needs: str,
        api: bool = False,
        first: First | None = None,
        commits: bool = False,
        linked: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Declare a door. `needs` must be said: PUBLIC, SIGNED_IN or a permission."""

        def keep(handler: Handler) -> Handler:
            door = Door(method, path, needs, handler, api, handler.__name__, first, commits, linked=linked)
            self.doors.append(door)
            return handler

        return keep


def route_handler(site: Site, switchboard: Switchboard) -> HTTPRouteHandler:
    """All doors, as the one handler that Litestar takes."""

    async def handle(request: Request[Any, Any, Any]) -> Response[Any]:
        path = request.scope["path"]
        if request.method == "OPTIONS" and (methods := switchboard.methods(path)):
            return Response(None, status_code=204, headers={"Allow": ", ".join(methods)})
        door, found = switchboard.find(request.method, path)
        request.scope["path_params"] = dict(found)
        form, body = (
            await bodies.read(request, site.settings, door) if door.writes else (FormMultiDict(), b"")
        )
        return await _walked(site, door, request, form, body)

    methods = [HttpMethod(method) for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")]
    return HTTPRouteHandler(
        ["/", "/{path:path}"],
        http_method=methods,
        name="doors",
        status_code=200,
        include_in_schema=False,
        request_max_body_size=LARGEST_BODY,
    )(handle)


async def _walked(
    site: Site, door: Door, request: Request[Any, Any, Any], form: FormMultiDict, body: bytes
) -> Response[Any]:
    """The walk, in a thread. Who only reads does not wait for a plugin that hangs: the page is made anew without it."""
    reads, hanging = not (door.writes or door.commits), None
    # Its own threads: Litestar's default pool has one or two per core, and a slow plugin must cost one of many.
    for threads in (site.threads, *([site.spare_threads] * _ANEW if reads else [])):
        walk = Walk[Response[Any]](site.installation.host.watch, reads=reads)
        answer = await walk.ended(threads, _walk, site, door, request, form, body)
        if answer is not None:
            return answer
        hanging = walk.overdue
    assert hanging is not None, "only a plugin that hangs ends a walk without an answer"
    refusal = Unanswered(hanging.contribution.plugin, wrote=not reads, api=door.api)
    return await asyncio.get_running_loop().run_in_executor(
        site.spare_threads, partial(refusals.answer, site, request, refusal, form, api=door.api)
    )


def _walk(
    site: Site, door: Door, request: Request[Any, Any, Any], form: FormMultiDict, body: bytes
) -> Response[Any]:
    """The answer, ready to go out; in development with what it has cost."""
    answer = partial(_answered, site, door, request, form, body)
    response = answer() if site.developing is None else site.developing(answer)
    packing.pack(site.settings, request, response)
    return response


def _answered(
    site: Site, door: Door, request: Request[Any, Any, Any], form: FormMultiDict, body: bytes
) -> Response[Any]:
    """Transaction, person, right, handler, answer. Everything that refuses becomes an answer here."""
    before = site.installation.database.statements
    try:
        guard.check_context(request)
        proof = proofs.prove(site, request, form) if "_proof" in form else None
        prepared = _prepare(site, door, request, form, proof) if door.first else None
        with _transaction(site, door) as tx:
            visit = _enter(site, tx, door, request, form, body, proof)
            visit.prepared = prepared
            answer = door.handler(visit)
            if proof is not None:
                answer.cookies.insert(0, proof.cookie)
            response = visit.respond(answer)
            if visit.taken_back:
                tx.undo()
        guard.note_use(visit)
    except Refused as refusal:
        response = refusals.answer(site, request, refusal, form, api=door.api)
    except Exception as error:  # noqa: BLE001  # our own mistakes become an answer too
        response = refusals.broken(site, request, error, api=door.api)
    if site.settings.development or site.settings.count_statements:
        response.headers["X-Statements"] = str(site.installation.database.statements - before)
    return response


def _prepare(
    site: Site, door: Door, request: Request[Any, Any, Any], form: FormMultiDict, proof: Proof | None
) -> object:
    """Do the door's slow work, with no transaction open, for somebody who may enter."""
    assert door.first is not None, "asked for by the caller"
    with site.installation.database.read() as tx:
        work = door.first(_enter(site, tx, door, request, form, b"", proof))
    return work()


def _enter(
    site: Site, tx: Transaction, door: Door, request: Request[Any, Any, Any], form: FormMultiDict, body: bytes,
    proof: Proof | None,
) -> Visit:  # fmt: skip
    """Who asks, if that person may enter, by a page of ours."""
    visit = guard.enter(site, tx, request, form, body, api=door.api, session=proof.secret if proof else "")
    if door.linked:
        visit.anybody()
    _check_needs(door, visit)
    # Whoever has just proven who they are was checked then, by the session that this one has followed.
    if door.writes and visit.token is None and proof is None:
        guard.check_csrf(visit)
    return visit


def _transaction(site: Site, door: Door) -> AbstractContextManager[Transaction]:
    database = site.installation.database
    return database.write() if door.writes or door.commits else database.read()


def _check_needs(door: Door, visit: Visit) -> None:
    if door.needs == PUBLIC:
        return
    if visit.signed_in is None:
        raise NotSignedIn
    guard.check_viewing(visit, writes=door.writes or door.commits, path=door.path)
    if not door.path.startswith(SET_UP):
        guard.ask_two_step(visit)
    if visit.signed_in.about and not door.of_plugins:
        raise guard.TokenOnlyOpens
    if visit.signed_in.scope == "read" and door.writes:
        raise guard.TokenOnlyReads
    if door.needs != SIGNED_IN and not visit.gate.actor.may(door.needs):
        raise Forbidden
