"""What a plugin's source can do beyond records, told from its text alone: nothing is imported.

A seat belt, no wall: code that wants to hide finds a way. It makes visible what an honest plugin needs, and what a
dishonest one usually does not bother to hide.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

NETWORK, PROCESSES, NATIVE, EVAL, FILES, SQL = (
    "network",
    "processes",
    "native code",
    "eval",
    "files",
    "raw SQL",
)
KINDS: Final = (NETWORK, PROCESSES, NATIVE, EVAL, FILES, SQL)


def _names(text: str) -> list[str]:
    return text.split()


_MODULES: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(
        _names(
            "socket ssl http urllib.request ftplib smtplib imaplib poplib telnetlib xmlrpc asyncio httpx httpx2 requests aiohttp "
            "urllib3 websockets paramiko boto3"
        ),
        NETWORK,
    )
    | dict.fromkeys(_names("subprocess multiprocessing pty"), PROCESSES)
    | dict.fromkeys(_names("ctypes cffi _ctypes"), NATIVE)
    | dict.fromkeys(_names("pickle marshal shelve code codeop"), EVAL)
    | dict.fromkeys(_names("shutil tempfile"), FILES)
    | dict.fromkeys(_names("sqlite3 psycopg psycopg2 asyncpg aiosqlite pymysql"), SQL)
)
_CALLS: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(_names("eval exec compile __import__"), EVAL)
)
_METHODS: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(_names("write_text write_bytes unlink rmdir rmtree touch mkdir rename chmod"), FILES)
    | dict.fromkeys(_names("exec_driver_sql raw_connection executescript driver_connection"), SQL)
)
_OF_OS: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(
        _names("system popen fork forkpty execv execve execvp execl execlp kill spawnl spawnv posix_spawn"),
        PROCESSES,
    )
    | dict.fromkeys(_names("remove unlink rename rmdir makedirs mkdir chmod replace truncate open"), FILES)
)
_SQL_NAMES: Final = frozenset({"text", "literal_column", "create_engine", "DDL"})


@dataclass(frozen=True, order=True)
class Capability:
    """One place in a plugin's source: what it can do there, in which file and line, by which word."""

    kind: str
    file: str
    line: int
    word: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.word} ({self.file}:{self.line})"


def find_capabilities(sources: Mapping[str, str]) -> list[Capability]:
    """Every such place in these files, each named by its path. SyntaxError when one is no Python."""
    return sorted(
        Capability(kind, file, line, word)
        for file, source in sources.items()
        for kind, line, word in _places(ast.parse(source, file))
    )


def declared_capabilities(sources: Mapping[str, str]) -> frozenset[str]:
    """What `Plugin(..., uses=(...))` says, wherever it stands in these files."""
    found: set[str] = set()
    for file, source in sources.items():
        for node in ast.walk(ast.parse(source, file)):
            if isinstance(node, ast.Call) and _name(node.func).rpartition(".")[2] == "Plugin":
                found.update(_constants(node.keywords))
    return frozenset(found)


def _constants(keywords: Iterable[ast.keyword]) -> Iterator[str]:
    for keyword in keywords:
        if keyword.arg == "uses":
            yield from (
                n.value
                for n in ast.walk(keyword.value)
                if isinstance(n, ast.Constant) and isinstance(n.value, str)
            )


def _places(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if kind := _of_module(alias.name):
                    yield kind, node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from _imported_from(node)
        elif isinstance(node, ast.Call):
            yield from _called(node)


def _imported_from(node: ast.ImportFrom) -> Iterator[tuple[str, int, str]]:
    module = node.module or ""
    if kind := _of_module(module):
        yield kind, node.lineno, module
        return
    for alias in node.names:
        full = f"{module}.{alias.name}"
        if kind := (_of_module(full) or (_OF_OS.get(alias.name) if module == "os" else None)):
            yield kind, node.lineno, full
        elif module.split(".")[0] == "sqlalchemy" and alias.name in _SQL_NAMES:
            yield SQL, node.lineno, full


def _called(node: ast.Call) -> Iterator[tuple[str, int, str]]:
    name = _name(node.func)
    last = name.rpartition(".")[2]
    if name in _CALLS:
        yield _CALLS[name], node.lineno, name
    elif name == "open" or (last == "open" and name != "os.open"):
        if _writes(node):
            yield FILES, node.lineno, f"{name} for writing"
    elif name.startswith("os.") and last in _OF_OS:
        yield _OF_OS[last], node.lineno, name
    elif isinstance(node.func, ast.Attribute) and last in _METHODS:
        yield _METHODS[last], node.lineno, f".{last}()"


def _writes(node: ast.Call) -> bool:
    """Whether a call of open() may write: a mode that is worked out may be any."""
    given = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "mode")]
    if isinstance(node.func, ast.Attribute):
        given = [*node.args[:1], *given]
    modes = [g.value for g in given if isinstance(g, ast.Constant) and isinstance(g.value, str)]
    unknown = any(not isinstance(g, ast.Constant) for g in given)
    return unknown or any(set(mode) & set("wax+") and len(mode) < 5 for mode in modes)


def _of_module(name: str) -> str | None:
    return _MODULES.get(name) or _MODULES.get(name.split(".", maxsplit=1)[0])


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        above = _name(node.value)
        return f"{above}.{node.attr}" if above else f".{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
