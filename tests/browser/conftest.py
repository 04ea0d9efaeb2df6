"""What browser tests ask for: the demo story, served from here, and people who are signed in to it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from hookline.app import create_app
from hookline.bundles import find_bundle
from hookline.crm import demo
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.kernel.installation import Installation
from hookline.settings import Settings
from hookline.start import bring_up_to_date, create_installation
from litestar import Litestar
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.pages import add_rarities

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Story:
    """The application that tells the demo story, while it is served."""

    address: str
    home: Installation
    app: Litestar

    def path(self, noun: type[Deal | Lead], name: str) -> str:
        """The page of the record of this name. Numbers follow the days of the week on which the story took place."""
        with self.home.house("test") as gate:
            [(number,)] = gate.rows(select(noun.id).where(noun.name == name))
        return f"/{noun.slug}/{number}"


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """One for all tests of a process; they leave in it what they do there."""
    with served(tmp_path_factory.mktemp("story")) as opened:
        yield opened


@pytest.fixture(scope="session")
def site(story: Story) -> str:
    """The address of the story."""
    return story.address


@contextmanager
def served(folder: Path, bundle: str = "") -> Iterator[Story]:
    """Tell the story in a folder, with the parts of a bundle's plugins, and serve it from here."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(
            database_url=f"sqlite:///{folder / 'story.db'}", data_dir=folder, base_url=address
        )
        if bundle:
            settings = settings.with_bundle(str(find_bundle(bundle)))
        home = create_installation(settings)
        bring_up_to_date(home)
        demo.tell(home)
        assert not demo.tell_parts(home)
        add_rarities(home, folder)
        app = create_app(settings, home)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
        serving = threading.Thread(target=server.run, args=([listening],))
        serving.start()
        yield Story(address, home, app)
        server.should_exit = True
        serving.join()
        home.database.close()


class Complaints(list[str]):
    """What the browser had to say while a page was used: errors, and what the content security policy held back."""

    def listen(self, page: Page) -> None:
        """Take down what this page says from now on."""
        page.on(
            "console", lambda said: self.append(f"{page.url}: {said.text}") if said.type == "error" else None
        )
        page.on("pageerror", lambda error: self.append(f"{page.url}: {error}"))


@contextmanager
def signed_in(
    browser: Browser, site: str, who: str, *, size: dict[str, int], script: bool = True, theme: str = "light"
) -> Iterator[tuple[Page, Complaints]]:
    """A page on which somebody of the story has signed in, by the form."""
    complaints = Complaints()
    with browser.new_context(
        base_url=site,
        viewport={"width": size["width"], "height": size["height"]},
        java_script_enabled=script,
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    ) as context:
        page = context.new_page()
        complaints.listen(page)
        page.goto("/sign-in")
        page.fill("[name=email]", f"{who}@example.com")
        page.fill("[name=password]", demo.PASSWORD)
        page.click("main button[type=submit], form button[type=submit]")
        page.wait_for_url("**/")
        yield page, complaints


@pytest.fixture(scope="module")
def desk(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[tuple[Page, Complaints]]:
    """One desk for all tests of a file, and what its browser complains of. A file's WHO says who sits there, else Anna."""
    with signed_in(browser, site, getattr(request.module, "WHO", "anna"), size=WIDE) as signed:
        yield signed
