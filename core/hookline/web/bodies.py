"""Bodies: what may be sent to a door, of which kind and how large. Nothing larger is read, let alone kept."""

from typing import TYPE_CHECKING, Any, Final

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.exceptions import ClientException, HTTPException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.types import Receive

from hookline.settings import Settings
from hookline.web import cookies, guard

if TYPE_CHECKING:
    from hookline.web.doors import Door

LARGEST_JSON: Final = 4 * 1024 * 1024
LARGEST_FORM: Final = 4 * 1024 * 1024
# What somebody can send who does not even say who asks.
LARGEST_OF_STRANGERS: Final = 64 * 1024
_WRITTEN: Final = "application/x-www-form-urlencoded"
_IN_PARTS: Final = "multipart/form-data"


class UnsupportedKind(HTTPException):
    """A body that no form of ours sends: browsers let other sites send plain text, and JSON dressed up as such."""

    status_code = 415


async def read(
    request: Request[Any, Any, Any], settings: Settings, door: "Door"
) -> tuple[FormMultiDict, bytes]:
    """The form of a page's door, or the body of an API's."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    _limit(request, _largest(request, settings, kind, api=door.api))
    if door.api:
        return FormMultiDict(), await request.body()
    if kind not in (_WRITTEN, _IN_PARTS):
        if await request.body():
            raise UnsupportedKind
        return FormMultiDict(), b""
    return await _form(request), b""


def _largest(request: Request[Any, Any, Any], settings: Settings, kind: str, *, api: bool) -> int | None:
    """None where the limit of all doors is enough."""
    named = cookies.sent(request, settings, guard.COOKIE) or request.headers.get("authorization")
    if not named:
        return LARGEST_OF_STRANGERS
    if api:
        return LARGEST_JSON
    return None if kind == _IN_PARTS else LARGEST_FORM


def _limit(request: Request[Any, Any, Any], most: int | None) -> None:
    if most is None:
        return
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most:
        raise RequestEntityTooLarge
    request.receive = _counted(request.receive, most)


def _counted(receive: Receive, most: int) -> Receive:
    """What comes in, until it is too much: a length that was not told, or not truly, is found here."""
    come = 0

    async def count() -> Any:
        nonlocal come
        message = await receive()
        if message["type"] == "http.request":
            come += len(message["body"])
        if come > most:
            raise RequestEntityTooLarge
        return message

    return count


async def _form(request: Request[Any, Any, Any]) -> FormMultiDict:
    try:
        return await request.form()
    except ClientException:
        raise
    except Exception as error:
        raise ClientException("the form could not be read", status_code=400) from error
