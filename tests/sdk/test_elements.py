"""Markup as the test kit reads it: as a browser without script does."""

import pytest
from hookline_sdk.testing import hostile
from hookline_sdk.testing.elements import read_html, words

PAGE = """<!doctype html><html lang=en><head><title>House</title><style>b { }</style></head>
<body data-csrf=x><main class="wide  quiet"><form id=f><p>One<b>two</b> three</p><input name=a disabled></form>
<script>let hidden = 1</script><!-- nobody --><template id=t><i title=inner>shape</i></template></main></body></html>"""


def test_an_element_tells_its_name_attributes_and_text() -> None:
    main = read_html(PAGE).one("main")
    assert (main.name, main.classes, main.get("id"), main.get("id", "none")) == (
        "main",
        ["wide", "quiet"],
        None,
        "none",
    )
    field = main.one("input")
    assert (field.attrs, field["disabled"], field.has_attr("value")) == (
        {"name": "a", "disabled": ""},
        "",
        False,
    )
    with pytest.raises(KeyError, match="<input name="):
        field["value"]
    assert (main.one("p").text, words(main), words(main.one("script"))) == (
        "Onetwo three",
        "One two three",
        "let hidden = 1",
    )
    assert main.one("p").get_text("|", strip=True) == "One|two|three"
    assert list(main.one("p").own_texts()) == ["One", " three"]


def test_elements_are_found_within_and_around() -> None:
    page = read_html(PAGE)
    main, bold = page.one("main"), page.one("b")
    assert main.select("main") == []
    assert main.select("body p, form > input") == [page.one("p"), page.one("input")]
    assert (bold.parent, bold.closest("b"), bold.closest("form")) == (page.one("p"), bold, page.one("#f"))
    assert (bold.closest("table"), page.parent, main.select_one("table")) == (None, None, None)
    with pytest.raises(AssertionError, match=r"0 elements of <main .* are 'table'"):
        main.one("table")
    assert len({bold, page.one("b"), main}) == 2


def test_what_stands_in_a_template_is_found_only_when_it_is_asked_for() -> None:
    page = read_html(PAGE)
    assert page.select("i") == []
    assert [words(each.one("i")) for each in page.templates()] == ["shape"]
    inside = f"<p>ok</p><template><b {hostile.MARK}=1>x</b></template>"
    assert hostile.injected(read_html(inside)) == [f'<b {hostile.MARK}="1">']
    assert hostile.injected(read_html(inside.replace("<b", "&lt;b"))) == []


@pytest.mark.parametrize(
    "markup", ["<tr><td>a<td>b", " <td>a</td><td>b</td>", "<tbody><tr><th>a<td>b</tbody>"]
)
def test_a_part_of_a_table_is_read_by_itself(markup: str) -> None:
    assert [cell.text for cell in read_html(markup).select("td, th")] == ["a", "b"]


def test_a_part_gives_way_to_what_was_loaded() -> None:
    page = read_html("<ul><li id=a>old</li><li id=b>old</li></ul>")
    page.one("#a").replace("<li>new</li> and <li>more</li>")
    page.one("#b").fill("<b>full</b>")
    assert str(page.one("ul")) == '<ul><li>new</li> and <li>more</li><li id="b"><b>full</b></li></ul>'
