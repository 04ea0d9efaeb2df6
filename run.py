"""Sets Hookline up and runs it: `python3 run.py demo`. Needs Python 3.11 or newer, and nothing else."""

from __future__ import annotations

import argparse
import compileall
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
STAMPS = VENV / "hookline-stamps.json"
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
CHROMIUMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


class Trouble(Exception):
    """Something the person at the keyboard has to put right; the message is all they see."""


def main() -> int:
    """Carry out the command line; returns the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036  # people do start this with an older Python
        return _complain(f"Hookline needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    options, rest = _parser().parse_known_args()
    if rest and options.command not in ("test", "pictures"):
        return _complain(f"{options.command} does not know {' '.join(rest)}; see: python3 run.py --help")
    try:
        return _run(options, rest)
    except Trouble as trouble:
        return _complain(str(trouble))
    except KeyboardInterrupt:
        return 130


def _run(options: argparse.Namespace, rest: list[str]) -> int:
    commands: dict[str, Callable[[], int]] = {
        "setup": lambda: setup("dev" if options.dev else "run"),
        "demo": lambda: demo(options),
        "test": lambda: test(rest),
        "check": check,
        "pictures": lambda: pictures(rest),
        "docs": docs,
        "lock": lambda: lock(upgrade=options.upgrade),
    }
    return commands[options.command]()


def setup(profile: str) -> int:
    """Bring `.venv` and the browser files in line with the locks; returns at once when they are."""
    stamps = _read_stamps()
    wanted = _digest(LOCKS[profile], *_project_files())
    if stamps.get(profile) != wanted or not PYTHON.exists():
        _install(profile)
        stamps[profile] = wanted
        if profile == "dev":
            stamps["run"] = _digest(LOCKS["run"], *_project_files())
    assets = _digest(*_asset_sources())
    if stamps.get("assets") != assets or not (ROOT / "core/hookline/web/static/vendor").is_dir():
        _step("Building browser files and catalogs", PYTHON, ROOT / "core/hatch_build.py")
        stamps["assets"] = assets
    if stamps != _read_stamps():
        STAMPS.write_text(json.dumps(stamps, indent=1), "utf-8")
    _compile()
    return 0


def demo(options: argparse.Namespace) -> int:
    """Set up, then become `hookline demo`, which loads the story, serves it and prints the accounts."""
    setup("run")
    command = [str(BIN / "hookline"), "demo"]
    for name in ("port", "bundle", "postgres"):
        value = getattr(options, name)
        command += [f"--{name}", str(value)] if value is not None else []
    command += ["--reset"] if options.reset else []
    return _become(command)


def test(arguments: list[str]) -> int:
    """Set up for development and become pytest; `arguments` are pytest's own."""
    setup("dev")
    if not _have_chromium():
        print("No Chromium: browser tests are left out. Install a package that gives `chromium`.", flush=True)
        arguments = ["-m", "not browser", *arguments]
    # Tests start hundreds of processes: each would compile what it imports where Python is told to keep no bytecode.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # On every core: each process has its own PostgreSQL, and tests share nothing else. In small lots, so that none is
    # left with many when the others have ended.
    spread = ["--maxschedchunk", "8"]
    spread += [] if any(a.startswith(("-n", "--numprocesses")) for a in arguments) else ["-n", "auto"]
    return _become([str(PYTHON), "-m", "pytest", *spread, *arguments])


def pictures(arguments: list[str]) -> int:
    """Set up for development and take pictures of the screens; `arguments` are a folder, or --docs."""
    setup("dev")
    _have_chromium()
    return _become([str(PYTHON), "-m", "tests.browser.pictures", *arguments])


def docs() -> int:
    """Write what is made of the code anew, and build the site; broken links are errors."""
    setup("dev")
    _step("Writing the reference", PYTHON, "-m", "docs.making")
    return _become([str(PYTHON), "-m", "docs.making.site"])


