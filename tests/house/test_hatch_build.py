"""The build hook: it draws the sprite, compiles catalogs, and does nothing twice."""

import gettext
import shutil
import struct
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

import hatch_build
import pytest

from tests.house.tracked import ROOT

PO = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Deal"
msgstr "{deal}"
"""


@pytest.fixture
def core(tmp_path: Path) -> Path:
    """A copy of what the hook reads, on the packages that the set-up has installed."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(ROOT / "core" / name, tmp_path / name)
    (tmp_path / "node_modules").mkdir()
    installed = ROOT / "core" / "node_modules"
    for package in (*hatch_build.SHIPPED, ".stamp"):
        (tmp_path / "node_modules" / package).parent.mkdir(exist_ok=True)
        (tmp_path / "node_modules" / package).symlink_to(installed / package)
    (tmp_path / "hookline" / "web").mkdir(parents=True)
    name_icons(tmp_path, "phone", "trophy")
    return tmp_path


def test_the_files_of_a_page_are_put_together(core: Path) -> None:
    hatch_build.build(core)
    vendor = core / "hookline/web/static/vendor"
    assert {path.name for path in vendor.iterdir()} == {
        *hatch_build.FILES, *hatch_build.PICTURES, "icons.svg", "LICENSES.txt",
    }  # fmt: skip
    assert [
        name for name in hatch_build.SHIPPED if name not in (vendor / "LICENSES.txt").read_text("utf-8")
    ] == []


def test_the_pictures_of_the_logo_have_their_sizes_and_shapes(core: Path) -> None:
    hatch_build.build(core)
    for name, (size, full) in hatch_build.PICTURES.items():
        file = (core / "hookline/web/static/vendor" / name).read_bytes()
        width, height = struct.unpack(">II", file[16:24])
        packed = file[file.index(b"IDAT") + 4 : file.index(b"IEND") - 8]
        rows = zlib.decompress(packed)
        length = 1 + 4 * size
        assert (width, height, len(rows)) == (size, size, length * size), name
        corner, eye = rows[1:5], rows[length * round(size * 0.31) + 1 + 4 * round(size * 0.57) :][:4]
        assert corner[3] == (255 if full else 0), name
        assert eye == b"\xff\xff\xff\xff", name


def test_the_sprite_holds_the_named_icons_in_the_colour_of_the_text(core: Path) -> None:
    hatch_build.build(core)
    symbols = ET.parse(core / "hookline/web/static/vendor/icons.svg").getroot()
    assert [symbol.get("id") for symbol in symbols] == ["phone", "trophy"]
    assert {symbol.get("stroke") for symbol in symbols} == {"currentColor"}
    assert all(len(symbol) for symbol in symbols)


def test_an_icon_that_does_not_exist_is_named_with_one_that_does(core: Path) -> None:
    name_icons(core, "phnoe")
    with pytest.raises(hatch_build.AssetsError, match=r"'phnoe'.*near it: .*phone"):
        hatch_build.build(core)


def test_a_second_build_touches_nothing(core: Path) -> None:
    hatch_build.build(core)
    mark = core / "hookline/web/static/vendor/mark"
    mark.touch()
    hatch_build.build(core)
    assert mark.exists()


def test_a_new_icon_is_drawn_by_the_next_build(core: Path) -> None:
    hatch_build.build(core)
    name_icons(core, "phone", "star")
    hatch_build.build(core)
    assert 'id="star"' in (core / "hookline/web/static/vendor/icons.svg").read_text("utf-8")


def test_a_catalog_is_compiled_and_compiled_again_when_it_changes(tmp_path: Path) -> None:
    source = tmp_path / "locale/ru/LC_MESSAGES/hookline.po"
    source.parent.mkdir(parents=True)
    for word in ("Сделка", "Продажа"):
        source.write_text(PO.format(deal=word), "utf-8")
        hatch_build.compile_catalogs(tmp_path)
        with source.with_suffix(".mo").open("rb") as compiled:
            assert gettext.GNUTranslations(compiled).gettext("Deal") == word


def name_icons(core: Path, *names: str) -> None:
    (core / "hookline/web/icons.txt").write_text("\n".join(names) + "\n", "utf-8")
