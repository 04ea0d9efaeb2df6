"""The component kit: its files follow the house rules, and every part renders with nothing undefined."""

import re
from pathlib import Path
from typing import Any

import hookline.web
import pytest
from hookline.web.assets import Assets
from hookline.web.kit import sample_charts
from hookline.web.pages import TOKEN_HERE, environments
from hookline.web.translations import Translations
from jinja2 import Environment
from markupsafe import Markup

WEB = Path(hookline.web.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
STYLES = sorted((WEB / "static" / "css").glob("*.css"))
SCRIPTS = sorted((WEB / "static" / "js").glob("*.js"))
ICONS = (WEB / "icons.txt").read_text().split()
LAYERS = {"base", "components", "crm", "plugin", "utilities"}


class Plain:
    """A format that writes values as they are."""

    def number(self, value: float) -> str:
        return f"{value:g}"


@pytest.fixture(scope="module")
def env() -> Environment:
    env = environments(Assets(), Translations(), {}, reload=False)["en"]
    env.globals["csrf"] = "token"
    return env


def frame(**more: Any) -> dict[str, Any]:
    ada = {
        "id": 1,
        "name": "Ada",
        "initials": "A",
        "hue": 1,
        "language": "en",
        "theme": "dark",
        "density": "compact",
    }
    return {
        "me": ada,
        "frame": parts(ada),
        "lang": "en",
        "csrf": "token",
        "page_title": "Deals",
        "crumbs": [],
        "flash": [],
        "notice": None,
        "fmt": Plain(),
        **more,
    }


def parts(me: dict[str, Any]) -> dict[str, Markup]:
    item = {"label": "Deals", "url": "/deals", "icon": "briefcase", "current": True, "count": None}
    values = {
        "me": me,
        "lang": "en",
        "nav": [{"label": "Sales", "items": [item]}],
        "tabbar": [item],
        "can_create": [item],
        "in_settings": False,
        "back": "/deals",
    }
    templates = environments(Assets(), Translations(), {}, reload=False)["en"]
    templates.globals["csrf"] = "token"
    return {
        name: Markup(templates.get_template(f"parts/{name}.html").render(values))  # our own templates
        for name in ("side", "top", "tabs")
    }


def macro(env: Environment, file: str, name: str) -> Any:
    return getattr(env.get_template(f"macros/{file}.html").module, name)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(WEB)))
def test_whoever_draws_icons_imports_them(path: Path) -> None:
    text = path.read_text()
    drawn = re.search(r"(?<![\w.])icon\(", re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL))
    assert not drawn or path.name == "icons.html" or 'from "macros/icons.html" import icon' in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(WEB)))
def test_template_keeps_to_the_content_security_policy(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=", text), "style attributes are dropped under the policy"
    assert not re.search(r"\son[a-z]+=", text), "inline handlers do not run under the policy"
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "inline scripts do not run under the policy"
    assert not re.search(r"hx-on|hx-vals=.js:|\bdata:", text), "evaluated attributes and data: are refused"
    assert not re.search(r"\|\s*safe\b", text), "markup comes escaped or as Markup"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(WEB)))
def test_icons_named_in_templates_are_in_the_sprite(path: Path) -> None:
    named = re.findall(r"\bicon\(\"([a-z0-9-]+)\"\)|sprite \}\}#([a-z0-9-]+)\"", path.read_text())
    assert {a or b for a, b in named} <= set(ICONS)


def test_icon_list_is_sorted_and_has_no_doubles() -> None:
    assert sorted(set(ICONS)) == ICONS


@pytest.mark.parametrize(("files", "kind"), [(STYLES, "css"), (SCRIPTS, "js")])
def test_every_file_is_in_the_order(files: list[Path], kind: str) -> None:
    order = (WEB / "static" / kind / "_order.txt").read_text().split()
    assert sorted(order) == [p.name for p in files]


