"""What the database of an installation says of its health."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from hookline.crm.access.users import User
from hookline.crm.core import core
from hookline.crm.health.of_plugins import look_with_plugins
from hookline.crm.sign_in.two_step import count_unreadable
from hookline.errors import HooklineError, Text
from hookline.kernel.background import jobs, outbox
from hookline.kernel.gate import Gate
from hookline.kernel.health import Finding
from hookline.kernel.installation import Installation

_REMOTE: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph"})
_APART: Final = timedelta(seconds=30)
# A worker looks each minute; so long after its time a job was missed by all of them.
_MISSED: Final = timedelta(minutes=10)


def look_inside(home: Installation) -> list[Finding]:
    """What the plugin host and the database say; the first thing that fails there ends it."""
    found = [_plugin(name, reason) for name, reason in home.host.broken.items()]
    try:
        for look in _LOOKS:
            found += look(home)
    except (SQLAlchemyError, HooklineError, OSError) as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        mend = Text("Look at HOOKLINE_DATABASE_URL and whether the database is running.")
        found.append(Finding(Text("Database"), said, mend))
    return found


def _plugin(name: str, reason: str) -> Finding:
    mend = Text("Mend it, take it out, or write HOOKLINE_DISABLED_PLUGINS=%(name)s.", name=name)
    return Finding(Text("Plugin %(name)s", name=name), reason, mend)


def _reachable(home: Installation) -> Iterator[Finding]:
    with home.database.read() as tx:
        tx.run(select(1), why="health")
    url = make_url(home.database.url).render_as_string(hide_password=True)
    yield Finding(Text("Database"), url)


def _drive(home: Installation) -> Iterator[Finding]:
    """SQLite's locks do not hold across machines. The pragmas were checked when the connection was made."""
    what = Text("Engine")
    if not home.database.sqlite:
        yield Finding(what, "PostgreSQL")
        return
    kind = _file_system(Path(make_url(home.database.url).database or "").absolute())
    if kind in _REMOTE:
        mend = Text("Move the file to a local disk, or use PostgreSQL.")
        yield Finding(what, Text("SQLite on a network drive (%(kind)s)", kind=kind), mend)
    else:
        yield Finding(what, Text("SQLite, write-ahead log, foreign keys, full synchronisation"))


def _file_system(path: Path) -> str:
    """The kind of file system a file lies on, where the system says so."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    except OSError:
        return ""
    under = [(len(point), kind) for point, kind in mounts if path.is_relative_to(point)]
    return max(under, default=(0, ""))[1]


def _migrations(home: Installation) -> Iterator[Finding]:
    from hookline.kernel.migrations import migrate  # noqa: PLC0415  # Alembic takes long to load

    what, steps = Text("Migrations"), migrate.plan(home.database, home.host)
    if not steps:
        yield Finding(what, Text("up to date"))
        return
    owners = ", ".join(sorted({step.owner for step in steps}))
    said = Text("%(number)s steps are pending (%(owners)s)", number=len(steps), owners=owners)
    yield Finding(what, said, Text("Run: %(command)s", command="hookline migrate"))


def _clock(home: Installation) -> Iterator[Finding]:
    what = Text("Clock")
    if home.database.sqlite:
        yield Finding(what, f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
        return
    with home.database.read() as tx:
        apart = abs(tx.run(select(func.now()), why="health").scalar_one() - datetime.now(UTC))
    mend = Text("Let both machines keep time by NTP.") if apart > _APART else None
    seconds = f"{apart.total_seconds():.0f}"
    yield Finding(what, Text("%(seconds)s s apart from the database's", seconds=seconds), mend)


def _work(home: Installation) -> Iterator[Finding]:
    with home.database.read() as tx:
        parked, (waiting, failed) = jobs.count_parked(tx), outbox.count_open(tx)
        missed = jobs.count_missed(tx, home.host, home.clock() - _MISSED)
    said = Text(
        "%(jobs)s jobs and %(deliveries)s deliveries have failed, %(waiting)s deliveries wait",
        jobs=parked, deliveries=failed, waiting=waiting,
    )  # fmt: skip
    mend = Text("See /settings/jobs: read why, mend it, try again.") if parked or failed else None
    yield Finding(Text("Background work"), said, mend)
    if missed:
        late = Text("%(number)s jobs are long past their time", number=missed)
        yield Finding(Text("Worker"), late, Text("Start one: %(command)s", command="hookline work"))
    else:
        yield Finding(Text("Worker"), Text("keeps up"))


def _seals(home: Installation) -> Iterator[Finding]:
    """A key that was lost locks out everybody who has a second step."""
    with home.database.read() as tx:
        locked = count_unreadable(tx, home.settings)
    if locked:
        said = Text("%(number)s second steps were sealed by another key", number=locked)
        mend = Text(
            "Bring the former secret.key back, or let them begin anew: %(command)s",
            command="hookline user two-step",
        )
        yield Finding(Text("Second steps"), said, mend)


@core.health("People")
def people(gate: Gate) -> Finding:
    """Whether anybody can sign in."""
    active = gate.scalar(select(User.id).where(User.active.is_(True), User.email.is_not(None)).limit(1))
    if active is not None:
        return Finding("", Text("somebody can sign in"))
    command = 'hookline user add "Your Name" you@example.com'
    return Finding("", Text("nobody can sign in"), Text("Run: %(command)s", command=command))


_LOOKS: Final[tuple[Callable[[Installation], Iterator[Finding]], ...]] = (
    _reachable, _drive, _migrations, _clock, _work, _seals, look_with_plugins,
)  # fmt: skip
