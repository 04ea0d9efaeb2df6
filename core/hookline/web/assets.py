"""Assets: stylesheets, scripts, icons and fonts, read once at start and served under addresses that change with their content."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from hookline.web.manifest import MANIFEST, manifest

STATIC: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    # Litestar names the character set of what is text.
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml; charset=utf-8",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    content: bytes
    media_type: str
    digest: str
    packs: bool

    @cached_property
    def zipped(self) -> bytes | None:
        """The content packed, by whoever asks first: most starts see few of the files asked for. None where it does not help."""
        return gzip.compress(self.content, 9) if self.packs else None


class Assets:
    """The files of the core and of plugins by path; app.css and app.js are put together from their parts."""

    def __init__(self, plugins: Mapping[str, Path] | None = None) -> None:
        self._assets = dict(_of_core())
        self._assets[MANIFEST] = _asset(manifest(self.url), ".webmanifest")
        for name, folder in (plugins or {}).items():
            found = self.read_folder(folder)
            self._assets |= {f"x/{name}/{path}": asset for path, asset in found.items()}

    @staticmethod
    def read_folder(folder: Path) -> Mapping[str, Asset]:
        """The files of a folder by path. OSError when one cannot be read."""
        return {str(p.relative_to(folder)): _read(p) for p in folder.rglob("*") if p.suffix in _TYPES}

    def url(self, path: str) -> str:
        """The address of an asset, e.g. of "css/app.css"."""
        return f"/static/{path}?v={self._assets[path].digest}"

    def find(self, path: str) -> Asset | None:
        """An asset by its path."""
        return self._assets.get(path)


@cache
def _of_core() -> Mapping[str, Asset]:
    """Read once in a process, however many applications it makes."""
    found = dict(Assets.read_folder(STATIC))
    for bundle, kind in (("css/app.css", "css"), ("js/app.js", "js")):
        order = (STATIC / kind / "_order.txt").read_text().split()
        content = "\n".join((STATIC / kind / name).read_text() for name in order).encode()
        found[bundle] = _asset(content, f".{kind}")
    return found


def _read(path: Path) -> Asset:
    return _asset(path.read_bytes(), path.suffix)


def _asset(content: bytes, suffix: str) -> Asset:
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Asset(content, _TYPES[suffix], digest, packs=suffix not in (".woff2", ".png"))
