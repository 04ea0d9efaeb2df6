"""Every page it has a part in, as people open it."""

from hookline_sdk.testing import Crm
from hookline_sdk.testing.screens import look_at


def test_every_screen_stands(crm: Crm) -> None:
    """In Russian, whose sentences have more forms; the proof of a plugin's life opens all of them in English."""
    for screen in look_at(crm, languages=("ru",), records=("bare", "hostile")):
        assert not screen.trouble, screen
