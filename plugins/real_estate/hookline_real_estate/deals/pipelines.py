"""The ways a deal goes: sale, purchase, rent and new buildings, with what each stage asks for. Laid once, then the house's own."""

from hookline_sdk import Deal, Gate, Pipeline, Stage, Step, Text, select

from hookline_real_estate.deals.data import Requirement
from hookline_real_estate.plugin import plugin

plugin.pipeline(
    Deal,
    "Property sale",
    [
        Step(
            "New request",
            probability=10,
            days=2,
            hint="Call back within the hour. Agree on a visit of the property.",
        ),
        Step(
            "Mandate signed",
            probability=25,
            days=14,
            tone="violet",
            hint="Photos, description, price. Put it on the market.",
        ),
        Step("On show", probability=40, days=45, hint="Tell the owner each week what the buyers said."),
        Step(
            "Deposit",
            probability=75,
            days=14,
            tone="amber",
            hint="Agree on price, deposit and the day of signing.",
        ),
        Step(
            "Registration", probability=90, days=14, tone="orange", hint="Sign, hand in, wait for the entry."
        ),
        Step("Sold", "won"),
        Step("Not sold", "lost"),
    ],
)
plugin.pipeline(
    Deal,
    "Property purchase",
    [
        Step(
            "New request",
            probability=10,
            days=2,
            hint="Ask for budget, districts, and what must not be missing.",
        ),
        Step(
            "Searching",
            probability=25,
            days=30,
            tone="violet",
            hint="Put down what they look for; see what fits.",
        ),
        Step("Viewings", probability=40, days=30, hint="Feedback after each viewing."),
        Step(
            "Deposit",
            probability=70,
            days=10,
            tone="amber",
            hint="Agree on price and deposit. Ask the banks.",
        ),
        Step(
            "Mortgage and check",
            probability=80,
            days=21,
            tone="orange",
            hint="Choose a bank. Check the documents of the property.",
        ),
        Step(
            "Registration", probability=90, days=14, tone="orange", hint="Sign, hand in, wait for the entry."
        ),
        Step("Bought", "won"),
        Step("Not bought", "lost"),
    ],
)
plugin.pipeline(
    Deal,
    "Rent",
    [
        Step("New request", probability=15, days=1, hint="Ask for the term, the budget, who moves in."),
        Step("Viewings", probability=40, days=10, hint="Show two or three on one day."),
        Step("Deposit", probability=75, days=3, tone="amber", hint="The deposit keeps it for them."),
        Step(
            "Contract",
            probability=90,
            days=3,
            tone="orange",
            hint="Contract and a record of how it is handed over.",
        ),
        Step("Let", "won"),
        Step("Not let", "lost"),
    ],
)
plugin.pipeline(
    Deal,
    "New building",
    [
        Step("New request", probability=10, days=1, hint="Find two or three units on the grid."),
        Step(
            "Show flat", probability=30, days=10, tone="violet", hint="Invite them. Hold the unit they like."
        ),
        Step("Unit held", probability=55, days=5, tone="amber", hint="Deposit, or the hold runs out."),
        Step("Payment agreed", probability=75, days=14, tone="orange", hint="Mortgage or a payment plan."),
        Step("Contract registered", probability=90, days=14, tone="orange", hint="Hand the contract in."),
        Step("Sold", "won"),
        Step("Handed over", "after"),
        Step("Not sold", "lost"),
    ],
)

_PASSPORTS = Text("Copies of the passports")
_TITLE = Text("Proof of ownership")
_EXTRACT = Text("Extract from the register, not older than a month")
_CONTRACT = Text("Signed contract")
_DEPOSIT = Text("Agreement on the deposit")

# By pipeline and stage: what must be there to enter it, and whether it may be missing.
DOCUMENTS: dict[str, dict[str, tuple[tuple[Text, bool], ...]]] = {
    "Property sale": {
        "Mandate signed": ((Text("Signed mandate"), True), (_TITLE, True)),
        "Deposit": ((_DEPOSIT, True), (_PASSPORTS, True), (_EXTRACT, False)),
        "Registration": (
            (_CONTRACT, True),
            (Text("Consent of the spouse"), False),
            (Text("No debts for services"), False),
        ),
        "Sold": ((Text("Record of the handover"), True),),
    },
    "Property purchase": {
        "Searching": ((Text("Signed order to search"), False),),
        "Deposit": ((_DEPOSIT, True), (_PASSPORTS, True)),
        "Mortgage and check": ((_EXTRACT, True), (Text("Report on the history of the property"), True)),
        "Registration": ((_CONTRACT, True), (Text("Valuation for the bank"), False)),
        "Bought": ((Text("Record of the handover"), True),),
    },
    "Rent": {
        "Deposit": ((_PASSPORTS, True), (_TITLE, False)),
        "Contract": ((Text("Signed rental contract"), True),),
        "Let": ((Text("Record of the handover"), True), (Text("Readings of the meters"), False)),
    },
    "New building": {
        "Unit held": ((_PASSPORTS, False),),
        "Payment agreed": ((_PASSPORTS, True), (Text("Application for the reservation"), True)),
        "Contract registered": ((Text("Contract with the developer"), True),),
        "Sold": ((Text("Proof of the registration"), True),),
        "Handed over": ((Text("Record of the handover"), True),),
    },
}

_DEAL = "real_estate_"
# By the kind of thing that a pipeline sells: the fields that a stage asks for.
_FIELDS = {
    ("Property sale", "Deposit"): ("property", "buyer", "price", "deposit"),
    ("Property sale", "Sold"): ("registration_number", "registered_on"),
    ("Property purchase", "Deposit"): ("buyer", "price", "deposit"),
    ("Property purchase", "Bought"): ("registration_number", "registered_on"),
    ("Rent", "Deposit"): ("property", "buyer", "price"),
    ("New building", "Unit held"): ("unit", "buyer", "price"),
    ("New building", "Contract registered"): ("deposit_paid_on",),
    ("New building", "Sold"): ("registration_number", "registered_on"),
}


@plugin.seed
def lay_demands(gate: Gate) -> None:
    """What the stages of these pipelines ask for: documents, and fields of the deal."""
    found = gate.rows(
        select(Stage.id, Stage.name, Pipeline.name.label("pipeline"))
        .join(Pipeline, Stage.pipeline == Pipeline.id)
        .where(Pipeline.entity == Deal.__tablename__, Pipeline.name.in_(DOCUMENTS))
    )
    stages = {(row.pipeline, row.name): row.id for row in found}
    asked = [
        (pipeline, stage, name, required)
        for pipeline, by_stage in DOCUMENTS.items()
        for stage, documents in by_stage.items()
        for name, required in documents
    ]
    gate.create_many(
        Requirement,
        [
            {"name": str(name), "stage": stages[pipeline, stage], "required": required, "position": place}
            for place, (pipeline, stage, name, required) in enumerate(asked)
            if (pipeline, stage) in stages
        ],
    )
    for place, fields in _FIELDS.items():
        if place in stages:
            gate.update(Stage, stages[place], {"required_fields": tuple(_DEAL + name for name in fields)})
