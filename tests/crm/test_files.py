"""Files: kept under random names, whatever they call themselves."""

from pathlib import Path

import pytest
from hookline.crm import files
from hookline.crm.files import File, clean_name, keep_file, open_file
from hookline.errors import Invalid, NotFound
from hypothesis import given
from hypothesis import strategies as st

from tests.town import Town


def test_a_file_comes_back_as_it_went_and_lies_under_a_random_name(town: Town, tmp_path: Path) -> None:
    about = f"deal:{town.ids['scanners']}"
    with town.as_("boris") as gate:
        id = keep_file(gate, tmp_path, "Angebot №7.pdf", b"%PDF\x00", about)
        file, path = open_file(gate, tmp_path, id)
        assert (file.name, file.content_type, file.size, path.read_bytes()) == (
            "Angebot №7.pdf",
            "application/pdf",
            5,
            b"%PDF\x00",
        )
        assert path.name == file.key
        assert path.is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\Users\\ada\\plan.xlsx", "plan.xlsx"), ("", "file"), ("...", "file"), ("a\x00b.txt", "a_b.txt"),
        ("evil\u202egpj.exe", "evil_gpj.exe"), ("<script>.svg", "_script_.svg"), ("план \U0001f600.txt", "план \U0001f600.txt"),
        ("x" * 300 + ".pdf", "x" * 176 + ".pdf"),
    ],
)  # fmt: skip
def test_hostile_names_become_plain_ones(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(name=st.text(max_size=400))
def test_no_name_leads_anywhere(name: str) -> None:
    found = clean_name(name)
    assert 0 < len(found) <= 180
    assert not set(found) & set('/\\\x00\r\n"<>:')
    found.encode()


def test_a_file_that_is_too_large_is_refused_and_leaves_nothing(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST", 4)
    with town.as_("boris") as gate, pytest.raises(Invalid):
        keep_file(gate, tmp_path / "store", "a.bin", b"12345", f"deal:{town.ids['scanners']}")
    assert not (tmp_path / "store").exists()


def test_a_file_is_seen_by_those_who_see_its_record(town: Town, tmp_path: Path) -> None:
    store = tmp_path / "store"
    with town.as_("boris") as gate:
        id = keep_file(gate, store, "a.txt", b"x", f"deal:{town.ids['scanners']}")
    with town.as_("clara") as gate:
        with pytest.raises(NotFound):
            open_file(gate, store, id)
        with pytest.raises(Invalid):
            keep_file(gate, store, "b.txt", b"y", f"deal:{town.ids['scanners']}")
    with town.as_("olga") as gate:
        assert open_file(gate, store, id)[0].name == "a.txt"
        assert gate.find(File, id) is not None
    assert len([p for p in store.rglob("*") if p.is_file()]) == 1


@pytest.mark.parametrize(
    "values", [{"content_type": "text/html"}, {"size": 1}, {"digest": "0" * 64}, {"key": "../../house.db"}]
)
def test_what_is_known_of_the_bytes_cannot_be_changed(
    town: Town, tmp_path: Path, values: dict[str, object]
) -> None:
    about = f"deal:{town.ids['scanners']}"
    with town.as_("ada") as gate:
        id = keep_file(gate, tmp_path, "a.txt", b"x", about)
        with pytest.raises(Invalid) as caught:
            gate.update(File, id, values)
        assert [p.field for p in caught.value.problems] == [*values]
        with pytest.raises(Invalid):
            gate.create(File, {"name": "b.txt", "about": about, **values})


def test_a_file_comes_by_its_upload_only_and_keeps_a_plain_name(town: Town, tmp_path: Path) -> None:
    about = f"deal:{town.ids['scanners']}"
    with town.as_("boris") as gate:
        with pytest.raises(Invalid, match="by its upload only"):
            gate.create(File, {"name": "b.txt", "about": about})
        id = keep_file(gate, tmp_path, "a.txt", b"x", about)
        gate.update(File, id, {"name": "../plan\u202e.txt"})
        assert gate.get(File, id).name == "plan_.txt"
        with pytest.raises(Invalid):
            gate.update(File, id, {"about": f"deal:{2**40}"})
