"""The QR code of a card, as part of a page."""

import segno
from markupsafe import Markup


def qr(number: str) -> Markup:
    """An SVG without any style in it, which the pages' policy would refuse; made of modules and numbers alone."""
    code = segno.make(number, error="m", micro=False)
    drawn = code.svg_inline(scale=5, border=2, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704  # made of modules and numbers alone
