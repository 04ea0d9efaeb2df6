"""Settings of an installation, from the environment: HOOKLINE_DATABASE_URL, HOOKLINE_DATA_DIR and so on."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from hookline.bundles import read_bundle
from hookline.errors import SettingsError


@dataclass(frozen=True, kw_only=True, repr=False)
class Settings:
    """What differs between installations.

    `plugins` are "package.module" or "package.module:name" of Plugin objects, or paths of one-file plugins.
    `bundle` is a folder whose bundle.toml names more of them.
    `base_url` is the address people type; cookies are secure when it is https. `count_statements` tells in a header how
    many statements a page took, for measuring. In development `developer_bar` shows at the foot of each page what it
    has cost. `trusted_proxies` are the addresses or networks of proxies whose word about the
    client's address, the host and the scheme counts. `audit_anchors` is a file outside of the database to which each day's
    anchor of the audit log is added. `further_file_types` are endings of files that are taken besides the usual
    ones. `sms_carrier` is the plugin that carries short messages, or "folder"; `messenger_carrier` the one
    by messenger. `plugin_patience` is for how many seconds a page waits for a part that a plugin brings; four times as long for what
    people have asked for by name, and after five times as long the process is replaced. `webhook_private_addresses` lets
    webhooks call addresses of the inner network, and by http.
    """

    database_url: str = "sqlite:///hookline.db"
    data_dir: Path = Path("hookline-data")
    base_url: str = "http://127.0.0.1:8000"
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    further_file_types: tuple[str, ...] = ()
    bundle: str = ""
    plugins: tuple[str, ...] = ()
    disabled_plugins: tuple[str, ...] = ()
    safe_mode: bool = False
    development: bool = False
    developer_bar: bool = True
    count_statements: bool = False
    pool_size: int = 8
    plugin_patience: float = 2.0
    audit_anchors: Path | None = None
    secret_key: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    sms_carrier: str = ""
    messenger_carrier: str = ""
    password_sign_in: bool = True
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_email_claim: str = "email"
    oidc_unverified_email: bool = False
    oidc_role: str = ""
    oidc_label: str = ""
    webhook_private_addresses: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The settings named HOOKLINE_<NAME>. SettingsError names the one that cannot be read."""
        known = {f.name: f.type for f in fields(cls)}
        found: dict[str, object] = {}
        for key, value in environment.items():
            name = key.removeprefix("HOOKLINE_").lower()
            if key.startswith("HOOKLINE_") and name in known:
                found[name] = _read(key, value, known[name])
        settings = cls(**found)  # type: ignore[arg-type]  # each value was read by the type of its field
        return settings.with_bundle(settings.bundle) if settings.bundle else settings

    def with_bundle(self, folder: str) -> Self:
        """These settings with the plugins of a bundle as well."""
        bundle = read_bundle(Path(folder))
        return replace(
            self,
            bundle=folder,
            plugins=tuple(dict.fromkeys((*bundle.plugins, *self.plugins))),
            disabled_plugins=tuple(dict.fromkeys((*bundle.disabled_plugins, *self.disabled_plugins))),
        )

    def __repr__(self) -> str:
        """Without what nobody may read over somebody's shoulder, or in a log."""
        shown = (f"{f.name}={_masked(f.name, getattr(self, f.name))!r}" for f in fields(self))
        return f"Settings({', '.join(shown)})"

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The host names this installation answers to, lower case, without ports."""
        own = urlsplit(self.base_url).hostname or "127.0.0.1"
        return frozenset({own, *(h.lower() for h in self.allowed_hosts), *(_LOCAL if own in _LOCAL else ())})

    @property
    def secure(self) -> bool:
        """Whether cookies are for https only."""
        return self.base_url.startswith("https://")

    @property
    def oidc(self) -> bool:
        """Whether people may sign in through a provider of identities."""
        return bool(self.oidc_issuer and self.oidc_client_id)

    @property
    def passwords(self) -> bool:
        """Whether people may sign in with a password. Without a provider there is no other way."""
        return self.password_sign_in or not self.oidc

    @property
    def files_dir(self) -> Path:
        """Where files of records are kept."""
        return self.data_dir / "files"


_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_SECRET = re.compile(r"secret|password|key|token")
_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]*(?=@)|(?<=[?&]password=)[^&\s]*")


def _masked(name: str, value: object) -> object:
    if isinstance(value, str):
        return "***" if value and _SECRET.search(name) else _CREDENTIALS.sub("***", value)
    return value


def _read(key: str, value: str, kind: object) -> object:
    if kind is bool:
        if value.lower() not in ("0", "1", "true", "false", "yes", "no", ""):
            raise SettingsError(f"{key} must be 1 or 0, not {value!r}")
        return value.lower() in ("1", "true", "yes")
    if kind is int:
        if not value.isdecimal():
            raise SettingsError(f"{key} must be a whole number, not {value!r}")
        return int(value)
    if kind is float:
        return _seconds(key, value)
    if kind in (Path, Path | None):
        return Path(value)
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if kind == tuple[str, ...] else value
    )


def _seconds(key: str, value: str) -> float:
    found = float(value) if _SECONDS.fullmatch(value) else 0.0
    if found <= 0:
        raise SettingsError(f"{key} must be a number of seconds above 0, not {value!r}")
    return found
