"""What can be seen of an installation without its database: settings, folders, built files, the address."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from hookline.errors import Text
from hookline.kernel.health import Finding
from hookline.kernel.sealing import FILE as KEY_FILE
from hookline.kernel.sealing import SHORTEST_KEY
from hookline.settings import Settings

_PACKAGE: Final = Path(__file__).parents[2]
_MEGABYTE: Final = 1024 * 1024
_LEAST_FREE: Final = 500 * _MEGABYTE
# Read by the tests and by the loader of plugins, not by `Settings`.
_FURTHER_NAMES: Final = frozenset({"TRACE_HOOKS", "TEST_PG_URL"})


def look_around(settings: Settings) -> Iterator[Finding]:
    """What can be seen without the database."""
    yield from _names()
    yield _writable(settings)
    yield _disk(settings)
    yield from _closed(settings)
    yield _key(settings)
    yield _assets()
    yield _catalogs()
    yield _address(settings)
    if settings.secure:
        yield _proxies(settings)
    yield _mail(settings)


def _names() -> Iterator[Finding]:
    what = Text("Settings")
    known = {name.upper() for name in Settings.__dataclass_fields__} | _FURTHER_NAMES
    given = (name for name in os.environ if name.startswith("HOOKLINE_"))
    strange = [name for name in given if name.removeprefix("HOOKLINE_") not in known]
    for name in strange:
        mend = Text("Take it away, or write one of: %(names)s.", names=", ".join(sorted(known)))
        yield Finding(what, Text("%(name)s is not a setting", name=name), mend)
    if not strange:
        yield Finding(what, Text("all are known"))


def _writable(settings: Settings) -> Finding:
    what, folder = Text("Data folder"), settings.data_dir
    above = _standing(folder)
    if os.access(above, os.W_OK | os.X_OK):
        return Finding(what, str(folder))
    mend = Text("Give the user of this process the right to write %(folder)s.", folder=above)
    return Finding(what, Text("%(folder)s cannot be written", folder=folder), mend)


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(_standing(settings.data_dir)).free
    mend = None if free > _LEAST_FREE else Text("Make room: backups and imports need it.")
    return Finding(Text("Disk"), Text("%(number)s MB free", number=free // _MEGABYTE), mend)


def _closed(settings: Settings) -> Iterator[Finding]:
    """The database file and the data folder are nobody else's business."""
    what, url = Text("Rights of files"), make_url(settings.database_url)
    files = [Path(url.database)] if url.get_backend_name() == "sqlite" and url.database else []
    paths = [settings.data_dir, *files] if os.name != "nt" else []
    open_ = [path for path in paths if _is_open(path)]
    for path in open_:
        said = Text("%(path)s can be read by everybody on this machine", path=path)
        yield Finding(what, said, Text("Run: %(command)s", command=f"chmod o-rwx {path}"))
    if not open_:
        yield Finding(what, Text("closed to others"))


def _is_open(path: Path) -> bool:
    """Whether others get at it; a file in a folder that is closed to them is closed as well."""
    if not path.exists() or (path.is_file() and not path.absolute().parent.stat().st_mode & stat.S_IXOTH):
        return False
    return bool(path.stat().st_mode & (stat.S_IWOTH | stat.S_IROTH))


def _key(settings: Settings) -> Finding:
    """With what the secrets of second steps are sealed. It is no part of a backup of the database alone."""
    what, path = Text("Secret key"), settings.data_dir / KEY_FILE
    if settings.secret_key:
        short = Text("Write at least %(number)s characters.", number=SHORTEST_KEY)
        fine = len(settings.secret_key) >= SHORTEST_KEY
        return Finding(what, Text("given by HOOKLINE_SECRET_KEY"), None if fine else short)
    if not path.exists():
        return Finding(what, Text("made with the first secret"))
    if os.name != "nt" and path.stat().st_mode & (stat.S_IRWXO | stat.S_IRWXG):
        mend = Text("Run: %(command)s", command=f"chmod 600 {path}")
        return Finding(what, Text("%(path)s can be read by others", path=path), mend)
    return Finding(what, Text("in %(path)s; keep a copy of it elsewhere", path=path))


def _assets() -> Finding:
    what = Text("Files for the browser")
    if (_PACKAGE / "web/static/vendor/htmx.min.js").is_file():
        return Finding(what, Text("built"))
    return Finding(what, Text("missing"), Text("Run: %(command)s", command="python3 run.py setup"))


def _catalogs() -> Finding:
    what, sources = Text("Translations"), (_PACKAGE / "locale").rglob("*.po")
    missing = sum(not po.with_suffix(".mo").is_file() for po in sources)
    if not missing:
        return Finding(what, Text("compiled"))
    mend = Text("Run: %(command)s", command="python3 run.py setup")
    return Finding(what, Text("%(number)s not compiled", number=missing), mend)


def _address(settings: Settings) -> Finding:
    what = Text("Address")
    if settings.secure or {"127.0.0.1", "localhost"} & settings.hosts:
        return Finding(what, settings.base_url)
    mend = Text("Put a proxy with TLS before it and write HOOKLINE_BASE_URL=https://...")
    return Finding(what, Text("%(address)s is not https", address=settings.base_url), mend)


def _proxies(settings: Settings) -> Finding:
    """TLS ends at a proxy, which alone knows who asks."""
    what = Text("Proxies")
    if settings.trusted_proxies:
        return Finding(what, ", ".join(settings.trusted_proxies))
    said = Text("none is trusted, so everybody seems to come from the same address")
    mend = Text("Write the address of the proxy: HOOKLINE_TRUSTED_PROXIES=127.0.0.1")
    return Finding(what, said, mend)


def _mail(settings: Settings) -> Finding:
    """Without mail an installation works, but nobody is told anything outside of it."""
    said = (
        Text("letters are sent")
        if settings.smtp_url
        else Text("no letters are sent: HOOKLINE_SMTP_URL is empty")
    )
    return Finding(Text("Mail"), said)


def _standing(path: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(p for p in (path.absolute(), *path.absolute().parents) if p.exists())
