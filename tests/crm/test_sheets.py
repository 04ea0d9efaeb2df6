"""Reading the tables people bring, and writing back the rows that were wrong."""

import codecs
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from hookline.crm.sheets import workbook_checks
from hookline.crm.sheets.column_matching import suggest_mapping
from hookline.crm.sheets.reading import Cell, Row, open_sheet, write_rejects
from hookline.errors import Invalid
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

OTHERS = Path(__file__).parents[3] / "shared/data/crm_sales_opportunities"
RUSSIAN = "Компания;Контакт;Сумма\nООО «Ромашка»;Иван Петров;84 600\nЗАО Лютик;Анна Ёлкина;1 200,50\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "upload"


def written(place: Path, text: str, encoding: str = "utf-8") -> Path:
    place.write_bytes(text.encode(encoding))
    return place


def book(place: Path, *rows: Sequence[object], name: str = "Deals", top: int = 0, left: int = 0) -> Path:
    workbook = xlsxwriter.Workbook(str(place), {"default_date_format": "yyyy-mm-dd hh:mm"})
    sheet = workbook.add_worksheet(name)
    for number, row in enumerate(rows, top):
        for column, cell in enumerate(row, left):
            sheet.write(number, column, cell)
    workbook.add_worksheet("Other").write(0, 0, "only")
    workbook.close()
    return place


