"""What no file of ours does: run text as code, write markup that was not escaped, call others, use broken hashes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hookline.web.assets import Assets
from hookline.web.pages import environments
from hookline.web.translations import Translations
from packaging.version import Version

from tests.house.tracked import ROOT, text_of, tracked

PYTHON: Final = [
    path
    for path in tracked(".py")
    if path.as_posix().startswith(("core/hookline/", "sdk/hookline_sdk/", "plugins/", "examples/"))
    and "tests" not in path.parts
]
TEMPLATES: Final = [path for path in tracked(".html", ".jinja", ".j2") if path.parts[0] != "tests"]
SCRIPTS: Final = [path for path in tracked(".js") if path.parts[0] != "tests"]

# Text that runs as code, or becomes objects of any kind.
RUNS_TEXT: Final = {
    "eval",
    "exec",
    "compile",
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "jsonpickle",
    "yaml",
    "os.system",
    "os.popen",
    "importlib.reload",
}
# Readers of XML that follow what a document names, and hashes and random numbers that can be foreseen.
WEAK: Final = {
    "xml.etree",
    "xml.dom",
    "xml.sax",
    "lxml",
    "hashlib.md5",
    "hashlib.sha1",
    "random",
    "crypt",
    "telnetlib",
    "ftplib",
}
CALLS_OTHERS: Final = {
    "httpx",
    "httpx2",
    "authlib",
    "requests",
    "urllib.request",
    "http.client",
    "aiohttp",
    "smtplib",
    "socket",
    "ssl",
    "websockets",
}

# Who may, and why.
EXCEPT: Final = {
    ("core/hookline/crm/demo/sales.py", "random"): "a story that is the same each time",
    ("core/hookline/crm/demo/days.py", "random"): "a story that is the same each time",
    ("core/hookline/kernel/background/worker.py", "socket"): "the name of the machine, for who holds a job",
    ("core/hookline/commands/serving.py", "socket"): "the address that is listened on",
    ("core/hookline/commands/workers.py", "socket"): "the one that is kept when all starts anew",
    ("core/hookline/kernel/mail.py", "smtplib"): "the one place that sends letters",
    ("core/hookline/kernel/mail.py", "ssl"): "letters go over TLS",
    ("core/hookline/crm/webhooks/addresses.py", "socket"): "where a webhook's name leads is found out once",
    ("core/hookline/crm/webhooks/posting.py", "socket"): "and called at just that address",
    ("core/hookline/crm/webhooks/posting.py", "ssl"): "webhooks are called over TLS",
    ("core/hookline/crm/webhooks/posting.py", "http.client"): "the one place that calls webhooks",
    (
        "core/hookline/web/sign_in/oidc_provider.py",
        "httpx2",
    ): "the one place that asks a provider of identities",
    (
        "core/hookline/web/sign_in/oidc_provider.py",
        "authlib",
    ): "the one place that asks a provider of identities",
    (
        "core/hookline/web/sign_in/oidc_provider.py",
        "ssl",
    ): "the kind of the certificates it trusts, for a type",
    ("plugins/real_estate/hookline_real_estate/feeds/elements.py", "xml.etree"): "writes",
    ("plugins/real_estate/hookline_real_estate/feeds/generic.py", "xml.etree"): "writes",
    ("plugins/real_estate/hookline_real_estate/feeds/yandex.py", "xml.etree"): "writes",
    ("plugins/real_estate/hookline_real_estate/feeds/checking.py", "xml.etree"): "reads what it has written",
    (
        "plugins/real_estate/hookline_real_estate/feeds/reading.py",
        "xml.etree",
    ): "refuses a document with declarations before any of them is read",
    ("plugins/real_estate/bench/matching.py", "random"): "the same choice each time",
    ("plugins/loyalty/bench/forecast.py", "random"): "the same choice each time",
    ("plugins/loyalty/bench/segments.py", "random"): "the same choice each time",
    ("plugins/loyalty/bench/uplift.py", "random"): "the same choice each time",
    (
        "plugins/loyalty/bench/mailing.py",
        "socket",
    ): "a port that is free, for the server that takes the letters",
    ("plugins/loyalty/hookline_loyalty/bills/demo.py", "random"): "a story that is the same each time",
    ("plugins/loyalty/hookline_loyalty/campaigns/demo.py", "random"): "a story that is the same each time",
    ("plugins/loyalty/hookline_loyalty/customers/demo.py", "random"): "a story that is the same each time",
    ("plugins/loyalty/hookline_loyalty/surveys/demo.py", "random"): "a story that is the same each time",
    ("sdk/hookline_sdk/check/rights.py", "random"): "the same choice each time",
    ("sdk/hookline_sdk/testing/changing.py", "random"): "the same choice each time",
    ("sdk/hookline_sdk/testing/client.py", "httpx"): "answers that come from the same process, in tests",
    ("sdk/hookline_sdk/testing/pages.py", "httpx"): "answers that come from the same process, in tests",
    (
        "sdk/hookline_sdk/check/rights.py",
        "httpx",
    ): "answers that come from the same process, of a plugin that is checked",
    ("sdk/hookline_sdk/testing/strangers.py", "httpx"): "answers that come from the same process, in tests",
}
MAKES_MARKUP: Final = {
    "core/hookline/web/template_code.py": "writes values escaped, and icons",
    "core/hookline/web/records/rows.py": "rows of lists, every value escaped",
    "core/hookline/web/records/composer.py": "a drawn form with three escaped values",
    "core/hookline/web/pages.py": "a template drawn once",
    "core/hookline/web/frame.py": "parts of a template drawn once, with values put in escaped",
    "core/hookline/web/records/list_bars.py": "parts of a template drawn once",
    "core/hookline/crm/persons/packing.py": "the page in a dossier: Markup.format escapes what it is given",
    "core/hookline/web/me/two_step.py": "a QR code of numbers",
    "plugins/loyalty/hookline_loyalty/till/drawing.py": "a QR code of a number",
}


def named_in(path: Path) -> Iterator[str]:
    """The dotted names that a module imports or uses."""
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def uses(banned: set[str]) -> set[tuple[str, str]]:
    """Each file of ours with each banned name that it uses."""
    found = set()
    for path in PYTHON:
        for name in named_in(path):
            found |= {(path.as_posix(), ban) for ban in banned if name == ban or name.startswith(f"{ban}.")}
    return found


def test_there_is_something_to_judge() -> None:
    assert len(PYTHON) > 100
    assert len(TEMPLATES) > 30
    assert len(SCRIPTS) > 5


@pytest.mark.parametrize("banned", [RUNS_TEXT, WEAK, CALLS_OTHERS], ids=["runs text", "weak", "calls others"])
def test_nothing_banned_is_used_but_where_there_is_a_reason(banned: set[str]) -> None:
    assert uses(banned) - EXCEPT.keys() == set()


def test_every_exception_is_still_needed() -> None:
    gone = {pair for pair in EXCEPT if (ROOT / pair[0]).exists()} - uses(RUNS_TEXT | WEAK | CALLS_OTHERS)
    assert gone == set()
    assert [path for path in MAKES_MARKUP if "Markup(" not in text_of(Path(path))] == []


def test_no_command_goes_through_a_shell() -> None:
    calls = [
        node for path in PYTHON for node in ast.walk(ast.parse(text_of(path))) if isinstance(node, ast.Call)
    ]
    assert [node for node in calls for word in node.keywords if word.arg == "shell"] == []
    started = [
        node
        for node in calls
        if ast.unparse(node.func) in {"subprocess.run", "subprocess.Popen", "subprocess.check_output"}
    ]
    assert started
    # A command is a list of words, never a sentence.
    assert [
        ast.unparse(node) for node in started if isinstance(node.args[0], ast.Constant | ast.JoinedStr)
    ] == []


def test_markup_is_made_in_few_places() -> None:
    made = {
        path.as_posix() for path in PYTHON if re.search(r"\bMarkup\(|\bmarkupsafe\.Markup\b", text_of(path))
    }
    assert made == MAKES_MARKUP.keys()


TRUSTING: Final = {
    "a filter that trusts": r"\|\s*safe\b",
    "no escaping": r"\{%-?\s*autoescape|\bMarkup\b",
    "a script of its own": r"<script(?![^>]*\bsrc=)",
    "a style of its own": r"<style\b|[\s\"']style=",
    "a handler of its own": r"[\s\"']on[a-z]+\s*=",
    "hx-on": r"\bhx-on\b",
    "an address that runs": r"javascript:|vbscript:|data:text/html",
    "a value in a script": r"<script[^>]*>[^<]*\{\{",
    "others": r"""(?:src|href|action)=["']?(?:https?:)?//""",
    "an attribute without quotes": r"\s(?:href|src|value|action|title|alt|id|class)=\{\{",
}


