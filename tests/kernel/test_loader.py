"""Plugins are imported one by one; whatever one of them does, the others come."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hookline.errors import PluginError, SettingsError
from hookline.kernel.entity import Base
from hookline.kernel.plugins.admitting.breadcrumbs import Breadcrumbs
from hookline.kernel.plugins.admitting.loader import Found, find_sources, import_plugins

GOOD = 'from hookline.kernel.plugins.plugin import Plugin\nplugin = Plugin("{name}")\n'
FALLING = {
    "raises": "1 / 0",
    "leaves": "import sys\nsys.exit(3)",
    "garbled": "def def",
    "misses": "import nothing_of_this_name",
    "empty": "x = 1",
    "interrupts": "raise GeneratorExit",
}


def write(folder: Path, name: str, source: str) -> str:
    path = folder / f"{name}.py"
    path.write_text(source, "utf-8")
    return str(path)


def load(folder: Path, *texts: str, disabled: tuple[str, ...] = ()) -> Found:
    return import_plugins(find_sources(texts), Breadcrumbs(folder / "crumbs"), disabled=disabled)


@pytest.mark.parametrize("kind", FALLING)
def test_what_falls_at_import_is_off_by_name_and_the_rest_comes(kind: str, tmp_path: Path) -> None:
    good = [write(tmp_path, name, GOOD.format(name=name)) for name in ("anvil", "zither")]
    found = load(tmp_path, good[0], write(tmp_path, kind, FALLING[kind]), good[1])
    assert [p.name for p in found.plugins] == ["anvil", "zither"]
    assert list(found.broken) == [kind]
    assert list((tmp_path / "crumbs").iterdir()) == []


def test_the_reason_names_the_line(tmp_path: Path) -> None:
    found = load(tmp_path, write(tmp_path, "late", "x = 1\ny = 2\nz = x / 0\n"))
    assert found.broken == {"late": "ZeroDivisionError: division by zero (late.py, line 3)"}


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "there is no Python file" in load(tmp_path, str(tmp_path / "gone.py")).broken["gone"]


def test_a_plugin_switched_off_is_not_imported(tmp_path: Path) -> None:
    text = write(tmp_path, "silent", "raise AssertionError('imported')")
    assert load(tmp_path, text, disabled=("silent",)) == Found()


def test_a_plugin_is_switched_off_by_the_name_it_gives_itself(tmp_path: Path) -> None:
    text = write(tmp_path, "file_name", GOOD.format(name="own_name"))
    assert load(tmp_path, text, disabled=("own_name",)) == Found()


def test_tables_of_a_plugin_that_falls_half_way_are_forgotten(tmp_path: Path) -> None:
    source = GOOD.format(name="half_way") + (
        "from sqlalchemy.orm import Mapped\n"
        "from hookline.kernel.entity import Catalog\n"
        "from hookline.kernel.fields import references, text\n"
        "class Cup(Catalog, plugin=plugin):\n"
        "    name: Mapped[str] = text('Name')\n"
        "    saucers = references('half_way_cup', 'Saucers')\n"
        "1 / 0\n"
    )
    assert list(load(tmp_path, write(tmp_path, "half_way", source)).broken) == ["half_way"]
    assert [name for name in Base.metadata.tables if name.startswith("half_way")] == []


def test_one_of_several_plugins_in_a_module_is_chosen_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (
        'from hookline.kernel.plugins.plugin import Plugin\nleft, right = Plugin("left"), Plugin("right")\n'
    )
    write(tmp_path, "two_hands", source)
    monkeypatch.syspath_prepend(tmp_path)
    assert [p.name for p in load(tmp_path, "two_hands:right").plugins] == ["right"]
    assert "several plugins (left, right)" in load(tmp_path, "two_hands").broken["two_hands"]
    assert "is no Plugin but" in load(tmp_path, "two_hands:Plugin").broken["Plugin"]


def test_files_of_one_name_in_two_folders_are_two_plugins(tmp_path: Path) -> None:
    texts = []
    for name in ("north", "south"):
        (tmp_path / name).mkdir()
        texts.append(write(tmp_path / name, "plugin", GOOD.format(name=name)))
    assert [p.name for p in load(tmp_path, *texts).plugins] == ["north", "south"]


def test_an_installed_plugin_is_found_by_its_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "hookline_lamp-1.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hookline-lamp\nVersion: 1.5\n", "utf-8")
    (info / "entry_points.txt").write_text("[hookline.plugins]\nlamp = hookline_lamp:lamp\n", "utf-8")
    write(tmp_path, "hookline_lamp", GOOD.format(name="lamp").replace("plugin =", "lamp ="))
    monkeypatch.syspath_prepend(tmp_path)
    assert [(s.name, s.text, s.mark) for s in find_sources(["hookline_lamp:lamp"])] == [
        ("lamp", "hookline_lamp:lamp", "1.5")
    ]
    assert [p.name for p in load(tmp_path).plugins] == ["lamp"]


def test_a_plugin_that_kills_the_process_is_left_out_at_the_next_start(tmp_path: Path) -> None:
    deadly, good = (
        write(tmp_path, "deadly", "import os\nos._exit(9)"),
        write(tmp_path, "harmless", GOOD.format(name="harmless")),
    )
    first = start(tmp_path, deadly, good)
    assert (first.returncode, first.stdout) == (9, "")
    second = start(tmp_path, deadly, good)
    assert (second.returncode, second.stdout) == (0, "['harmless'] ['deadly']\n")
    again = load(tmp_path, deadly)
    assert "hookline plugin retry deadly" in again.broken["deadly"]


def test_a_fallen_plugin_is_tried_again_when_it_has_changed(tmp_path: Path) -> None:
    deadly = write(tmp_path, "deadly", "import os\nos._exit(9)")
    start(tmp_path, deadly)
    write(tmp_path, "deadly", GOOD.format(name="deadly"))
    os.utime(deadly, ns=(1, 1))
    assert [p.name for p in load(tmp_path, deadly).plugins] == ["deadly"]
    assert list((tmp_path / "crumbs").iterdir()) == []


def test_an_order_to_end_while_a_plugin_is_imported_blames_nobody(tmp_path: Path) -> None:
    slow = write(
        tmp_path,
        "slow",
        "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\nimport time\ntime.sleep(60)",
    )
    ended = start(tmp_path, slow)
    assert "KeyboardInterrupt" in ended.stderr
    assert Breadcrumbs(tmp_path / "crumbs").fallen() == {}


def start(folder: Path, *texts: str) -> subprocess.CompletedProcess[str]:
    """Another process that imports these plugins and says which came and which did not."""
    program = (
        "import sys; from pathlib import Path\n"
        "from hookline.kernel.plugins.admitting.loader import *; from hookline.kernel.plugins.admitting.breadcrumbs import Breadcrumbs\n"
        "with ended_by_signal(): found = import_plugins(find_sources(sys.argv[2:]), Breadcrumbs(Path(sys.argv[1])))\n"
        "print([p.name for p in found.plugins], list(found.broken))\n"
    )
    command = [sys.executable, "-c", program, str(folder / "crumbs"), *texts]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_crumb_of_a_living_process_is_no_sign_of_a_fall(tmp_path: Path) -> None:
    crumbs = Breadcrumbs(tmp_path)
    with crumbs.laid("shop", "1"):
        assert Breadcrumbs(tmp_path).fallen() == {}
        assert not Breadcrumbs(tmp_path).forget("shop")
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_plugins_still_come(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    text = write(tmp_path, "anvil", GOOD.format(name="anvil"))
    found = import_plugins(find_sources([text]), Breadcrumbs(tmp_path / "file"))
    assert [p.name for p in found.plugins] == ["anvil"]


def test_a_plugin_error_keeps_its_hint(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        write(
            tmp_path, "badly_named", 'from hookline.kernel.plugins.plugin import Plugin\nPlugin("Bad Name")'
        ),
    )
    assert found.broken["badly_named"].endswith("Rename it.")
    with pytest.raises(PluginError, match="Rename it"):
        raise PluginError("x", "y", "z", "Rename it.")


def test_a_project_that_is_not_installed_is_found_by_its_folder(tmp_path: Path) -> None:
    project = tmp_path / "ladder"
    (project / "hookline_ladder").mkdir(parents=True)
    write(project / "hookline_ladder", "__init__", GOOD.format(name="ladder"))
    (project / "pyproject.toml").write_text(
        '[project]\nname = "hookline-ladder"\nversion = "2.0"\n'
        '[project.entry-points."hookline.plugins"]\nladder = "hookline_ladder:plugin"\n',
        "utf-8",
    )
    assert [(s.name, s.text, s.folder) for s in find_sources([str(project)])] == [
        ("ladder", "hookline_ladder:plugin", str(project))
    ]
    assert [p.name for p in load(tmp_path, str(project)).plugins] == ["ladder"]
    (project / "pyproject.toml").write_text('[project]\nname = "ladder"\n', "utf-8")
    with pytest.raises(SettingsError, match="names no plugin"):
        find_sources([str(project)])