def complaint(path: Path, **how: str) -> str:
    with pytest.raises(Invalid) as caught:
        open_sheet(path, **how)
    assert [problem.field for problem in caught.value.problems] == ["file"]
    return str(caught.value.problems[0].text)


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp1251", "cp1251"),
        ("cp866", "cp866"),
        ("mac-cyrillic", "mac-cyrillic"),
        ("koi8-r", "koi8-r"),
    ],
)
def test_russian_encodings_are_told(place: Path, encoding: str, told: str) -> None:
    text = RUSSIAN.replace("«", '""').replace("»", '""') if encoding in ("cp866", "koi8-r") else RUSSIAN
    text = text.replace('ООО ""Ромашка""', '"ООО ""Ромашка"""')
    sheet = open_sheet(written(place, text, encoding))
    assert (sheet.encoding, sheet.delimiter) == (told, ";")
    assert sheet.columns == ("Компания", "Контакт", "Сумма")
    assert [row.cells[1] for row in sheet.rows()] == ["Иван Петров", "Анна Ёлкина"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_its_mark_is_told(place: Path, encoding: str) -> None:
    sheet = open_sheet(written(place, "Name,City\nAda,London\n", encoding))
    assert sheet.columns == ("Name", "City")


def test_western_letters_are_told(place: Path) -> None:
    sheet = open_sheet(written(place, "Name;Stadt\nMüller;Köln\nJäger;Düsseldorf\n", "cp1252"))
    assert sheet.sample(1)[0].cells == ["Müller", "Köln"]


def test_an_encoding_that_is_given_is_taken_or_refused(place: Path) -> None:
    written(place, RUSSIAN, "cp1251")
    assert open_sheet(place, encoding="windows-1251").columns[0] == "Компания"
    assert "not all in the encoding utf-8" in complaint(place, encoding="utf-8")
    assert "no encoding klingon" in complaint(place, encoding="klingon")
    place.write_bytes(codecs.BOM_UTF8 + b"Name,City\nAda,London\n")
    assert open_sheet(place, encoding="utf-8").columns == ("Name", "City")


def test_a_wrong_letter_far_down_is_found_at_once(place: Path) -> None:
    place.write_bytes("Имя,Город\n".encode() + b"Ada,London\n" * 40_000 + b"\xff\xfe\xfd,x\n")
    assert "not all in the encoding utf-8" in complaint(place)


@pytest.mark.parametrize(
    ("text", "delimiter", "columns"),
    [
        ("a,b\n1,2\n", ",", 2),
        ("name;price\nx;1,5\ny;2,5\n", ";", 2),
        ("a\tb c\t\n1\t2, 3\t4\n", "\t", 3),
        ("a|b|c\n1|2|3\n", "|", 3),
        ('a,b\n"x;y;z","1\n2;3"\n', ",", 2),
        ("sep=;\na;b\n1;2\n", ";", 2),
        ("only\none\n", ",", 1),
        ("\n\na,b\n1,2\n", ",", 2),
        ("name,note\nAda,hello; you\nBob,a; b; c\n", ",", 2),
    ],
)
def test_separators_are_told(place: Path, text: str, delimiter: str, columns: int) -> None:
    sheet = open_sheet(written(place, text))
    assert (sheet.delimiter, len(sheet.columns)) == (delimiter, columns)


def test_a_separator_that_is_given_is_taken(place: Path) -> None:
    sheet = open_sheet(written(place, "a;b,c\n1;2,3\n"), delimiter=",")
    assert sheet.columns == ("a;b", "c")


def test_rows_are_numbered_as_a_spreadsheet_numbers_them_and_empty_ones_left_out(place: Path) -> None:
    sheet = open_sheet(written(place, 'Name,Note\n\nAda,"one\ntwo"\n,\n" ", \nBob\n'))
    assert list(sheet.rows()) == [Row(3, ["Ada", "one\ntwo"]), Row(6, ["Bob", ""])]
    assert list(sheet.rows(start=3)) == [Row(6, ["Bob", ""])]
    assert list(sheet.rows(start=6)) == []
    assert sheet.count == 2


def test_columns_have_names_each_its_own(place: Path) -> None:
    sheet = open_sheet(written(place, "Name,,Name, Name  2 ,,\na,b,c,d,e\n"))
    assert sheet.columns == ("Name", "Column 2", "Name 2", "Name 2 2", "Column 5")


def test_a_row_longer_than_the_header_says_so(place: Path) -> None:
    sheet = open_sheet(written(place, "a,b\n1,2,,\n1,2,3\n"))
    fine, long = sheet.rows()
    assert sheet.problem(fine) is None
    assert "has 3 cells, but the header has 2" in str(sheet.problem(long))


def test_long_cells_are_read_and_endless_ones_refused(place: Path) -> None:
    assert open_sheet(written(place, f"a,b\n{'x' * 10_000},2\n")).sample(1)[0].cells[0] == "x" * 10_000
    written(place, 'a,b\n1,2\n"' + "x\n" * 100_000)
    assert "Row 3 cannot be read" in complaint(place, delimiter=",")
    sheet = open_sheet(written(place, "a,b\n" + "1,2\n" * 200 + '"' + "x\n" * 100_000))
    with pytest.raises(Invalid, match="Row 202 cannot be read"):
        list(sheet.rows())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\n \n", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"ada@acme.example,Ada\nbob@acme.example,Bob\n", "looks like data: ada@acme.example"),
        (b"1,2,x\n3,4,y\n", "looks like data: 1, 2"),
        (bytes(range(256)) * 40, "not a table"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 500, "not a table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "Save it as .xlsx"),
        (b"PK\x03\x04 and no more", "no Excel workbook"),
        (",".join(f"c{n}" for n in range(600)).encode(), "600 columns; at most 500"),
    ],
)
def test_what_is_no_table_is_said(place: Path, content: bytes, said: str) -> None:
    place.write_bytes(content)
    assert said in complaint(place)


def test_safe_cells_are_read_as_they_were(place: Path) -> None:
    sheet = open_sheet(written(place, "a,b\n'=1+1,'tis\n=1+1,''=x\n"))
    assert [row.cells for row in sheet.rows()] == [["=1+1", "'tis"], ["=1+1", "'=x"]]