@pytest.mark.parametrize("what", TRUSTING)
def test_no_template_trusts_what_it_is_given(what: str) -> None:
    # Comments of templates may name what they warn of.
    texts = {path: re.sub(r"\{#.*?#\}", "", text_of(path), flags=re.DOTALL) for path in TEMPLATES}
    found = [f"{path}: {hit[0]}" for path, text in texts.items() for hit in re.finditer(TRUSTING[what], text)]
    assert found == []


@pytest.mark.parametrize(
    "bad", ["{{ x|safe }}", "{{ x | safe }}", "<script>1</script>", '<p style="a">', "<a onclick='x'>",
     '<a href="javascript:x">', '<a href="//cdn.example">', "<a href={{ x }}>"]
)  # fmt: skip
def test_the_rules_for_templates_bite(bad: str) -> None:
    assert any(re.search(rule, bad) for rule in TRUSTING.values())


def test_every_environment_of_templates_escapes(tmp_path: Path) -> None:
    (tmp_path / "card.html").write_text(
        "<p title='{{ name }}'>{{ name }}</p>{% macro m(x) %}{{ x }}{% endmacro %}{{ m(name) }}"
    )
    made = environments(Assets(), Translations(), {"loyalty": tmp_path}, reload=False)
    for environment in made.values():
        assert environment.autoescape is True
        drawn = environment.get_template("loyalty/card.html").render(name="<b>'\"&")
        assert (
            drawn
            == "<p title='&lt;b&gt;&#39;&#34;&amp;'>&lt;b&gt;&#39;&#34;&amp;</p>&lt;b&gt;&#39;&#34;&amp;"
        )
    sources = {
        path.as_posix()
        for path in PYTHON
        if re.search(r"from_string\(|jinja2\.Template|SandboxedEnvironment", text_of(path))
    }
    assert sources == set()


