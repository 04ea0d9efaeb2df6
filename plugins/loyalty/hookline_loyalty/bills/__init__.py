"""Bills of customers: quoted, settled once for each source, and taken back."""

from hookline_loyalty.bills import purchases, reading, settling

__all__ = ["purchases", "reading", "settling"]
