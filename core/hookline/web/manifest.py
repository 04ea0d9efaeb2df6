"""The manifest: what a phone or desk must know to keep Hookline beside its own programs."""

import json
from collections.abc import Callable
from typing import Any, Final

MANIFEST: Final = "app.webmanifest"


def manifest(url: Callable[[str], str]) -> bytes:
    """The file that pages name. `url` gives the address of an asset."""
    told: dict[str, Any] = {
        "name": "Hookline", "short_name": "Hookline", "id": "/", "start_url": "/", "scope": "/", "display": "standalone",
        "background_color": "#ffffff", "theme_color": "#ffffff", "categories": ["business", "productivity"],
        "icons": [
            _icon(url("vendor/app-192.png"), 192),
            _icon(url("vendor/app-512.png"), 512),
            _icon(url("vendor/app-full-512.png"), 512, "maskable"),
        ],
    }  # fmt: skip
    return json.dumps(told, separators=(",", ":")).encode()


def _icon(address: str, size: int, purpose: str = "any") -> dict[str, str]:
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