def test_layers_are_declared_first_and_in_order() -> None:
    order = (WEB / "static" / "css" / "_order.txt").read_text().split()
    assert order[0] == "layers.css"
    assert "@layer base, components, crm, plugin, utilities;" in (WEB / "static/css/layers.css").read_text()


@pytest.mark.parametrize("path", STYLES, ids=lambda p: p.name)
def test_every_rule_is_in_a_layer(path: Path) -> None:
    rest = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    for name, body in blocks(rest):
        if name.startswith("@media"):
            assert all(inner.startswith("@layer ") for inner, _ in blocks(body)), name
        elif name != "@font-face":
            assert name.removeprefix("@layer ") in LAYERS, name
    assert "data:" not in rest
    assert "@import" not in rest


def blocks(css: str) -> list[tuple[str, str]]:
    """The top-level blocks of a stylesheet: what stands before the brace and what stands inside."""
    found, depth, start, name = [], 0, 0, ""
    for i, char in enumerate(css):
        if char == "{":
            depth += 1
            if depth == 1:
                name, start = css[start:i].strip().rpartition(";")[2].strip(), i + 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                found.append((name, css[start:i]))
                start = i + 1
    return found


def test_style_page_shows_every_part(env: Environment) -> None:
    page = env.get_template("kit.html").render(frame(kit=sample_charts()))
    assert 'class="dark density-compact"' in page
    assert page.count('class="board-card"') == 2
    assert page.count("<svg") > 30
    assert 'id="f-k-mail-error"' in page


def test_page_for_a_signed_out_visitor_has_no_navigation(env: Environment) -> None:
    page = env.get_template("kit.html").render(frame(me=None, kit=sample_charts()))
    assert 'class="outside"' in page
    assert 'id="sidebar"' not in page
    assert 'id="palette"' not in page


def test_error_and_hint_are_tied_to_their_control(env: Environment) -> None:
    field = macro(env, "forms", "input")(
        "email", "Email", "ada@", error="Too short.", hint="Yours.", required=True
    )
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="f-email-error f-email-hint"' in field
    assert 'aria-required="true"' in field


def test_what_people_type_is_escaped_everywhere(env: Environment) -> None:
    evil = '"><img src=x>'
    box = macro(env, "forms", "combobox")("company", evil, [(evil, evil)], [evil], placeholder=evil)
    face = macro(env, "faces", "avatar")({"name": evil, "initials": evil, "hue": 1})
    assert "<img" not in box + face


@pytest.mark.parametrize(
    "kind", ["text", "email", "phone", "url", "decimal", "date", "datetime", "percent", "secret"]
)
def test_one_line_kinds_carry_their_value(env: Environment, kind: str) -> None:
    shown = macro(env, "forms", "form_field")({"kind": kind, "name": "x", "label": "X", "value": "7"})
    assert 'value="7"' in shown
    assert '<label for="f-x">X' in shown


def test_zero_is_shown_and_none_is_not(env: Environment) -> None:
    shown = macro(env, "forms", "form_field")
    assert 'value="0"' in shown({"kind": "integer", "name": "x", "label": "X", "value": 0})
    assert 'value=""' in shown({"kind": "integer", "name": "x", "label": "X", "value": None})


def test_chosen_options_are_chosen_whatever_their_type(env: Environment) -> None:
    field = {"kind": "select", "name": "x", "label": "X", "value": 2, "choices": [("1", "One"), ("2", "Two")]}
    assert '<option value="2" selected>Two</option>' in macro(env, "forms", "form_field")(field)


def test_menu_posts_carry_the_token(env: Environment) -> None:
    item = {"label": "Delete", "url": "/deals/7", "method": "post", "danger": True, "confirm": "Sure?"}
    shown = macro(env, "ui", "menu_item")(item)
    assert '<form method="post" action="/deals/7" data-confirm="Sure?">' in shown
    assert f'name="_csrf" value="{TOKEN_HERE}"' in shown