def check() -> int:
    """Run every check, each to its end, and report one line for each; returns 1 when one failed."""
    setup("dev")
    python = str(PYTHON)
    steps = {
        "format": [python, "-m", "ruff", "format", "--check", "--output-format=concise", "."],
        "lint": [python, "-m", "ruff", "check", "--output-format=concise", "."],
        "mypy": [python, "-m", "mypy"],
        **{f"mypy of {plugin.name}": [python, "-m", "mypy", *_alone(plugin)] for plugin in _plugins()},
        "pyright": [python, "-m", "pyright"],
        "imports": [str(BIN / "lint-imports")],
        "house": [python, "-m", "pytest", "-q", "tests/house"],
        "docs": [python, "-m", "docs.making.site"],
    }
    failed = [name for name, command in steps.items() if not _checked(name, command)]
    print(f"{len(steps) - len(failed)} of {len(steps)} checks passed", flush=True)
    return 1 if failed else 0


def _plugins() -> list[Path]:
    return sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))


def _alone(plugin: Path) -> list[str]:
    """A plugin with its tests and measurements, as strictly as `hookline plugin check` reads it."""
    own = [f"hookline_{plugin.name}", "tests", "bench"]
    folders = [str(folder) for name in own if (folder := plugin / name).is_dir()]
    return ["--strict", "--config-file=", f"--cache-dir=.mypy_cache/{plugin.name}", *folders]


def lock(*, upgrade: bool) -> int:
    """Write both lock files anew from the pyproject files."""
    _make_venv()
    uv = _uv(LOCKS["dev"])
    if uv is None:
        raise Trouble("The locks are written by uv, and it could not be had: pip install uv")
    _step("Resolving", uv, "lock", "--quiet", *(["--upgrade"] if upgrade else []))
    for profile, groups in (("run", ["--no-dev", "--group", "build"]), ("dev", ["--all-groups"])):
        form = ["--no-emit-workspace", "--no-header", "--format", "requirements.txt", "--all-packages"]
        target = LOCKS[profile]
        _step(f"Writing {target.name}", uv, "export", "--quiet", "--locked", *form, *groups, "-o", target)
    print("Now: python3 run.py setup --dev")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    setting = commands.add_parser("setup", help="make .venv from the locks and build the browser files")
    setting.add_argument("--dev", action="store_true", help="with everything that tests and checks need")
    showing = commands.add_parser("demo", help="set up, then serve a CRM filled with a demo story")
    showing.add_argument("--port", type=int, metavar="N", help="where to listen")
    showing.add_argument("--bundle", metavar="NAME", help="a bundle of plugins from examples/")
    showing.add_argument("--postgres", metavar="URL", help="a PostgreSQL database instead of a SQLite file")
    showing.add_argument("--reset", action="store_true", help="start the story again from the beginning")
    commands.add_parser("test", help="run the tests; further arguments go to pytest", add_help=False)
    commands.add_parser("check", help="format, lint, types, import rules, house rules, docs")
    commands.add_parser("pictures", help="take pictures of the main screens, into a folder", add_help=False)
    commands.add_parser("docs", help="write the reference anew and build the documentation as a site")
    locking = commands.add_parser("lock", help="write requirements.lock and requirements-dev.lock anew")
    locking.add_argument("--upgrade", action="store_true", help="take the newest of everything")
    return parser


def _install(profile: str) -> None:
    _make_venv()
    if uv := _uv(LOCKS[profile]):
        try:
            return _install_with([uv, "pip", "install", "--python", PYTHON], profile)
        except Trouble as trouble:
            print(f"{trouble}\nOnce more with pip, which may know another way:", flush=True)
    return _install_with([PYTHON, "-m", "pip", "install"], profile)


def _install_with(installer: Sequence[str | Path], profile: str) -> None:
    packages = LOCKS[profile]
    _step(f"Installing what {packages.name} names", *installer, "--require-hashes", "-r", packages)
    editables = [part for folder in _projects() for part in ("-e", str(folder))]
    _step("Installing Hookline itself", *installer, "--no-deps", "--no-build-isolation", *editables)


def _compile() -> None:
    """Bytecode beside the sources, for fast starts also where Python is told to leave none there by itself."""
    for folder in ("core/hookline", "sdk/hookline_sdk"):
        compileall.compile_dir(ROOT / folder, quiet=2)