def test_a_workbook(place: Path) -> None:
    when = datetime.fromisoformat("2026-01-02")
    book(
        place,
        ["Name", "N", "Share", "Day", "Won"],
        ["Ada", 5, 0.5, when, True],
        [],
        ["Bob", 12.0, -1, when.replace(hour=9)],
    )
    sheet = open_sheet(place)
    assert sheet.sheets == ("Deals", "Other")
    assert sheet.columns == ("Name", "N", "Share", "Day", "Won")
    assert list(sheet.rows()) == [
        Row(2, ["Ada", 5, 0.5, date(2026, 1, 2), True]),
        Row(4, ["Bob", 12, -1, datetime.fromisoformat("2026-01-02T09:00"), ""]),
    ]
    assert all(type(row.cells[1]) is int for row in sheet.rows())
    assert next(sheet.rows(start=2)).number == 4
    assert sheet.count == 2


def test_a_sheet_is_chosen_by_name(place: Path) -> None:
    book(place, ["Name"], ["Ada"])
    assert open_sheet(place, sheet="Other").columns == ("only",)
    assert "no sheet Third. There are: Deals, Other." in complaint(place, sheet="Third")


def test_a_title_above_the_header_is_passed_over(place: Path) -> None:
    book(place, ["Deals of 2026"], [], ["Name", "N", "Day"], ["Ada", 1, 2], top=2, left=1)
    sheet = open_sheet(place)
    assert sheet.columns == ("Name", "N", "Day")
    assert list(sheet.rows()) == [Row(6, ["Ada", 1, 2])]


def test_an_empty_sheet_is_said(place: Path) -> None:
    book(place)
    assert "The sheet Deals is empty." in complaint(place)


def test_cells_in_far_corners_are_refused_before_they_are_read(place: Path) -> None:
    workbook = xlsxwriter.Workbook(str(place))
    sheet = workbook.add_worksheet()
    sheet.write(0, 0, "Name")
    sheet.write(1_000_000, 5_000, "far")
    workbook.close()
    assert place.stat().st_size < 10_000
    assert "reaches to row 1000001 and column 5001" in complaint(place)


def test_far_cells_without_content_do_no_harm(place: Path) -> None:
    workbook = xlsxwriter.Workbook(str(place))
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["Name", "City"])
    sheet.write_row(1, 0, ["Ada", "London"])
    sheet.write_blank(1_000_000, 5_000, None, workbook.add_format({"bold": True}))
    workbook.close()
    assert open_sheet(place).count == 1


def with_sheet(place: Path, xml: bytes) -> Path:
    """A workbook whose first sheet is this XML."""
    source = book(place.with_suffix(".whole"), ["Name"], ["Ada"])
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return place


CELL = b'<c%s t="inlineStr"><is><t>x</t></is></c>'


@pytest.mark.parametrize(
    "row",
    [
        b"<row r='1'>"
        + CELL % b" r='A1'"
        + b"</row><row r='1048576'>"
        + CELL % b" r='XFD1048576'"
        + b"</row>",
        b"<row>" + CELL % b"" * 200 + b'</row><row r="1048576">' + CELL % b"" + b"</row>",
        b'<row r="1">' + CELL % b' r="A1"' + CELL % b' x=">" r="xfd9999"' + b"</row>",
        b'<row r="1">' + CELL % (b" " * 300_000 + b'\n r = "XFD9999"') + b"</row>",
        b"<!-- <c ' --><row>" + CELL % b' r="XFD9999"' + b"</row><!-- ' -->",
    ],
)
def test_no_way_of_writing_a_far_cell_gets_through(place: Path, row: bytes) -> None:
    with_sheet(place, b"<worksheet><sheetData>" + row + b"</sheetData></worksheet>")
    assert "The sheet is too large" in complaint(place)


@pytest.mark.parametrize(
    "xml",
    [
        b"junk<worksheet><sheetData>" + CELL % b' r="XFD9999"' + b"</sheetData></worksheet>",
        b'<worksheet><c x="<"/><sheetData>' + CELL % b' r="XFD9999"' + b"</sheetData></worksheet>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData></sheetData></worksheet>',
        b"<worksheet><sheetData><row>" + CELL % b' r="A1B"' + b"</row></sheetData></worksheet>",
    ],
)
def test_a_sheet_that_is_not_sound_is_refused(place: Path, xml: bytes) -> None:
    assert "no Excel workbook" in complaint(with_sheet(place, xml))


