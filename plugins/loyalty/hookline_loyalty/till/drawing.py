"""The QR code of a card, as part of a page."""

import segno
from markupsafe import Markup


def qr(number: str) -> Markup:
    """An SVG without any style in it, which the pages' policy would refuse; made of modules and numbers alone."""
    code = segno.make(number, error="m", micro=False)
    # Without a size of its own it is as large as the page says.
    drawn = code.svg_inline(border=2, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    return Markup(drawn)  # noqa: S704  # made of modules and numbers alone
