"""Kinds of files: the endings that are taken, and contents that are not what they say."""

from pathlib import Path

import pytest
from hookline.crm.file_kinds import KINDS, kind_of
from hookline.crm.files import keep_file, open_file
from hookline.errors import Invalid
from hypothesis import given
from hypothesis import strategies as st

from tests.town import Town

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 8
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
ZIP = b"PK\x03\x04\x14\x00"
HTML = b"<html><script>alert(1)</script>"
PROGRAM = b"MZ\x90\x00\x03"


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("plan.pdf", b"%PDF-1.7", "application/pdf"), ("PLAN.PDF", b"\xef\xbb\xbf\n%PDF-1.4", "application/pdf"), ("a.png", PNG, "image/png"),
        ("a.jpeg", JPEG, "image/jpeg"), ("offer.docx", ZIP, KINDS["docx"].media_type), ("note.txt", "Привет".encode(), "text/plain"),
        ("note.txt", "Привет".encode("utf-16"), "text/plain"), ("film.mov", b"\x00\x00\x00\x14ftypqt  ", "video/quicktime"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBP", "image/webp"), ("talk.amr", b"#!AMR\n", "audio/amr"), ("empty.csv", b"", "text/csv"),
    ],
)  # fmt: skip
def test_what_is_taken_has_the_type_of_its_ending(name: str, content: bytes, media_type: str) -> None:
    assert kind_of(name, content) == media_type


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", HTML), ("a.png", JPEG), ("a.pdf", ZIP), ("a.txt", PNG), ("a.csv", PROGRAM), ("a.docx", HTML), ("a.doc", ZIP), ("a.jpg", b"GIF89a"),
        ("a.gif", PROGRAM), ("a.webp", b"RIFF\x00\x00\x00\x00WAVE"), ("a.mp4", HTML), ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ],
)  # fmt: skip
def test_what_is_something_else_inside_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Invalid):
        kind_of(name, content)


@pytest.mark.parametrize(
    "name",
    ["a.exe", "a.pdf.exe", "a.js", "a.bat", "a.scr", "a.hta", "a.lnk", "a.php", "a.docm", "a.iso", "a", "a.", ".htaccess"],
)  # fmt: skip
def test_endings_that_nobody_needs_are_refused(name: str) -> None:
    with pytest.raises(Invalid, match=r"not taken|an ending"):
        kind_of(name, b"x")


@given(ending=st.sampled_from([*KINDS, "dcm"]), rest=st.binary(max_size=50))
def test_no_ending_hides_a_program(ending: str, rest: bytes) -> None:
    for start in (b"MZ", b"\x7fELF", b"#!/bin/sh"):
        with pytest.raises(Invalid):
            kind_of(f"a.{ending}", start + rest, ["dcm"])


def test_further_endings_are_the_administrators_choice() -> None:
    with pytest.raises(Invalid):
        kind_of("scan.dcm", b"DICM")
    assert kind_of("scan.dcm", b"DICM", ["dcm"]) == "application/octet-stream"


def test_the_type_comes_from_the_file_and_not_from_who_sends_it(town: Town, tmp_path: Path) -> None:
    about = f"deal:{town.ids['scanners']}"
    with town.as_("boris") as gate:
        id = keep_file(gate, tmp_path / "store", "a.png", PNG, about)
        assert open_file(gate, tmp_path / "store", id)[0].content_type == "image/png"
        with pytest.raises(Invalid):
            keep_file(gate, tmp_path / "store", "a.png", HTML, about)
    assert len([p for p in (tmp_path / "store").rglob("*") if p.is_file()]) == 1
