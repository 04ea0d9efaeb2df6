"""The house's own story, in which every deal has a margin as well."""

from hookline.crm import demo
from hookline.crm.deals import Deal
from hookline.kernel.installation import Installation
from sqlalchemy import select


def tell(home: Installation) -> None:
    """Tell the story, then give each deal a margin between 12 and 48 percent: the larger the deal, the smaller."""
    demo.tell(home)
    with home.house("demo", durable=False) as gate:
        for id, amount in gate.rows(select(Deal.id, Deal.amount).where(Deal.amount.is_not(None))):
            gate.update(Deal, id, {"margins_margin": max(12, 48 - int(amount) // 2500)})
