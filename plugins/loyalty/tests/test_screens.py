"""Every page it has a part in, as people open it."""

from hookline_sdk.testing import Crm


def test_every_screen_stands(crm: Crm) -> None:
    for screen in crm.screens():
        assert not screen.trouble, screen
