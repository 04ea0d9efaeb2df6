"""`hookline dev`: the command itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from hookline_sdk.developing.supervisor import Supervisor


@click.command("dev")
@click.argument("plugin", type=click.Path(path_type=Path, exists=True), default=Path())
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--reset", is_flag=True, help="Start the demo again from the beginning.")
def dev_(plugin: Path, port: int, reset: bool) -> None:
    r"""Serve a demo with a plugin that is being written: one file, or a project's folder.

    The demo lies in .hookline beside the plugin. With every change of a file it starts again, what the declarations have
    more is added to the tables, and open pages come anew. What is wrong stands in the terminal and on the page.

    \b
    Example:
      hookline dev real_estate.py
      hookline dev . --port 8080
    """
    plugin = plugin.resolve()
    scratch = (plugin if plugin.is_dir() else plugin.parent) / ".hookline" / (plugin.stem or plugin.name)
    if reset:
        shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True, exist_ok=True)
    Supervisor(plugin, scratch, port).run()
