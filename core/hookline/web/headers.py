"""Security headers: what every answer carries, whoever made it."""

from collections.abc import Iterable
from typing import Final

from hookline.settings import Settings

Pairs = list[tuple[bytes, bytes]]

_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
_UNUSED: Final = (
    "accelerometer", "autoplay", "browsing-topics", "display-capture", "encrypted-media", "gyroscope", "hid",
    "identity-credentials-get", "idle-detection", "magnetometer", "microphone", "midi", "payment", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
_ALWAYS: Final = (
    (b"content-security-policy", "; ".join(" ".join(pair) for pair in _POLICY.items()).encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    # A phone's camera and place serve visits; nothing else of the device is ever asked for.
    (b"permissions-policy", ", ".join(["camera=(self)", "geolocation=(self)", *(f"{name}=()" for name in _UNUSED)]).encode()),
    (b"cache-control", b"no-store"),
)  # fmt: skip
_HTTPS_ONLY: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


def secured(settings: Settings, headers: Iterable[tuple[bytes, bytes]]) -> Pairs:
    """An answer's headers with all that it does not set itself. Only files under /static may be kept by anybody."""
    own = list(headers)
    set_already = {name.lower() for name, _ in own}
    wanted = (*_ALWAYS, _HTTPS_ONLY) if settings.secure else _ALWAYS
    return [*own, *(pair for pair in wanted if pair[0] not in set_already)]
