"""What customers think of it: asked after a purchase, a call or a visit."""

from hookline_loyalty.surveys import answering, asking, data, demo, reports, rules

__all__ = ["answering", "asking", "data", "demo", "reports", "rules"]
