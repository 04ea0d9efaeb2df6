"""Every rule, level by level: the table of contents of `hookline plugin check`."""

from __future__ import annotations

from typing import Final

from hookline_sdk.check import (
    chaos,
    coverage,
    declared,
    hostility,
    imports,
    lasting,
    living,
    marks,
    neighbours,
    papers,
    permissions,
    proving,
    revisions,
    rights,
    showing,
    tables,
    upgrades,
)
from hookline_sdk.check.findings import Rule

RULES: Final[tuple[Rule, ...]] = (
    Rule("imports", "bronze", "imports only hookline_sdk, SQLAlchemy, Litestar, itself and what it depends on", imports.imports, needs_start=False),
    Rule("raw-sql", "bronze", "writes no SQL past the gate", imports.raw_sql, needs_start=False),
    Rule("starts", "bronze", "starts beside the core, and names nothing that is not there", declared.starts, needs_start=False),
    Rule("names", "bronze", "has names that people and programs can go by", declared.names),
    Rule("signatures", "bronze", "has a type for every parameter and answer of what it contributes", declared.signatures),
    Rule("prefixes", "bronze", "keeps its data in entities and catalogs, whose tables bear its name", tables.prefixes),
    Rule("migrates", "bronze", "brings an empty database to where its declarations are", tables.migrates),
    Rule("owned-ddl", "bronze", "changes no table, column or index of others", tables.owned),
    Rule("marked", "bronze", "writes every sentence so that it can be translated", marks.marked, needs_start=False),
    Rule("papers", "bronze", "has a README, docs and a changelog", papers.papers, needs_start=False),
    Rule("lasting", "silver", "uses nothing of the SDK that is going to be taken away", lasting.lasting),
    Rule("revisions", "silver", "has a revision for everything it declares", tables.drifts),
    Rule("reversible", "silver", "takes nothing away in a revision without a way back or a reason", revisions.reversible),
    Rule("russian", "silver", "has Russian for every sentence", marks.russian),
    Rule("permissions", "silver", "declares every right that it asks for, and asks for every one", permissions.permissions),
    Rule("screens", "silver", "shows every screen with no, bare, full and hostile records, in both languages", showing.screens),
    Rule("growth", "silver", "sends no more statements for 100 records than for 10", showing.growth),
    Rule("tests", "silver", "has tests of its own, and they pass", proving.own_tests, needs_start=False),
    Rule("types", "silver", "has nothing that mypy or pyright complains of", proving.types, needs_start=False),
    Rule("life", "gold", "can be added, switched off and on, taken out and brought back without loss", living.life),
    Rule("strangers", "gold", "shows everybody of its records what the rule of access says, no more and no less", rights.strangers),
    Rule("interference", "gold", "tells nobody, by an answer that changes, of what is not in sight", rights.interference),
    Rule("chaos", "gold", "takes no page with it when everything in it fails", chaos.chaos),
    Rule("neighbours", "gold", "lives beside other plugins, even those that use the same names", neighbours.neighbours),
    Rule("upgrades", "gold", "carries its rows along from each of the two revisions before", upgrades.upgrades),
    Rule("covered", "gold", "has a test for everything it declares", coverage.covered),
    Rule("hostile", "gold", "answers the worst that is sent to its forms, lists and API", hostility.hostility),
)  # fmt: skip