def test_a_workbook_that_unpacks_to_too_much_is_refused_whatever_it_says(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_checks, "MOST_BYTES", 3 * 1024**2)
    with_sheet(place, b"<worksheet>" + b" " * 3 * 1024**2 + b"</worksheet>")
    assert "unpacks to more than 3 MB" in complaint(place)
    data = bytearray(place.read_bytes())
    start = data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/worksheets/sheet1.xml"))
    struct.pack_into("<I", data, start + 24, 1_000)  # the size the directory says
    place.write_bytes(data)
    assert "unpacks to more than 3 MB" in complaint(place)


@pytest.mark.parametrize("name", ["xl/workbook.bin", "content.xml"])
def test_other_formats_do_not_pass_for_a_workbook(place: Path, name: str) -> None:
    book(place, ["Name"], ["Ada"])
    with zipfile.ZipFile(place, "a") as archive:
        archive.writestr(name, "x")
    assert "no Excel workbook" in complaint(place)


def test_an_unknown_encoding_in_any_part_is_survived(place: Path) -> None:
    book(place, ["Name"], ["Ada"])
    with zipfile.ZipFile(place, "a") as archive:
        archive.writestr("docProps/more.xml", b'<?xml version="1.0" encoding="UTv2x"?><a/>')
    assert [row.cells for row in open_sheet(place).rows()] == [["Ada"]]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_any_damaged_workbook_is_refused_or_read(place: Path, compression: int) -> None:
    """The bytes are the same on every day: what one run finds, every run finds."""
    source = book(place.with_suffix(".whole"), ["Name", "City"], *[["Ada", "London"]] * 20)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(place, "w", compression) as new:
        for name in old.namelist():
            new.writestr(
                zipfile.ZipInfo(name),
                re.sub(rb"20..-..-..T..:..:..Z", b"2026-01-01T00:00:00Z", old.read(name)),
                compression,
            )
    whole = place.read_bytes()
    for at in range(0, len(whole), 7):
        place.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with suppress(Invalid):
            list(open_sheet(place).rows())


def test_rejects_come_back_like_the_source_with_the_reason(place: Path) -> None:
    sheet = open_sheet(written(place, RUSSIAN, "cp1251"))
    rows = list(sheet.rows())
    back = place.with_suffix(".rejects")
    write_rejects(back, sheet, [(rows[1].number, rows[1].cells, "нет такой суммы")], label="Причина")
    again = open_sheet(back)
    assert (again.encoding, again.delimiter) == ("cp1251", ";")
    assert again.columns == (*sheet.columns, "Причина")
    assert [row.cells for row in again.rows()] == [
        ["ЗАО Лютик", "Анна Ёлкина", "1 200,50", "3: нет такой суммы"]
    ]


def test_rejects_turn_to_utf_8_where_the_source_lacks_letters(place: Path) -> None:
    sheet = open_sheet(written(place, "Name;Stadt\nMüller;Köln\nJäger;Düsseldorf\n", "cp1252"))
    back = place.with_suffix(".rejects")
    write_rejects(
        back,
        sheet,
        [(row.number, row.cells, why) for row, why in zip(sheet.rows(), ["bad", "плохо"], strict=True)],
    )
    again = open_sheet(back)
    assert again.encoding == "utf-8-sig"
    assert [row.cells for row in again.rows()] == [
        ["Müller", "Köln", "2: bad"],
        ["Jäger", "Düsseldorf", "3: плохо"],
    ]


