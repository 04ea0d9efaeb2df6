"""What a plugin's source can do beyond records is told from its text."""

import pytest
from hookline.errors import PluginError
from hookline.kernel.plugins.admitting.capabilities import declared_capabilities, find_capabilities
from hookline.kernel.plugins.plugin import Plugin


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import socket", "network: socket (a.py:1)"),
        ("import urllib.request", "network: urllib.request (a.py:1)"),
        ("from urllib import request", "network: urllib.request (a.py:1)"),
        ("from http.client import HTTPSConnection", "network: http.client (a.py:1)"),
        ("import os\nos.system('ls')", "processes: os.system (a.py:2)"),
        ("from os import popen", "processes: os.popen (a.py:1)"),
        ("import subprocess as s", "processes: subprocess (a.py:1)"),
        ("from ctypes import CDLL", "native code: ctypes (a.py:1)"),
        ("eval('1')", "eval: eval (a.py:1)"),
        ("open('x', 'w')", "files: open for writing (a.py:1)"),
        ("open('x', mode=m)", "files: open for writing (a.py:1)"),
        ("path.open('ab')", "files: path.open for writing (a.py:1)"),
        ("path.write_text('x')", "files: .write_text() (a.py:1)"),
        ("from sqlalchemy import text", "raw SQL: sqlalchemy.text (a.py:1)"),
        ("c.exec_driver_sql('x')", "raw SQL: .exec_driver_sql() (a.py:1)"),
    ],
)
def test_each_way_is_seen(source: str, found: str) -> None:
    assert [str(each) for each in find_capabilities({"a.py": source})] == [found]


@pytest.mark.parametrize(
    "source",
    [
        "from hookline_sdk import Deal, text",
        "open('x')",
        "path.open('rb')",
        "from . import socket",
        "from urllib.parse import quote",
        "re.compile('x')",
    ],
)
def test_ordinary_code_is_left_alone(source: str) -> None:
    assert find_capabilities({"a.py": source}) == []


def test_what_is_declared_is_read_from_the_text_too() -> None:
    source = 'import hookline_sdk as h\nplugin = h.Plugin("x", uses=("network", "files"))'
    assert declared_capabilities({"a.py": source}) == {"network", "files"}


def test_what_cannot_be_declared_is_refused() -> None:
    assert Plugin("x", uses=("network",)).uses == ("network",)
    with pytest.raises(PluginError, match="uses telepathy"):
        Plugin("x", uses=("telepathy",))
