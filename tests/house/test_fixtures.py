"""The fixtures of tests/conftest.py give what they promise."""

import pytest
import sqlalchemy
from playwright.sync_api import Page, expect


def tables_in(url: str) -> list[str]:
    engine = sqlalchemy.create_engine(url)
    try:
        return sqlalchemy.inspect(engine).get_table_names()
    finally:
        engine.dispose()


def leave_a_table(url: str) -> None:
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE left_behind (id INTEGER PRIMARY KEY)"))
    engine.dispose()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_every_test_finds_its_database_empty(database_url: str, turn: str) -> None:
    assert tables_in(database_url) == []
    leave_a_table(database_url)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_test_leaves_does_not_reach_the_template(migrated_url: str, turn: str) -> None:
    assert "left_behind" not in tables_in(migrated_url)
    leave_a_table(migrated_url)


def test_a_database_is_on_the_engine_that_the_test_was_given(database_url: str, engine_name: str) -> None:
    assert sqlalchemy.make_url(database_url).get_backend_name() == engine_name


@pytest.mark.browser
def test_the_browser_shows_a_page(page: Page) -> None:
    page.set_content("<h1>Сделки</h1>")
    expect(page.get_by_role("heading", name="Сделки")).to_be_visible()


@pytest.mark.browser
def test_the_accessibility_checker_finds_an_unlabelled_field(page: Page, axe_script: str) -> None:
    page.set_content("<html lang='en'><title>Form</title><main><h1>Form</h1><input></main></html>")
    page.evaluate(axe_script)
    found = page.evaluate("async () => (await axe.run()).violations.map(one => one.id)")
    assert found == ["label"]
