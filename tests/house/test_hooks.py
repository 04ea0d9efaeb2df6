"""Every hook and every word of `Plugin` is told of in the reference, has a test of its own, and is used by a plugin.

What a plugin can declare is a promise: one that nobody uses cannot be known to be of use.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from hookline.kernel.plugins.hookspecs import HookSpecs

from docs.making.about_points import points
from docs.making.tree import REFERENCE
from tests.house.tracked import ROOT, text_of, tracked

WORDS: Final = sorted(name for _, name, _ in points())
HOOKS: Final = sorted(name for name in vars(HookSpecs) if not name.startswith("_"))

_EVENTS: Final = "tests/kernel/test_own_events.py::"
_POINTS: Final = "tests/kernel/test_points.py::"
_FAILING: Final = "tests/web/test_failing_plugins.py::"
_BILLING: Final = "tests/examples/test_billing.py::"
_SHOWROOM: Final = "tests/web/test_contributed.py::"
_FOREIGN: Final = "tests/web/test_foreign_files.py::"
_COMMANDS: Final = "tests/commands/test_of_plugins.py::"

# What the core's own webhooks stand on: they keep what is to be told, and forget it with the record.
OF_THE_CORE: Final = {"follow_event", "forget"}

# For each the test that would notice first if it no longer did what it says.
TESTED: Final = {
    "action": _SHOWROOM + "test_an_actions_form_is_asked_in_the_dialog_and_comes_back_with_what_is_wrong",
    "activity_kind": _BILLING
    + "test_a_won_deal_becomes_a_numbered_invoice_with_the_discount_that_another_plugin_grants",
    "after_commit": "tests/kernel/test_outbox.py::test_every_saved_change_is_told_once_in_order",
    "around_write": "tests/kernel/test_writing.py::test_what_stands_around_a_write_is_part_of_it",
    "before_delete": _BILLING
    + "test_a_won_deal_becomes_a_numbered_invoice_with_the_discount_that_another_plugin_grants",
    "before_save": _FAILING + "test_what_cannot_be_judged_is_not_saved_and_every_judge_was_asked",
    "before_stage_change": _BILLING + "test_rules_and_starts_of_invoices",
    "block": _SHOWROOM + "test_blocks_and_panels_stand_in_their_slots",
    "cell": _SHOWROOM + "test_a_cell_looks_as_the_plugin_says_and_as_usual_while_it_fails",
    "column": "tests/web/test_lists.py::test_plugins_and_custom_fields_have_columns_like_any_other",
    "command": _COMMANDS + "test_a_plugin_is_run_and_asked_from_the_command_line",
    "contribute": "tests/kernel/test_host.py::test_a_module_may_implement_hooks_for_every_entity",
    "default": "tests/web/test_form_starts.py::test_an_empty_form_shows_the_start_and_what_is_emptied_stays_empty",
    "demo": _COMMANDS + "test_the_demo_tells_each_part_once_and_whole",
    "erase_personal_data": "tests/crm/test_erasure.py::test_no_mark_of_an_erased_contact_is_left_anywhere",
    "endpoint": "tests/api/test_endpoints.py::test_a_token_of_its_own_stands_for_its_record_and_opens_nothing_else",
    "exporter": _FOREIGN + "test_a_list_is_taken_as_the_file_of_a_plugin",
    "follow_event": "tests/crm/test_webhooks.py::test_what_plugins_tell_goes_to_those_with_every_right",
    "follow": "tests/kernel/test_host.py::test_what_follows_a_save_and_fails_refuses_it",
    "forget": _BILLING + "test_points_are_told_to_whom_they_belong_and_go_with_them",
    "health": _COMMANDS + "test_a_plugin_is_run_and_asked_from_the_command_line",
    "importer": _FOREIGN + "test_a_foreign_file_goes_the_way_of_every_import",
    "job": "tests/kernel/test_jobs.py::test_a_job_runs_once_with_its_arguments_and_keeps_its_result",
    "menu": _SHOWROOM + "test_only_who_may_finds_a_page_and_its_link",
    "on": _EVENTS + "test_who_listens_hears_an_event_as_it_was_told_and_by_one_number",
    "page": _SHOWROOM + "test_a_page_stands_in_the_house_with_its_own_template_style_and_words",
    "panel": _FAILING + "test_a_failed_panel_is_a_small_error_and_the_others_stand",
    "permission": "tests/kernel/test_permissions.py::test_a_plugins_permission_is_given_like_any_other",
    "personal_data": "tests/crm/test_erasure.py::test_a_dossier_holds_everything",
    "pipeline": "tests/crm/test_seeds.py::test_a_pipeline_is_laid_once_and_then_belongs_to_the_administrators",
    "point": _POINTS + "test_everybody_who_answers_is_asked_in_order_and_who_fails_is_left_out",
    "provides": _POINTS + "test_everybody_who_answers_is_asked_in_order_and_who_fails_is_left_out",
    "public_file": "tests/web/test_public_files.py::test_a_picture_is_fetched_by_nobody_while_the_plugin_says_so",
    "report": _FAILING + "test_reports_of_others_are_made",
    "restrict": _BILLING + "test_rules_and_starts_of_invoices",
    "search": _SHOWROOM + "test_the_search_finds_what_plugins_find",
    "seed": "tests/crm/test_seeds.py::test_seeds_are_laid_once_or_at_every_run",
    "selection": "tests/web/test_drill_down.py::test_every_figure_leads_to_exactly_its_records",
    "settings": _SHOWROOM + "test_settings_are_a_form_with_secrets_that_are_never_shown_again",
    "similar": "tests/web/test_similar_by_plugins.py::test_plugins_say_what_may_be_the_same",
    "view": _SHOWROOM + "test_a_view_is_a_tab_of_the_list_and_a_line_of_the_palette",
    "widget": "tests/web/test_dashboards.py::test_a_widget_that_fails_says_so_in_its_place",
}


def test_there_are_words_and_hooks_to_judge() -> None:
    assert {"before_save", "panel", "on", "provides", "around_write"} <= set(WORDS)
    assert {"contribute", "after_commit"} <= set(HOOKS)


def test_each_stands_in_the_reference_with_its_signature() -> None:
    told, hooks = (REFERENCE / "points.md").read_text("utf-8"), (REFERENCE / "hooks.md").read_text("utf-8")
    sections = {part.partition("\n")[0]: part for part in told.split("\n### ")}
    missing = [name for name in WORDS if f"plugin.{name}(" not in sections.get(f"plugin.{name}", "")]
    missing = [name for name in missing if f"@plugin.{name}\n" not in sections.get(f"plugin.{name}", "")]
    assert missing == [], "python -m docs.making writes it"
    assert [name for name in HOOKS if f"def {name}(" not in hooks] == [], "python -m docs.making writes it"


def test_each_has_a_test_of_its_own() -> None:
    assert [name for name in [*WORDS, *HOOKS] if name not in TESTED] == [], "name its test in TESTED"
    assert [name for name in TESTED if name not in {*WORDS, *HOOKS}] == [], "nobody can declare this any more"


@pytest.mark.parametrize("name", TESTED)
def test_that_test_is_there(name: str) -> None:
    path, _, function = TESTED[name].partition("::")
    there = {node.name for node in ast.walk(_tree(Path(path))) if isinstance(node, ast.FunctionDef)}
    assert function in there, f"{path} has no {function}"


def test_each_word_is_used_by_a_plugin_that_is_bundled() -> None:
    used = {name for path in _bundled() for name in _declared(_tree(path))} | OF_THE_CORE
    assert [name for name in WORDS if name not in used] == [], "no plugin in plugins/ uses it"


def test_what_only_the_core_uses_it_does_use() -> None:
    core = {
        node.attr
        for path in tracked(".py")
        if path.parts[:2] == ("core", "hookline")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "core"
    }
    assert core >= OF_THE_CORE


def _bundled() -> list[Path]:
    """The files of the plugins that are bundled; an example is no proof that a word is of use."""
    return [path for path in tracked(".py") if path.parts[0] == "plugins" and "tests" not in path.parts]


def _declared(tree: ast.Module) -> Iterator[str]:
    """The words of `Plugin` that a file says: plugin.word(...) and @plugin.word."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "plugin":
            yield node.attr


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(text_of(path), str(ROOT / path))
