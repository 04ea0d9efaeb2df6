"""The checks of `hookline doctor`. Each finding that is not fine says how to mend it."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from hookline.crm.users import User
from hookline.errors import HooklineError
from hookline.kernel.background import jobs, outbox
from hookline.kernel.installation import Installation
from hookline.kernel.migrations import migrate
from hookline.settings import Settings

_WEB: Final = Path(__file__).parent.parent / "web"
_LOCALE: Final = Path(__file__).parent.parent / "locale"
_LEAST_FREE: Final = 500 * 1024 * 1024
_REMOTE: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph"})


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `mend` says what to do when it is not fine."""

    what: str
    state: str
    mend: str = ""

    @property
    def fine(self) -> bool:
        """Whether nothing has to be done."""
        return not self.mend


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """What can be seen without the database."""
    yield from _names()
    yield _writable(settings)
    yield _disk(settings)
    yield from _secrets(settings)
    yield _assets()
    yield _catalogs()
    yield _address(settings)
    if settings.secure:
        yield _proxies(settings)


def look_at_installation(home: Installation) -> list[Finding]:
    """What the database says; the first thing that fails there ends it."""
    found: list[Finding] = [_plugin(name, reason) for name, reason in home.host.broken.items()]
    looks: tuple[Callable[[Installation], Finding], ...] = (
        _reachable,
        _drive,
        _migrations,
        _clock,
        _work,
        _people,
    )
    for look in looks:
        try:
            found.append(look(home))
        except (SQLAlchemyError, HooklineError, OSError) as error:
            said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            found.append(
                Finding(
                    "database", said, "Look at HOOKLINE_DATABASE_URL and whether the database is running."
                )
            )
            break
    return found


def _names() -> Iterator[Finding]:
    known = {name.upper() for name in Settings.__dataclass_fields__} | {"TRACE_HOOKS", "TEST_PG_URL"}
    strange = [
        n for n in os.environ if n.startswith("HOOKLINE_") and n.removeprefix("HOOKLINE_") not in known
    ]
    for name in strange:
        yield Finding(
            "settings",
            f"{name} is not a setting",
            f"Take it away, or write one of: {', '.join(sorted(known))}.",
        )
    if not strange:
        yield Finding("settings", "all are known")


def _writable(settings: Settings) -> Finding:
    folder = settings.data_dir
    above = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    if os.access(above, os.W_OK | os.X_OK):
        return Finding("data folder", str(folder))
    return Finding(
        "data folder",
        f"{folder} cannot be written",
        f"Give the user of this process the right to write {above}.",
    )


def _disk(settings: Settings) -> Finding:
    folder = next(
        p for p in (settings.data_dir.absolute(), *settings.data_dir.absolute().parents) if p.exists()
    )
    free = shutil.disk_usage(folder).free
    said = f"{free // 1024 // 1024} MB free"
    return Finding("disk", said, "" if free > _LEAST_FREE else "Make room: backups and imports need it.")


def _secrets(settings: Settings) -> Iterator[Finding]:
    """The database file and the data folder are nobody else's business."""
    url = make_url(settings.database_url)
    paths = [
        settings.data_dir,
        *([Path(url.database)] if url.get_backend_name() == "sqlite" and url.database else []),
    ]
    open_ = (
        [p for p in paths if p.exists() and p.stat().st_mode & (stat.S_IWOTH | stat.S_IROTH)]
        if os.name != "nt"
        else []
    )
    for path in open_:
        yield Finding(
            "permissions", f"{path} can be read by everybody on this machine", f"chmod o-rwx {path}"
        )
    if not open_:
        yield Finding("permissions", "closed to others")


def _assets() -> Finding:
    built = (_WEB / "static/vendor/htmx.min.js").is_file()
    return (
        Finding("browser files", "built")
        if built
        else Finding("browser files", "missing", "Run: python3 run.py setup")
    )


def _catalogs() -> Finding:
    missing = [po for po in _LOCALE.rglob("*.po") if not po.with_suffix(".mo").is_file()]
    state = f"{len(missing)} not compiled" if missing else "compiled"
    return Finding("translations", state, "Run: python3 run.py setup" if missing else "")


def _address(settings: Settings) -> Finding:
    local = {"127.0.0.1", "localhost"} & settings.hosts
    if settings.secure or local:
        return Finding("address", settings.base_url)
    return Finding(
        "address",
        f"{settings.base_url} is not https",
        "Put a proxy with TLS before it and write HOOKLINE_BASE_URL=https://...",
    )


def _proxies(settings: Settings) -> Finding:
    """TLS ends at a proxy, which alone knows who asks."""
    if settings.trusted_proxies:
        return Finding("proxies", ", ".join(settings.trusted_proxies))
    return Finding(
        "proxies",
        "none is trusted, so everybody seems to come from the same address",
        "Write the address of the proxy: HOOKLINE_TRUSTED_PROXIES=127.0.0.1",
    )


def _plugin(name: str, reason: str) -> Finding:
    return Finding(
        f"plugin {name}", reason, f"Mend it, take it out, or write HOOKLINE_DISABLED_PLUGINS={name}."
    )


def _reachable(home: Installation) -> Finding:
    with home.database.read() as tx:
        tx.run(select(1), why="doctor")
    return Finding("database", make_url(home.database.url).render_as_string(hide_password=True))


def _drive(home: Installation) -> Finding:
    """SQLite's locks do not hold across machines. The pragmas were checked when the connection was made."""
    if not home.database.sqlite:
        return Finding("engine", "PostgreSQL")
    kind = _file_system(Path(make_url(home.database.url).database or "").absolute())
    if kind in _REMOTE:
        return Finding(
            "engine",
            f"SQLite on a network drive ({kind})",
            "Move the file to a local disk, or use PostgreSQL.",
        )
    return Finding("engine", "SQLite, write-ahead log, foreign keys, full synchronisation")


def _file_system(path: Path) -> str:
    """The kind of file system a file lies on, where the system says so."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    except OSError:
        return ""
    under = [(len(point), kind) for point, kind in mounts if path.is_relative_to(point)]
    return max(under, default=(0, ""))[1]


def _migrations(home: Installation) -> Finding:
    steps = migrate.plan(home.database, home.host)
    owners = ", ".join(sorted({step.owner for step in steps}))
    if not steps:
        return Finding("migrations", "up to date")
    return Finding("migrations", f"{len(steps)} steps are pending ({owners})", "Run: hookline migrate")


def _clock(home: Installation) -> Finding:
    if home.database.sqlite:
        return Finding("clock", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    with home.database.read() as tx:
        apart = abs(tx.run(select(func.now()), why="doctor").scalar_one() - datetime.now(UTC))
    mend = "Let both machines keep time by NTP." if apart > timedelta(seconds=30) else ""
    return Finding("clock", f"{apart.total_seconds():.0f} s apart from the database's", mend)


def _work(home: Installation) -> Finding:
    with home.database.read() as tx:
        parked, (waiting, failed) = jobs.count_parked(tx), outbox.count_open(tx)
    state = f"{parked} jobs and {failed} deliveries have failed, {waiting} deliveries wait"
    return Finding(
        "background work",
        state,
        "See /settings/jobs: read why, mend it, try again." if parked or failed else "",
    )


def _people(home: Installation) -> Finding:
    with home.house("doctor") as gate:
        active = gate.scalar(select(User.id).where(User.active.is_(True), User.email.is_not(None)).limit(1))
    if active is None:
        return Finding("people", "nobody can sign in", 'Run: hookline user add "Your Name" you@example.com')
    return Finding("people", "somebody can sign in")
