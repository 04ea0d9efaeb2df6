"""Commands that other distributions offer: entry points of the group "hookline.commands", by the words that call them.

`dev = "hookline_sdk...:dev_"` is `hookline dev`, `"plugin new" = "hookline_sdk...:new_"` is `hookline plugin new`.
"""

import importlib.metadata
from typing import Final

import click

GROUP: Final = "hookline.commands"


class Offered(click.Group):
    """A group whose commands are its own and those that others offer under its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *offers(f"{self.name} ")})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or find_offered(f"{self.name} {cmd_name}")


def offers(before: str = "") -> list[str]:
    """The next words after these that call a command: after "plugin " perhaps "new", after nothing "dev"."""
    names = [point.name for point in importlib.metadata.entry_points(group=GROUP)]
    rest = {name.removeprefix(before) for name in names if name.startswith(before)}
    return sorted(name for name in rest if " " not in name)


def find_offered(words: str) -> click.Command | None:
    """The command that these words call. Nothing of it is imported before."""
    for point in importlib.metadata.entry_points(group=GROUP, name=words):
        found = point.load()
        return with_examples(found) if isinstance(found, click.Command) else None
    return None


def with_examples(command: click.Command) -> click.Command:
    """Examples keep their lines: click wants a real backspace above them, which docstrings only spell."""
    command.help = (command.help or "").replace("\\b\n", "\b\n")
    for found in command.commands.values() if isinstance(command, click.Group) else ():
        with_examples(found)
    return command
