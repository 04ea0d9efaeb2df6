"""Addresses that webhooks may call: of the open internet, found out before the call and then held on to.

A name is resolved once and the connection goes to just that address, so that a name that changes its mind between the
check and the call (DNS rebinding) leads nowhere.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

from hookline.errors import Text

LONGEST: Final = 1000
_NO_ADDRESS: Final = Text("This is no web address.")
_NAT64: Final = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Target:
    """Where a webhook's address leads, by its parts."""

    secure: bool
    host: str
    port: int
    path: str


class AddressRefused(Exception):
    """The address does not lead anywhere that may be called."""


def read_address(url: str, *, private: bool) -> tuple[Target | None, Text | None]:
    """An address by its parts, or what is wrong with it. Without `private` only https, and no address of this network."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None, _NO_ADDRESS
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    plain = url.strip().isprintable() and path.isascii() and " " not in path and len(url) <= LONGEST
    if parts.scheme not in ("https", "http") or not host or not plain:
        return None, _NO_ADDRESS
    secure = parts.scheme == "https"
    complaint = None
    if not secure and not private:
        complaint = Text("Write an address that begins with https://.")
    elif parts.username is not None or parts.password is not None:
        complaint = Text("Leave the name and password out of the address.")
    elif not private and _is_literal(host) and not _is_open(ip_address(host)):
        complaint = Text("This address is of an inner network.")
    if complaint is not None:
        return None, complaint
    return Target(secure, host, port or (443 if secure else 80), path), None


def resolve(target: Target, *, private: bool) -> str:
    """The address to connect to. AddressRefused when the name leads, even besides others, into an inner network."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(f"{target.host} is not known") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not private and not all(_is_open(ip_address(address.partition("%")[0])) for address in addresses):
        raise AddressRefused(f"{target.host} leads into an inner network")
    return addresses[0]


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_open(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is of the open internet, whatever other address it has inside."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return _is_open(IPv4Address(int(address) & 0xFFFFFFFF))
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return _is_open(inner)
    return address.is_global and not address.is_multicast
