"""The QR code of a card, as part of a page."""

import segno


def qr(number: str) -> str:
    """An SVG without any style in it, which the pages' policy would refuse; made of modules and numbers alone."""
    code = segno.make(number, error="m", micro=False)
    return code.svg_inline(scale=5, border=2, dark="#000", light="#fff", svgclass="qr", lineclass=None)
