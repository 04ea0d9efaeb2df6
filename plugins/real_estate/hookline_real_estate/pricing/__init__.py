"""What units of new buildings cost: promotions, re-pricing, the price list, and how fast they sell at these prices."""

from hookline_real_estate.pricing import (
    data,
    history,
    listing,
    pace,
    promotions,
    repricing,
    rules,
    stock,
    todays,
)

__all__ = ["data", "history", "listing", "pace", "promotions", "repricing", "rules", "stock", "todays"]