def test_rejects_of_a_workbook_are_text_that_every_kind_reads(place: Path) -> None:
    cells: list[Cell] = [
        "=1+1",
        5,
        0.5,
        date(2026, 1, 2),
        datetime.fromisoformat("2026-01-02T09:30"),
        timedelta(hours=30),
        True,
    ]
    book(place, [*"abcdefg"], ["x"])
    back = place.with_suffix(".rejects")
    write_rejects(back, open_sheet(place), [(2, cells, "=why")])
    assert b"\r\n'=1+1,5,0.5,2026-01-02,2026-01-02 09:30:00,30:00:00,True,2: =why\r\n" in back.read_bytes()


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(TEXTS, min_size=2, max_size=2), max_size=6), delimiter=st.sampled_from(",;\t|"))
@example(rows=[["", " ="]], delimiter=",")
def test_what_is_written_is_read_again(tmp_path: Path, rows: list[list[str]], delimiter: str) -> None:
    source = tmp_path / "source.csv"
    source.write_text(f"first{delimiter}second\n", encoding="utf-8")
    sheet = open_sheet(source, delimiter=delimiter)
    back = tmp_path / "back.csv"
    write_rejects(back, sheet, [(number, row, "why") for number, row in enumerate(rows)])
    again = open_sheet(back, encoding="utf-8", delimiter=delimiter)
    # Blanks before a value are dropped, but before what looks like a formula, which stands behind a mark.
    came = [[str(cell).lstrip(" ") for cell in row.cells[:2]] for row in again.rows()]
    assert came == [[cell.lstrip(" ") for cell in row] for row in rows]


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    kind: str = "text"


DEAL = [
    Field("name", "Name"),
    Field("amount", "Amount", "money"),
    Field("company", "Company", "reference"),
    Field("owner", "Owner", "user"),
    Field("stage", "Stage", "stage"),
    Field("close_date", "Close date", "date"),
    Field("work_email", "Work e-mail", "email"),
    Field("telephone", "Direct line", "phone"),
]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Name", "name"),
        ("NAME", "name"),
        ("Название", "name"),
        ("Amout", "amount"),
        ("Сумма сделки", "amount"),
        ("account", "company"),
        ("Компания", "company"),
        ("sales_agent", "owner"),
        ("Ответственный", "owner"),
        ("DealStage", "stage"),
        ("Этап", "stage"),
        ("close-date", "close_date"),
        ("Date close", "close_date"),
        ("Дата закрытия", "close_date"),
        ("E-Mail", "work_email"),
        ("Эл. почта", "work_email"),
        ("Телефон", "telephone"),
        ("Weather", None),
        ("", None),
    ],
)
def test_columns_find_their_fields(header: str, field: str | None) -> None:
    assert suggest_mapping([header], DEAL) == {header: field}


def test_a_field_is_taken_once_by_the_best_column() -> None:
    assert suggest_mapping(["Title", "Name", "Mail", "E-mail address"], DEAL) == {
        "Title": None,
        "Name": "name",
        "Mail": "work_email",
        "E-mail address": None,
    }


def others() -> Iterator[Path]:
    return OTHERS.glob("*.csv")


def test_tables_that_others_made() -> None:
    if not OTHERS.exists():
        pytest.skip("the data of others is not beside this repository")
    counts = {path.stem: open_sheet(path).count for path in others()}
    assert counts == {"accounts": 85, "products": 7, "sales_pipeline": 8800, "sales_teams": 35}
    pipeline = open_sheet(OTHERS / "sales_pipeline.csv")
    assert pipeline.sample(1) == [
        Row(
            2,
            [
                "1C1I7A6R",
                "Moses Frase",
                "GTX Plus Basic",
                "Cancity",
                "Won",
                "20-10-16",
                "01-03-17",
                "1054",
                "Q4 2016",
                "Q1 2017",
            ],
        )
    ]
    assert suggest_mapping(pipeline.columns, DEAL) == {
        "opportunity_id": None,
        "sales_agent": "owner",
        "product": None,
        "account": "company",
        "deal_stage": "stage",
        "engage_date": None,
        "close_date": "close_date",
        "close_value": "amount",
        "engage_quarter": None,
        "close_quarter": None,
    }
    assert zlib.crc32(
        b"".join(str(row.cells[0]).encode() for row in pipeline.rows(start=8800))
    ) == zlib.crc32(b"8I5ONXJX")
