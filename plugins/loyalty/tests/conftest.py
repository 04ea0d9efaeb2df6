"""A browser for the tests that need script."""

import shutil
from collections.abc import Iterator

import pytest
from hookline_sdk.testing import Client, Crm
from playwright.sync_api import Page, Route, sync_playwright

ORIGIN = "http://crm.example"


@pytest.fixture
def page(crm: Crm, client: Client) -> Iterator[Page]:
    """A Chromium in which the administrator is signed in, and whose requests the application answers without a network."""

    def answer(route: Route) -> None:
        asked = route.request
        said = crm.wire.request(
            asked.method,
            asked.url,
            headers=asked.all_headers(),
            content=asked.post_data_buffer,
            follow_redirects=False,
        )
        headers = {name: value for name, value in said.headers.items() if name != "content-encoding"}
        route.fulfill(status=said.status_code, headers=headers, body=said.content)

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        context = browser.new_context(base_url=ORIGIN, reduced_motion="reduce")
        name, _, value = client.request("GET", "/me").request.headers["cookie"].partition("=")
        context.add_cookies([{"name": name, "value": value, "url": ORIGIN}])
        page = context.new_page()
        page.route("**/*", answer)
        yield page
        browser.close()
