"""Settings of an installation, from the environment: HOOKLINE_DATABASE_URL, HOOKLINE_DATA_DIR and so on."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from hookline.errors import SettingsError


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What differs between installations.

    `plugins` are "package.module" or "package.module:name" of Plugin objects, or paths of one-file plugins.
    `base_url` is the address people type; cookies are secure when it is https. `count_statements` tells in a header how
    many statements a page took, for measuring.
    """

    database_url: str = "sqlite:///hookline.db"
    data_dir: Path = Path("hookline-data")
    base_url: str = "http://127.0.0.1:8000"
    allowed_hosts: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    disabled_plugins: tuple[str, ...] = ()
    safe_mode: bool = False
    development: bool = False
    count_statements: bool = False
    pool_size: int = 8

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The settings named HOOKLINE_<NAME>. SettingsError names the one that cannot be read."""
        known = {f.name: f.type for f in fields(cls)}
        found: dict[str, object] = {}
        for key, value in environment.items():
            name = key.removeprefix("HOOKLINE_").lower()
            if key.startswith("HOOKLINE_") and name in known:
                found[name] = _read(key, value, known[name])
        return cls(**found)  # type: ignore[arg-type]  # each value was read by the type of its field

    @property
    def hosts(self) -> frozenset[str]:
        """The host names this installation answers to, lower case, without ports."""
        own = urlsplit(self.base_url).hostname or "127.0.0.1"
        return frozenset({own, *(h.lower() for h in self.allowed_hosts), *(_LOCAL if own in _LOCAL else ())})

    @property
    def secure(self) -> bool:
        """Whether cookies are for https only."""
        return self.base_url.startswith("https://")

    @property
    def files_dir(self) -> Path:
        """Where files of records are kept."""
        return self.data_dir / "files"


_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def _read(key: str, value: str, kind: object) -> object:
    if kind is bool:
        if value.lower() not in ("0", "1", "true", "false", "yes", "no", ""):
            raise SettingsError(f"{key} must be 1 or 0, not {value!r}")
        return value.lower() in ("1", "true", "yes")
    if kind is int:
        if not value.isdecimal():
            raise SettingsError(f"{key} must be a whole number, not {value!r}")
        return int(value)
    if kind is Path:
        return Path(value)
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if kind == tuple[str, ...] else value
    )
