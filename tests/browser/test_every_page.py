"""Every page there is, in a real Chromium, as an administrator: anybody can use it, it fits a phone, it is light.

The pages are visited once each. `PARTS` shares them out among the processes that run the tests.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, WIDE, Complaints, Story, signed_in
from tests.pages import NOTHING_THERE, Address, pages

pytestmark = pytest.mark.browser

PARTS: Final = 4
# The records of every entity are drawn by the same templates: so many entities stand for all. The house's checks see each.
ENTITIES: Final = 3
LEVELS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RULES: Final = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
# What a theme can change.
COLOURS: Final = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
# Answers when something is on the screen.
PAINTED: Final = """() => new Promise(done => new PerformanceObserver(list =>
    list.getEntriesByName('first-contentful-paint').length && done()).observe({type: 'paint', buffered: true}))"""
CLICKED: Final = """href => {
    const link = [...document.querySelectorAll('main a[data-dialog]')].find(a => a.getAttribute('href') === href);
    link?.click();
    return Boolean(link);
}"""
FIRST_VISIT: Final = 200_000
LATER_VISIT: Final = 40_000
LIST_OF_50: Final = 60_000


@dataclass
class Weights:
    """What came over the wire since `begin`, by address."""

    sent: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def listen(self, page: Page) -> None:
        """Count from now on, with a browser that keeps nothing: each visit is a first one."""
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.on("Network.responseReceived", self._received)
        wire.on("Network.loadingFinished", self._finished)

    def begin(self) -> None:
        """From here on it is another page."""
        self.sent.clear()

    @property
    def first(self) -> int:
        """All of it."""
        return sum(self.sent.values())

    @property
    def later(self) -> int:
        """What a browser asks for again: all but the files that may be kept for ever."""
        return sum(size for address, size in self.sent.items() if "/static/" not in address)

    def _received(self, told: dict[str, Any]) -> None:
        self.addresses[told["requestId"]] = told["response"]["url"]

    def _finished(self, told: dict[str, Any]) -> None:
        address = self.addresses.get(told["requestId"], "")
        self.sent[address] = self.sent.get(address, 0) + int(told["encodedDataLength"])


@dataclass
class Desk:
    """Somebody's browser, and what was found in it."""

    page: Page
    complaints: Complaints
    weights: Weights
    opened: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def visit(self, address: Address) -> None:
        """Go to one page and look at all of it."""
        self.weights.begin()
        answer = self.page.goto(address.path, wait_until="load")
        assert answer is not None
        self._weigh(address)
        self._judge(f"{address.path}", RULES)
        self.page.emulate_media(color_scheme="dark")
        self._judge(f"{address.path} dark", COLOURS)
        self.page.emulate_media(color_scheme="light")
        self._open_popovers(address)
        self._open_dialogs(address)
        self.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        widest = self.page.evaluate("document.documentElement.scrollWidth")
        if widest > PHONE["width"]:
            self.wrong.append(f"{address.path}: {widest} px wide on a phone")
        self.page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
        self.wrong += [f"{address.path} says {said}" for said in self.complaints]
        self.complaints.clear()

    def _weigh(self, address: Address) -> None:
        most = {FIRST_VISIT: self.weights.first, LATER_VISIT: self.weights.later}
        self.wrong += [
            f"{address.path}: {size} of {most} bytes" for most, size in most.items() if size > most
        ]

    def _judge(self, where: str, rules: dict[str, Any], part: str = "document") -> None:
        found: dict[str, Any] = self.page.evaluate(
            "([part, rules]) => axe.run(part === 'document' ? document : document.querySelector(part), rules)",
            [part, rules],
        )
        self.wrong += [
            f"{where}: {broken['id']} {[node['html'][:160] for node in broken['nodes'][:3]]}"
            for broken in found["violations"]
        ]

    def _open_popovers(self, address: Address) -> None:
        """Each menu and panel, where it is met first."""
        ids: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('[popover][id]')].filter(p => p.children.length).map(p => p.id)"
        )
        for id in ids:
            kind = re.sub(r"\d+", "N", id)
            if kind in self.opened:
                continue
            self.opened.add(kind)
            self.page.evaluate("id => document.getElementById(id).showPopover()", id)
            self._judge(f"{address.path} #{id}", RULES, f"[id='{id}']")
            self.page.evaluate("id => document.getElementById(id).hidePopover()", id)

    def _open_dialogs(self, address: Address) -> None:
        """Each kind of dialog, where a link leads to it first."""
        links: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('main a[data-dialog]')].map(a => a.getAttribute('href'))"
        )
        for link in dict.fromkeys(links):
            kind = re.sub(r"\d+", "N", link.partition("?")[0])
            if kind in self.opened:
                continue
            self.opened.add(kind)
            # What came later may have taken its place.
            if not self.page.evaluate(CLICKED, link):
                continue
            self.page.wait_for_selector("#dialog[open]")
            self._judge(f"{address.path} dialog {link}", RULES, "#dialog")
            self.page.evaluate("document.getElementById('dialog').close()")


@pytest.fixture(scope="module")
def every(story: Story) -> list[Address]:
    with httpx.Client(base_url=story.address, timeout=30) as client:
        found = [address for address, _ in pages(client, story.app, story.home, each=ENTITIES)]
    return sorted(found, key=lambda address: address.door)


@pytest.fixture(scope="module")
def desk(browser: Browser, site: str, axe_script: str) -> Iterator[Desk]:
    with signed_in(browser, site, "anna", size=WIDE) as (page, complaints):
        weights = Weights()
        weights.listen(page)
        page.add_init_script(axe_script)
        yield Desk(page, complaints, weights)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_open_to_everybody_fits_a_phone_and_is_light(
    desk: Desk, every: list[Address], part: int
) -> None:
    desk.wrong.clear()
    mine = [a for a in itertools.islice(every, part, None, PARTS) if not a.public]
    assert len(mine) > 10
    for address in mine:
        desk.visit(address)
    assert not desk.wrong, "\n".join(desk.wrong)


def test_what_strangers_see_is_as_open_and_light(
    browser: Browser, site: str, every: list[Address], axe_script: str
) -> None:
    public = [address for address in every if address.public and address.door not in NOTHING_THERE]
    assert {"/sign-in", "/sign-in/forgotten"} <= {address.path for address in public}
    with browser.new_context(
        base_url=site, viewport={"width": WIDE["width"], "height": WIDE["height"]}, reduced_motion="reduce"
    ) as context:
        page, complaints, weights = context.new_page(), Complaints(), Weights()
        complaints.listen(page)
        weights.listen(page)
        page.add_init_script(axe_script)
        stranger = Desk(page, complaints, weights)
        for address in public:
            stranger.visit(address)
    assert not stranger.wrong, "\n".join(stranger.wrong)


def test_a_list_of_fifty_rows_is_small(desk: Desk) -> None:
    desk.weights.begin()
    desk.page.goto("/contacts")
    assert desk.page.locator("#records tbody tr").count() >= 50
    document = next(size for address, size in desk.weights.sent.items() if "/contacts" in address)
    assert 0 < document <= LIST_OF_50


def test_a_page_is_painted_before_its_scripts_come(browser: Browser, site: str) -> None:
    with signed_in(browser, site, "anna", size=WIDE) as (page, _):
        held: list[str] = []
        page.route("**/*.js*", lambda route: held.append(route.request.url))
        page.goto("/deals", wait_until="commit")
        page.evaluate(PAINTED)
        assert len(held) >= 2, "the scripts were asked for, and none has come"
        page.unroute_all(behavior="ignoreErrors")
