"""`Site`: what every request shares: settings, installation, templates, translations, assets."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment
from litestar import Response

from hookline.kernel.installation import Installation
from hookline.settings import Settings
from hookline.web.assets import Assets
from hookline.web.translations import Translations


@dataclass
class Site:
    """One web process."""

    settings: Settings
    installation: Installation
    assets: Assets
    translations: Translations
    templates: Mapping[str, Environment]
    threads: ThreadPoolExecutor
    # For pages that are made anew because a plugin hangs in one of the others.
    spare_threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(4, thread_name_prefix="spare")
    )
    # In development: asks for the answer to a request, and says with it what that has cost.
    developing: Callable[[Callable[[], Response[Any]]], Response[Any]] | None = None
    wake_worker: Callable[[], None] = field(default=lambda: None)

    def close(self) -> None:
        """Give back the threads and the connections; what hangs in a thread is not waited for."""
        self.threads.shutdown(wait=False)
        self.spare_threads.shutdown(wait=False)
        self.installation.database.close()
