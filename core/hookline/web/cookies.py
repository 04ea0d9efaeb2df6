"""Cookies: all of one kind. For this host alone, out of reach of scripts, not sent along by other sites' pages."""

from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from hookline.settings import Settings


def name(settings: Settings, plain: str) -> str:
    """The name a cookie goes by. With https its prefix makes browsers refuse one that another host has set."""
    return f"__Host-{plain}" if settings.secure else plain


def make(settings: Settings, plain: str, value: str, max_age: int) -> Cookie:
    """A cookie for so many seconds; 0 takes it away."""
    return Cookie(
        name(settings, plain),
        value=value,
        path="/",
        max_age=max_age,
        httponly=True,
        samesite="lax",
        secure=settings.secure,
    )


def sent(request: Request[Any, Any, Any], settings: Settings, plain: str) -> str:
    """What the browser sent; "" when there is none."""
    return request.cookies.get(name(settings, plain), "")
