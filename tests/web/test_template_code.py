"""How templates become code: what is written is escaped, what never changes is put in when a template is read."""

import pytest
from hookline.web.template_code import Spoken, icon
from jinja2 import DictLoader, StrictUndefined, UndefinedError
from markupsafe import Markup, escape

_SPECIAL = "<b class=\"x\" title='y'> & co"


def _environment(**templates: str) -> Spoken:
    files = {name.replace("_", "/", 1) + ".html": text for name, text in templates.items()}
    made = Spoken(loader=DictLoader(files), autoescape=True, undefined=StrictUndefined)
    said = {"Save": "Сохранить", "Done & dusted": "Готово & всё", "100 %%": "100 %%"}
    made.speak = lambda _template, text: said[text]
    made.asset = lambda path: f"/static/{path}?v=1"
    made.filters["icon"] = lambda name: icon("/icons.svg", name)
    made.globals["_"] = lambda _text: pytest.fail("a plain sentence was left for the page")
    return made


def _drawn(template: str, /, **context: object) -> str:
    return _environment(page=template).get_template("page.html").render(**context)


@pytest.mark.parametrize("value", [_SPECIAL, "plain", "", 5, 0, None, 1.5, Markup("<i>"), ["<"], escape("<")])
def test_a_value_is_written_as_jinja_writes_it(value: object) -> None:
    assert _drawn("{{ value }}", value=value) == str(escape(value))


def test_what_a_macro_gives_is_escaped_once() -> None:
    template = "{% macro tell(x) %}<p>{{ x }}</p>{% endmacro %}{{ tell(value) }}{{ tell(tell(value)) }}"
    said = f"<p>{escape(_SPECIAL)}</p>"
    assert _drawn(template, value=_SPECIAL) == f"{said}<p>{said}</p>"


def test_a_value_kept_by_the_template_is_escaped_once_too() -> None:
    template = (
        "{% set kept %}{{ value }}{% endset %}{{ kept }}{% for x in [kept ~ value] %}{{ x }}{% endfor %}"
    )
    assert _drawn(template, value="<") == "&lt;&lt;&lt;"


def test_what_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        _drawn("{{ missing }}")


def test_sentences_and_addresses_stand_in_the_code() -> None:
    template = '{{ _("Save") }} {{ _("Done & dusted") }} {{ _("100 %%") }} {{ asset("a.css") }}'
    assert _drawn(template) == "Сохранить Готово & всё 100 % /static/a.css?v=1"


def test_an_icon_is_drawn_as_its_macro_draws_it() -> None:
    macro = '{% macro icon(name) %}<svg class="icon" width="16" height="16" aria-hidden="true"><use href="/icons.svg#{{ name }}"/></svg>{% endmacro %}'
    page = '{% from "macros/icons.html" import icon %}{{ icon("phone") }}|{{ icon(name) }}'
    alias = '{% from "macros/icons.html" import icon as draw %}{{ draw("phone") }}|{{ draw(name) }}'
    made = _environment(macros_icons=macro, page=page, alias=alias)
    assert made.get_template("page.html").render(name="mail") == made.get_template("alias.html").render(
        name="mail"
    )


def test_something_else_called_icon_is_left_alone() -> None:
    assert _drawn("{% macro icon(name) %}[{{ name }}]{% endmacro %}{{ icon('phone') }}") == "[phone]"


_MACROS = {
    "macros_plain": "{% macro plain(x) %}[{{ x }}{{ _('Save') }}]{% endmacro %}",
    "macros_upon": '{% import "macros/plain.html" as plain with context %}{% macro upon(x) %}{{ plain.plain(x) }}{% endmacro %}',
    "macros_own": "{% macro own() %}{{ person }}{% endmacro %}",
    "macros_within": '{% macro within() %}{% import "macros/own.html" as own with context %}{{ own.own() }}{% endmacro %}',
    "macros_open": "{% macro open() %}{% include part %}{% endmacro %}",
}


@pytest.mark.parametrize(
    ("name", "hangs"), [("plain", False), ("upon", False), ("own", True), ("within", True), ("open", True)]
)
def test_a_file_of_macros_hangs_on_the_page_where_it_shows_something_of_it(name: str, hangs: bool) -> None:
    assert _environment(**_MACROS).hangs_on_page(f"macros/{name}.html") is hangs