def _make_venv() -> None:
    version = f"version = {sys.version.split()[0]}"
    written = VENV / "pyvenv.cfg"
    if PYTHON.exists() and written.exists() and version in written.read_text("utf-8"):
        return
    try:
        _step("Making .venv", sys.executable, "-m", "venv", "--clear", VENV)
    except Trouble as trouble:
        raise Trouble(f"{trouble}\nOn Debian and Ubuntu: apt-get install python3-venv") from None


def _uv(packages: Path) -> str | None:
    """The uv on the PATH, else the one that the lock pins, else None: pip does the same, slowly."""
    pinned = BIN / ("uv.exe" if WINDOWS else "uv")
    found = shutil.which("uv") or (str(pinned) if pinned.exists() else None)
    return found or (str(pinned) if _install_uv(packages) else None)


def _install_uv(packages: Path) -> bool:
    lines = packages.read_text("utf-8").splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith("uv=="))
    end = next((n for n, line in enumerate(lines) if n > start and not line.startswith(" ")), len(lines))
    with tempfile.TemporaryDirectory() as folder:
        only = Path(folder) / "uv.txt"
        only.write_text("".join(lines[start:end]), "utf-8")
        command: list[str | Path] = [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--require-hashes",
            "-r",
            only,
        ]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _projects() -> list[Path]:
    # Not the bundled plugins: they run where a bundle or the settings name their folders, and nowhere else.
    return [ROOT / "core", ROOT / "sdk"]


def _project_files() -> list[Path]:
    return [folder / "pyproject.toml" for folder in _projects()]


def _asset_sources() -> list[Path]:
    core = ROOT / "core"
    fixed = [core / "package-lock.json", core / "hatch_build.py", core / "hookline/web/icons.txt"]
    return [*fixed, *sorted((core / "hookline").rglob("*.po"))]


def _digest(*paths: Path) -> str:
    total = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for path in paths:
        if not path.exists():
            raise Trouble(f"{path.relative_to(ROOT)} is missing; is this a whole copy of the repository?")
        total.update(path.read_bytes() + b"\0")
    return total.hexdigest()


def _read_stamps() -> dict[str, str]:
    try:
        stamps: dict[str, str] = json.loads(STAMPS.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamps


def _have_chromium() -> bool:
    if any(map(shutil.which, CHROMIUMS)):
        return True
    apt = shutil.which("apt-get")
    if apt is None:
        return False
    before = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if before and not shutil.which("sudo"):
        return False
    try:
        _step("Reading Debian's package lists", *before, apt, "update", "--quiet")
    except Trouble as trouble:
        print(trouble, flush=True)
        return False
    # That without windows needs less; not every system has it as a package.
    for package in CHROMIUMS[:2]:
        try:
            _step(f"Installing {package}", *before, apt, "install", "--quiet", "--yes", package)
        except Trouble as trouble:
            print(trouble, flush=True)
        else:
            return True
    return False


def _step(title: str, *command: str | Path) -> None:
    """Run one command under a line of its own; its output is shown only when it fails."""
    print(f"{title} ...", flush=True)
    started = time.monotonic()
    arguments = list(map(str, command))
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    try:
        done = subprocess.run(arguments, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Trouble(f"{title}: {error}") from None
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise Trouble("\n".join([f"{title} failed:", *said[-20:]]))
    print(f"    {time.monotonic() - started:.1f} s", flush=True)


def _checked(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    verdict = "failed" if done.returncode else "ok"
    print(f"{name:<8} {verdict:<6} {time.monotonic() - started:5.1f} s", flush=True)
    if done.returncode:
        print((done.stdout + done.stderr).strip(), flush=True)
    return done.returncode == 0


def _become(command: list[str]) -> int:
    """Hand this process over to `command`, so that signals and the exit status are its own."""
    os.chdir(ROOT)
    sys.stdout.flush()
    if WINDOWS:
        return subprocess.run(command, check=False).returncode
    return os.execv(command[0], command)


def _complain(message: str) -> int:
    print(f"run.py: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
