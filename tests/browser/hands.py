"""Hands: the same job done with a pointer, or with the keyboard alone."""

from typing import Protocol

from playwright.sync_api import Locator, expect


class Hand(Protocol):
    """What somebody does to a part of a page."""

    def press(self, part: Locator) -> None:
        """Follow a link, push a button, tick a box."""

    def write(self, part: Locator, text: str) -> None:
        """Fill in a text."""

    def choose(self, part: Locator, nth: int) -> None:
        """Choose the nth of what a select offers."""


class Pointer:
    """A mouse or a finger."""

    def press(self, part: Locator) -> None:
        part.click()

    def write(self, part: Locator, text: str) -> None:
        part.click()
        part.fill(text)

    def choose(self, part: Locator, nth: int) -> None:
        part.select_option(index=nth)


class Keys:
    """A keyboard. What the Tab key does not lead to cannot be used with it."""

    def press(self, part: Locator) -> None:
        self._reach(part)
        part.page.keyboard.press("Space" if part.get_attribute("type") in ("checkbox", "radio") else "Enter")

    def write(self, part: Locator, text: str) -> None:
        self._reach(part)
        part.page.keyboard.press("ControlOrMeta+a")
        part.page.keyboard.type(text)

    def choose(self, part: Locator, nth: int) -> None:
        self._reach(part)
        part.page.keyboard.press("Home")
        for _ in range(nth):
            part.page.keyboard.press("ArrowDown")

    def _reach(self, part: Locator) -> None:
        expect(part).to_be_visible()
        if part.get_attribute("role") == "tab":
            self._reach_tab(part)
            return
        assert part.evaluate("part => part.tabIndex") == 0, "Tab does not lead here"
        # The key itself is pressed once: from whatever stands before it, Tab must lead to it.
        part.focus()
        part.page.keyboard.press("Shift+Tab")
        part.page.keyboard.press("Tab")
        expect(part).to_be_focused()

    def _reach_tab(self, part: Locator) -> None:
        """Tab leads to the one that is open, arrows from there to the others."""
        tabs = part.locator("xpath=..").get_by_role("tab")
        tabs.locator("xpath=self::*[@aria-selected='true']").focus()
        for _ in range(tabs.count()):
            if part.evaluate("part => part === document.activeElement"):
                break
            part.page.keyboard.press("ArrowRight")
        expect(part).to_be_focused()
