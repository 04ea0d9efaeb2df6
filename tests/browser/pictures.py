"""Pictures of the main screens: `python3 run.py pictures FOLDER`, in both themes and languages, for a desk and a phone.

With `--docs` only those that the README and the docs show, into docs/pictures, and those of the bundled plugins' docs, into theirs.
"""

import argparse
import itertools
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hookline.crm.deals import Deal
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import PHONE, WIDE, Story, served, signed_in
from tests.conftest import CHROMIUM_SWITCHES, CHROMIUMS, ROOT

# What stands for the page of a deal in which much has happened.
DEAL: Final = "Tool tracking, hall 7"
SCREENS: Final = {
    "day": "/my-day",
    "deals": "/deals",
    "board": "/deals/board",
    "deal": DEAL,
    "new-deal": "/deals/new",
    "contact": "/contacts/12",
    "leads": "/leads",
    "calendar": "/activities/calendar",
    "search": "/search?q=castellan",
    "report": "/reports/core/pipeline",
    "dashboards": "/dashboards",
    "imports": "/imports",
    "settings": "/settings",
    "pipelines": "/settings/pipelines",
    "account": "/me",
    "kit": "/-/kit",
}
IN_DOCS: Final = {"my-day": "/my-day", "deals": "/deals", "board": "/deals/board", "record": DEAL}
# By the bundle whose story they show: the plugin, and its screens.
IN_PLUGINS: Final = {
    "estate_agency": (
        "real_estate",
        {
            "grid": "/x/real_estate/grid?unit=47",
            "matches": "/x/real_estate/matches/3?show=units",
            "waterfall": "/real_estate/commissions/2",
            "route": "/x/real_estate/route",
        },
    )
}
LARGEST: Final = 200_000
# Who speaks it.
LANGUAGES: Final = {"en": "anna", "ru": "daria"}


def main() -> int:
    """Take them; returns the exit status."""
    parser = argparse.ArgumentParser(prog="run.py pictures", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "var/pictures")
    parser.add_argument("--docs", action="store_true", help="only those of the docs, into docs/pictures")
    options = parser.parse_args()
    program = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if program is None:
        parser.error("pictures are taken with the program `chromium`")
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=program, args=CHROMIUM_SWITCHES) as browser,
    ):
        with tempfile.TemporaryDirectory() as data, served(Path(data)) as story:
            if options.docs:
                _take_docs(browser, story, IN_DOCS, ROOT / "docs/pictures")
            else:
                _take_all(browser, story, options.folder)
        for bundle, (plugin, screens) in IN_PLUGINS.items() if options.docs else ():
            with tempfile.TemporaryDirectory() as data, served(Path(data), bundle) as story:
                _take_docs(browser, story, screens, ROOT / "plugins" / plugin / "docs/pictures")
    return 0


def _take_all(browser: Browser, story: Story, folder: Path) -> None:
    for language, theme, size in itertools.product(LANGUAGES, ("light", "dark"), (WIDE, PHONE)):
        with signed_in(browser, story.address, LANGUAGES[language], size=size, theme=theme) as (page, _):
            for name, path in SCREENS.items():
                _take(
                    page,
                    story.path(Deal, path) if path == DEAL else path,
                    folder / f"{name}-{language}-{theme}-{size['width']}.png",
                )


def _take_docs(browser: Browser, story: Story, screens: Mapping[str, str], folder: Path) -> None:
    with signed_in(browser, story.address, "anna", size={"width": 1440, "height": 680}) as (page, _):
        for name, path in screens.items():
            _take(page, story.path(Deal, path) if path == DEAL else path, folder / f"{name}.png")
            if (folder / f"{name}.png").stat().st_size > LARGEST:
                sys.exit(f"{name}.png is larger than {LARGEST} bytes")


def _take(page: Page, path: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=target)
    print(target, flush=True)


if __name__ == "__main__":
    sys.exit(main())
