"""The command line, as it explains itself."""

from collections.abc import Iterator
from copy import copy
from typing import Final

import click
from hookline.cli import main

from docs.making.markdown import page, section

_ABOUT: Final = """
`hookline COMMAND`. Every command explains itself with `--help`, says what went wrong in one line, and ends with 0 when it
did what it was asked, 1 when it could not, 2 when it was called wrongly or the installation has to be set up first.
"""


def written() -> str:
    """The page."""
    return page("Commands", _ABOUT, *(section(path, _help(command, path)) for path, command in commands()))


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by what one types."""
    context = click.Context(main, info_name="hookline")
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        if command is not None:
            yield from _below(f"hookline {name}", command)


def _below(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command, info_name=path)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        if found is not None:
            yield from _below(f"{path} {name}", found)


def _help(command: click.Command, path: str) -> str:
    """What `--help` says, without that option itself: a command remembers how the first caller spelled it."""
    command = copy(command)
    command.add_help_option = False
    with click.Context(command, info_name=path, terminal_width=100, max_content_width=100) as context:
        return f"```text\n{command.get_help(context)}\n```"
