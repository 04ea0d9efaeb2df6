"""The ways on which people are written to, and which of them are open: those for which there is an address and a consent."""

from hookline_sdk import Choices, Gate, may_text_to, may_write_to


class By(Choices):
    """On what way somebody is written to."""

    email = "email", "E-mail"
    sms = "sms", "SMS"


_OPEN = {By.email: may_write_to, By.sms: may_text_to}


def is_open(gate: Gate, by: By, contact: int, purpose: int) -> bool:
    """Whether somebody may be written to so, for this purpose of consent."""
    return _OPEN[by](gate, contact, purpose)