SCRIPTED: Final = {
    "text that runs": r"\beval\(|new Function|setTimeout\(\s*[\"'`]|document\.write|\.insertAdjacentHTML",
    "messages of other windows": r"postMessage|addEventListener\(\s*[\"']message",
    "merging of any names": r"Object\.assign\(\s*\{\}\s*,\s*JSON|__proto__|\.prototype\b",
    "others": r"https?://(?!www\.w3\.org)|importScripts|new Worker|new WebSocket",
    "cookies": r"document\.cookie",
}


@pytest.mark.parametrize("what", SCRIPTED)
def test_no_script_does_what_it_need_not(what: str) -> None:
    found = [f"{path}: {hit[0]}" for path in SCRIPTS for hit in re.finditer(SCRIPTED[what], text_of(path))]
    assert found == []


def test_scripts_take_markup_from_our_own_pages_only() -> None:
    """Whatever becomes HTML was drawn, and escaped, by the server; text goes in as text."""
    set_ = [
        hit[1].strip()
        for path in SCRIPTS
        for hit in re.finditer(r"\.(?:inner|outer)HTML\s*=\s*([^;]+);", text_of(path))
    ]
    assert set_
    assert [
        value for value in set_ if not re.match(r"await (?:hookline\.get\(|answer\.text\(\)|text\b)", value)
    ] == []


def test_what_a_browser_keeps_is_named() -> None:
    keeps = {
        path.name for path in SCRIPTS if re.search(r"\b(?:local|session)Storage\b|indexedDB", text_of(path))
    }
    assert keeps == {"drafts.js", "leaving.js", "lists.js", "neighbours.js"}
    assert all('"use strict"' in text_of(path) for path in SCRIPTS if path.parts[0] == "core")


def test_forms_that_ask_for_a_secret_post_it() -> None:
    for path in TEMPLATES:
        text = text_of(path)
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
            if re.search(r"type=\"?password|\"password\"", form):
                assert 'method="post"' in form, path


def test_fields_for_passwords_are_masked_and_take_what_a_manager_fills_in() -> None:
    text = "\n".join(text_of(path) for path in TEMPLATES)
    asked = re.findall(r"forms\.input\(\s*\"(?:password|old|new|again)\".*?\)\s*\}\}", text, re.DOTALL)
    assert len(asked) > 2
    assert [one for one in asked if 'type="password"' not in one] == []
    assert [one for one in asked if not re.search(r'"autocomplete": "(?:current|new)-password"', one)] == []
    assert "onpaste" not in text
    assert not any("paste" in text_of(path) and "password" in text_of(path) for path in SCRIPTS)


def test_the_lock_has_no_component_older_than_the_least_that_is_safe() -> None:
    page = text_of(Path("docs/security/dependencies.md"))
    least = dict(re.findall(r"^\| ([a-z0-9-]+) \| ([0-9.]+) \|", page, re.MULTILINE))
    assert {"litestar", "jinja2", "h11", "cryptography"} <= least.keys()
    for lock in ("requirements.lock", "requirements-dev.lock"):
        pinned = dict(re.findall(r"^([a-z0-9._-]+)==([0-9a-z.]+)", text_of(Path(lock)), re.MULTILINE))
        assert {name: pinned[name] for name in least if Version(pinned[name]) < Version(least[name])} == {}


def test_a_component_is_brought_up_to_date_within_the_time_that_is_promised() -> None:
    page = text_of(Path("docs/security/dependencies.md"))
    days = [int(number) for number in re.findall(r"\| (\d+) days \|", page)]
    assert days == [7, 30, 90]
