"""Proxies: whose word about the client's address, the host and the scheme counts.

`X-Forwarded-*` is read only when it comes from an address in HOOKLINE_TRUSTED_PROXIES, and is taken out of every request, so
that nothing behind this module can believe it by mistake.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from litestar.types import HTTPScope

from hookline.errors import SettingsError

Network: TypeAlias = IPv4Network | IPv6Network

_TOLD = (b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host")
_STRANGE = (*_TOLD, b"forwarded", b"x-real-ip", b"x-forwarded-port", b"x-forwarded-server")


def networks(written: Sequence[str]) -> list[Network]:
    """The trusted addresses as networks. SettingsError names one that is none."""
    found = []
    for part in written:
        try:
            found.append(ip_network(part, strict=False))
        except ValueError:
            raise SettingsError(
                f"HOOKLINE_TRUSTED_PROXIES has {part!r}; write addresses or networks like 127.0.0.1, 10.0.0.0/8"
            ) from None
    return found


def believe(scope: HTTPScope, trusted: Sequence[Network]) -> None:
    """Put into the request what a trusted proxy says of it, and take out what anybody could have said."""
    told = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _TOLD}
    scope["headers"] = [pair for pair in scope["headers"] if pair[0] not in _STRANGE]
    if not told or not _is_trusted(_peer(scope), trusted):
        return
    client = _client(told.get(b"x-forwarded-for", ""), trusted)
    if client:
        scope["client"] = (client, 0)
    if told.get(b"x-forwarded-proto") in ("http", "https"):
        scope["scheme"] = told[b"x-forwarded-proto"]
    host = told.get(b"x-forwarded-host", "")
    if host:
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        scope["headers"] = [*others, (b"host", host.encode("latin-1"))]


def _peer(scope: HTTPScope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _client(chain: str, trusted: Sequence[Network]) -> str:
    """The last address in the chain that no trusted proxy has; what stands before it the client may have made up."""
    for part in reversed([part.strip() for part in chain.split(",")]):
        address = _address(part)
        if address is None:
            return ""
        if not _is_trusted(part, trusted):
            return str(address)
    return ""


def _is_trusted(written: str, trusted: Sequence[Network]) -> bool:
    address = _address(written)
    return address is not None and any(address in network for network in trusted)


def _address(written: str) -> object:
    try:
        found = ip_address(written)
    except ValueError:
        return None
    # The same machine, written by a socket that speaks both.
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
