"""Nothing is shown that no translator was given: every page and part of a page, in the language that nobody speaks.

The house's own records have each of their words marked, so whatever bears neither brackets nor marks was forgotten.
"""

from pathlib import Path

import pytest
from hookline.app import create_app
from hookline.crm import demo
from hookline.settings import Settings
from hookline.start import bring_up_to_date, create_installation
from litestar.testing import TestClient

from tests.pages import add_rarities, pages
from tests.pseudo import PseudoTranslations, mark_data, pseudo, untranslated


def test_a_sentence_keeps_its_parameters() -> None:
    assert pseudo("Must be at least %(min)s.") == "⟦Múšt bé át ļéášt %(min)s.~~~~~~~~⟧"


def test_what_was_never_given_to_a_translator_is_found() -> None:
    page = '<p title="Close">⟦Ňéw ¤Stage⟧ ¤Data 12:30</p><option>Open</option><kbd>Enter</kbd>'
    assert untranslated(page) == ["Open", "Close"]


def test_every_page_speaks_in_sentences_of_the_catalog(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hookline.kernel.plugins.host.Translations", PseudoTranslations)
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'story.db'}", data_dir=tmp_path, base_url="http://house.example"
    )
    home = create_installation(settings)
    bring_up_to_date(home)
    demo.tell(home)
    add_rarities(home, tmp_path, "¤Name;¤City\n¤Ada;¤Bremen\n".encode())
    mark_data(home)
    left = dict[str, str]()
    seen = 0
    with TestClient(create_app(settings, home), base_url=settings.base_url) as client:
        for address, markup in pages(client, client.app, home):
            seen += 1
            for said in untranslated(markup):
                left.setdefault(said, address.path)
    assert seen > 100
    assert not left, "\n".join(f"{path}: {said!r}" for said, path in left.items())
