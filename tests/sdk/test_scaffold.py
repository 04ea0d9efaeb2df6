"""`hookline plugin new`: what is baked has a known shape, runs, passes its own tests, and its types are right."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cookiecutter.main import cookiecutter
from hookline_sdk.scaffold.baking import template
from hookline_sdk.scaffold.command import new_
from hookline_sdk.scaffold.drafts import DraftError, read_entity, read_extension

from tests.conftest import LEAN, ROOT, mypy_cache

TREE = """
.github/workflows/publish.yml .github/workflows/test.yml .gitignore CHANGELOG.md LICENSE README.md docs/index.md
hookline_harbour/__init__.py hookline_harbour/data.py hookline_harbour/locale/ru/LC_MESSAGES/harbour.po
hookline_harbour/migrations/__init__.py hookline_harbour/migrations/r0001_initial.py hookline_harbour/plugin.py
hookline_harbour/py.typed hookline_harbour/reports.py hookline_harbour/rules.py hookline_harbour/screens.py
hookline_harbour/static/.gitkeep hookline_harbour/templates/.gitkeep pyproject.toml quality.toml tests/test_catalog.py
tests/test_data.py tests/test_rules.py tests/test_screens.py
""".split()
COMMAND = [
    *(
        "harbour",
        "--entity",
        "Ship:name,length:decimal,arrives_on:date,state:choice=expected|moored,berth:ref=berth",
    ),
    *("--entity", "Berth:name,depth:int", "--extend", "Contact:licence,certified:bool"),
    # The core says the second, and says it otherwise.
    *("--russian", "Moored=У причала", "--russian", "Name=Имя судна"),
]


@pytest.fixture(scope="module")
def baked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A plugin that was baked once, and what the command said."""
    folder = tmp_path_factory.mktemp("baked")
    said = CliRunner().invoke(new_, [*COMMAND, "--into", str(folder)])
    assert said.exit_code == 0, said.output
    return folder / "harbour", said


def test_the_tree_is_that_of_every_plugin(baked: tuple[Path, Result]) -> None:
    found = sorted(str(path.relative_to(baked[0])) for path in baked[0].rglob("*") if path.is_file())
    assert [path for path in found if "__pycache__" not in path] == sorted(TREE)


def test_what_is_said_becomes_declarations_and_the_rest_is_named(baked: tuple[Path, Result]) -> None:
    folder, said = baked
    data = (folder / "hookline_harbour/data.py").read_text("utf-8")
    assert 'class Ship(Entity, plugin=plugin, title="name", menu="Harbour"):' in data
    assert '    name: Mapped[str] = text("Name", list=True, search=True)' in data
    assert '    length: Mapped[Decimal | None] = decimal("Length", list=True, filter=True)' in data
    assert '    arrives_on: Mapped[dt.date | None] = day("Arrives on", list=True, filter=True)' in data
    assert '    moored = "moored", "Moored"' in data
    assert '    berth: Mapped[int | None] = ref("harbour_berth", "Berth", list=True, filter=True)' in data
    assert "class ContactFields(Fields[Contact], plugin=plugin, label=" in data
    assert '    certified: Mapped[bool] = yes_no("Certified", list=True, filter=True)' in data
    # "Name" the core says in Russian already; the rest is named for its author.
    assert "To be translated into Russian" in said.output
    assert "  Arrives on\n" in said.output
    assert not {"  Name\n", "  Moored\n", "  Ships\n"} & set(said.output.splitlines(keepends=True))
    assert "rules" not in (folder / "quality.toml").read_text("utf-8")
    catalog = (folder / "hookline_harbour/locale/ru/LC_MESSAGES/harbour.po").read_text("utf-8")
    for english, russian in {
        "Moored": "У причала",
        "Name": "Имя судна",
        "Ships": "Суда",
        "Ships by owner": "Суда по ответственным",
        "How many ships each owner has.": "Суда: сколько у каждого ответственного.",
    }.items():
        assert f'msgid "{english}"\nmsgstr "{russian}"' in catalog
    revision = (folder / "hookline_harbour/migrations/r0001_initial.py").read_text("utf-8")
    assert revision.count("op.create_table(") == 2
    assert "harbour_certified" in revision


def test_its_own_tests_are_green_and_both_checkers_find_its_types_right(baked: tuple[Path, Result]) -> None:
    tools = {
        "pytest": ["-q", "-p", "hookline_sdk.testing", "-p", "no:cacheprovider"],
        "mypy": ["--cache-dir", str(mypy_cache("strict"))],
        "pyright": ["--pythonpath", sys.executable],
    }
    running = [
        subprocess.Popen(
            [sys.executable, "-m", tool, *arguments],
            cwd=baked[0],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for tool, arguments in tools.items()
    ]
    said = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], "\n".join(said)[-4000:]


def test_it_is_formatted_as_the_house_is(baked: tuple[Path, Result]) -> None:
    own = ["hookline_harbour/data.py", "hookline_harbour/rules.py", "hookline_harbour/screens.py", "tests"]
    command = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--diff",
        "--config",
        str(ROOT / "pyproject.toml"),
        *own,
    ]
    done = subprocess.run(command, cwd=baked[0], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_questions_are_asked_when_nothing_is_said(tmp_path: Path) -> None:
    answers = ["ferries", "Ferry:Line", "Ferry:line,seats:integer", "", ""]
    said = CliRunner().invoke(new_, ["--into", str(tmp_path)], input="\n".join([*answers, *["Паром"] * 12]))
    assert said.exit_code == 0, said.output
    assert "a field's name is lower-case" in said.output
    assert 'plural="Ferries"' in (tmp_path / "ferries/hookline_ferries/data.py").read_text("utf-8")
    assert "To be translated" not in said.output


def test_the_template_alone_bakes_too(tmp_path: Path) -> None:
    cookiecutter(
        str(template()), no_input=True, default_config=True, output_dir=str(tmp_path), accept_hooks=False
    )
    data = (tmp_path / "real_estate/hookline_real_estate/data.py").read_text("utf-8")
    assert 'class Listing(Entity, plugin=plugin, title="address", menu="Real estate"):' in data


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Listing", "names no fields"),
        ("listing:address", "written like a class"),
        ("Listing:address,price:mony", "did you mean money"),
        ("Listing:address,address", "two fields address"),
        ("Listing:price:money", "the first field of Listing names its records"),
        ("Listing:address,owner", "every record has owner already"),
        ("Listing:address,state:choice", "say what state can be"),
        ("Listing:address,class", "a field's name"),
    ],
)
def test_what_cannot_be_drafted_is_explained(text: str, said: str) -> None:
    with pytest.raises(DraftError, match=said):
        read_entity(text)


def test_what_is_no_translation_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    said = CliRunner().invoke(
        new_, ["ferries", "--entity", "Ferry:line", "--russian", "Ferry", "--into", str(tmp_path)]
    )
    assert isinstance(said.exception, DraftError)
    assert "write it like Berth=Причал" in str(said.exception)
    assert list(tmp_path.iterdir()) == []


def test_only_what_is_there_can_be_extended() -> None:
    with pytest.raises(DraftError, match="did you mean Contact"):
        read_extension("Contakt:budget:money")


def environment() -> dict[str, str]:
    """The environment of a process that has this repository's Hookline and nothing of this one's settings."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("HOOKLINE_", "PYTEST_"))
    }
    return {
        **kept,
        "PYTHONPATH": f"{ROOT / 'core'}{os.pathsep}{ROOT / 'sdk'}",
        "PYTEST_ADDOPTS": LEAN,
    }
