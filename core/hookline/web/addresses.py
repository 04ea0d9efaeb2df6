"""Addresses given by a form: only paths of this site are gone on to."""

from urllib.parse import urlsplit


def own_address(target: str, otherwise: str) -> str:
    """The path, when it is one of this site; else the other one."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    ours = (
        target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and not parts.scheme
        and not parts.netloc
    )
    return target if ours and target.isascii() and target.isprintable() and " " not in target else otherwise
