"""What is made of the code, and the files that pages show, are up to date; every contribution point is told of."""

import inspect

import hookline_sdk
import pytest
from hookline.kernel.plugins.hookspecs import HookSpecs

from docs.making import about_commands, about_points
from docs.making.included import pages_with_files
from docs.making.reference import reference_pages
from docs.making.tree import REFERENCE, ROOT


def test_pages_are_up_to_date() -> None:
    wanted = {**pages_with_files(), **reference_pages()}
    stale = [str(page.relative_to(ROOT)) for page, text in wanted.items() if page.read_text("utf-8") != text]
    assert stale == [], "python -m docs.making writes them anew"
    assert set(REFERENCE.glob("*.md")) <= set(wanted)


def test_the_reference_names_everything() -> None:
    pages = {page.stem: text for page, text in reference_pages().items()}
    names = [f"### plugin.{name}\n" for _, name, _ in about_points.points()]
    assert len(names) > 15
    assert [name for name in names if name not in pages["points"]] == []
    assert [name for name in vars(HookSpecs) if name[0] != "_" and f"## {name}\n" not in pages["hooks"]] == []
    assert [
        name
        for name in hookline_sdk.__all__
        if f"`{name}`" not in pages["sdk"] and f"### {name}\n" not in pages["sdk"]
    ] == []
    assert [path for path, _ in about_commands.commands() if f"## {path}\n" not in pages["commands"]] == []


@pytest.mark.parametrize("name", hookline_sdk.__all__)
def test_every_name_of_the_sdk_says_what_it_is(name: str) -> None:
    thing = getattr(hookline_sdk, name)
    if inspect.isclass(thing) or inspect.isfunction(thing):
        own = thing.__doc__ or ""
        assert own.strip(), f"{name} has no docstring"
        assert not own.startswith(f"{name}("), f"the docstring of {name} is only its signature"
