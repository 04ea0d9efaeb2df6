"""Bills of customers: quoted, settled once for each source, and taken back."""

from hookline_loyalty.bills import demo, explaining, purchases, reading, reports, settling, trying

__all__ = ["demo", "explaining", "purchases", "reading", "reports", "settling", "trying"]
