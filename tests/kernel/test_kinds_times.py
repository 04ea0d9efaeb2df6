"""Days, moments and lengths of time as people write them, on Wednesday 18 November 2026."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hookline.kernel.kinds import KINDS, BadValue, Format, Reader, show_date, when

from tests.kernel.kind_specs import AMERICAN, ENGLISH, NOW, RUSSIAN, FieldSpec, complaint, parse

SPEC = FieldSpec()
BERLIN = Reader(now=NOW, zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("today", "2026-11-18"),
        ("Tomorrow", "2026-11-19"),
        ("yesterday", "2026-11-17"),
        ("the day after tomorrow", "2026-11-20"),
        ("сегодня", "2026-11-18"),
        ("завтра", "2026-11-19"),
        ("Послезавтра", "2026-11-20"),
        ("позавчера", "2026-11-16"),
        ("friday", "2026-11-20"),
        ("on Friday", "2026-11-20"),
        ("wednesday", "2026-11-25"),
        ("this wednesday", "2026-11-18"),
        ("next monday", "2026-11-23"),
        ("next friday", "2026-11-27"),
        ("last friday", "2026-11-13"),
        ("в пятницу", "2026-11-20"),
        ("во вторник", "2026-11-24"),
        ("в следующую пятницу", "2026-11-27"),
        ("в прошлую среду", "2026-11-11"),
        ("пт", "2026-11-20"),
        ("in 3 days", "2026-11-21"),
        ("+3d", "2026-11-21"),
        ("- 2 w", "2026-11-04"),
        ("2 weeks ago", "2026-11-04"),
        ("in a month", "2026-12-18"),
        ("через 2 недели", "2026-12-02"),
        ("через неделю", "2026-11-25"),
        ("через 3 месяца", "2027-02-18"),
        ("3 дня назад", "2026-11-15"),
        ("через год", "2027-11-18"),
        ("next week", "2026-11-23"),
        ("на следующей неделе", "2026-11-23"),
        ("next month", "2026-12-01"),
        ("в следующем году", "2027-01-01"),
        ("end of the month", "2026-11-30"),
        ("до конца месяца", "2026-11-30"),
        ("end of quarter", "2026-12-31"),
        ("конец года", "2026-12-31"),
        ("20.10.2026", "2026-10-20"),
        ("20/10/2026", "2026-10-20"),
        ("20-10-16", "2016-10-20"),
        ("1.2.69", "1969-02-01"),
        ("1.2.68", "2068-02-01"),
        ("12/25/2026", "2026-12-25"),
        ("2026-10-20", "2026-10-20"),
        ("2026/1/2", "2026-01-02"),
        ("20261020", "2026-10-20"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("1 Dec", "2026-12-01"),
        ("Dec 1st", "2026-12-01"),
        ("1 Feb", "2027-02-01"),
        ("1 Sept", "2026-09-01"),
        ("20.10", "2026-10-20"),
        ("15.01", "2027-01-15"),
        ("29 Feb", "2028-02-29"),
        ("December 1, 2026", "2026-12-01"),
        ("1st of December 2026", "2026-12-01"),
        ("1-Dec-26", "2026-12-01"),
        ("Fri, 18 Dec 2026", "2026-12-18"),
        ("18 дек. 2026 г.", "2026-12-18"),
        ("1-е декабря 2026 года", "2026-12-01"),
        ("8 мая", "2027-05-08"),
        ("2026-10-20 00:00:00", "2026-10-20"),
    ],
)
def test_days(written: str, meant: str) -> None:
    assert parse("date", written) == date.fromisoformat(meant)
    assert parse("date", written, reader=RUSSIAN) == date.fromisoformat(meant)


def test_the_order_of_day_and_month_is_the_readers_but_for_dots() -> None:
    assert parse("date", "03/04/2026") == date(2026, 4, 3)
    assert parse("date", "03/04/2026", reader=AMERICAN) == date(2026, 3, 4)
    assert parse("date", "12/04", reader=AMERICAN) == date(2026, 12, 4)
    assert parse("date", "03.04.2026", reader=AMERICAN) == date(2026, 4, 3)
    assert parse("date", "25/12/2026", reader=AMERICAN) == date(2026, 12, 25)


def test_the_order_of_a_column_is_never_turned() -> None:
    american = Reader(now=NOW, format=Format(date_order="mdy"))
    early_years = Reader(now=NOW, format=Format(date_order="ymd"))
    assert parse("date", "03/04/2026", reader=american) == date(2026, 3, 4)
    assert complaint("date", "25/12/2026", reader=american)
    assert parse("date", "20-10-16", reader=early_years) == date(2020, 10, 16)
    assert parse("date", "2026-10-16", reader=american) == date(2026, 10, 16)


@pytest.mark.parametrize(
    "written",
    [
        "31.02.2026",
        "32.01.2026",
        "0000-01-01",
        "10",
        "Oct 2026",
        "Mon, 18 Dec 2026",
        "in 99999 years",
        "+9999y",
        "3 days",
        "tomorrow 10",
        "soon",
        "next",
        "in days",
        "1.2.3.4",
        "20.10-2026",
        "01 13 2026 07",
        "в",
        "x" * 500,
    ],
)
def test_what_is_no_day_is_said_with_an_example(written: str) -> None:
    assert "Write it like 20 Oct 2026." in complaint("date", written)
    assert "Write it like 20.10.2026." in complaint("date", written, reader=RUSSIAN)


def test_a_time_stamp_is_the_day_it_fell_on_here() -> None:
    assert parse("date", "2026-10-20T23:30:00Z", reader=RUSSIAN) == date(2026, 10, 21)
    assert parse("date", datetime(2026, 10, 20, 23, 30, tzinfo=UTC), reader=RUSSIAN) == date(2026, 10, 21)
    assert parse("date", datetime(2026, 10, 20, tzinfo=UTC).replace(tzinfo=None)) == date(2026, 10, 20)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("tomorrow 10", "2026-11-19 10:00"),
        ("tomorrow at 10", "2026-11-19 10:00"),
        ("10am tomorrow", "2026-11-19 10:00"),
        ("tomorrow", "2026-11-19 09:00"),
        ("tomorrow noon", "2026-11-19 12:00"),
        ("tomorrow evening", "2026-11-19 18:00"),
        ("next monday 9:30", "2026-11-23 09:30"),
        ("friday 3pm", "2026-11-20 15:00"),
        ("завтра в 10", "2026-11-19 10:00"),
        ("завтра 9-30", "2026-11-19 09:30"),
        ("завтра утром", "2026-11-19 09:00"),
        ("завтра в 7 вечера", "2026-11-19 19:00"),
        ("в пятницу в 15.30", "2026-11-20 15:30"),
        ("сегодня 18:00", "2026-11-18 18:00"),
        ("в 3 часа дня", "2026-11-18 15:00"),
        ("20.10.2026", "2026-10-20 00:00"),
        ("20.10.2026 14:30", "2026-10-20 14:30"),
        ("1 Dec 10:00", "2026-12-01 10:00"),
        ("1 Dec at 10", "2026-12-01 10:00"),
        ("12/31/2026 11:59 PM", "2026-12-31 23:59"),
        ("12/31/2026 12 am", "2026-12-31 00:00"),
        ("18 дек. 2026, 14:30", "2026-12-18 14:30"),
        ("2026-10-20T14:30", "2026-10-20 14:30"),
        ("2026-10-20 14:30:15.5", "2026-10-20 14:30:15.500000"),
        ("14:30", "2026-11-18 14:30"),
    ],
)
def test_moments_on_the_readers_clock(written: str, meant: str) -> None:
    for reader in (ENGLISH, RUSSIAN):
        expected = datetime.fromisoformat(meant).replace(tzinfo=reader.zone_info)
        assert parse("datetime", written, reader=reader) == expected


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("now", "2026-11-18 12:20"),
        ("in 2 hours", "2026-11-18 14:20"),
        ("+30min", "2026-11-18 12:50"),
        ("через час", "2026-11-18 13:20"),
        ("через полчаса", "2026-11-18 12:50"),
        ("2026-10-20T14:30:00Z", "2026-10-20 14:30"),
        ("2026-10-20T14:30:00+03:00", "2026-10-20 11:30"),
        ("20.10.2026 14:30 UTC", "2026-10-20 14:30"),
        ("20 Oct 2026 14:30 UTC+03:00", "2026-10-20 11:30"),
    ],
)
def test_moments_that_are_the_same_everywhere(written: str, meant: str) -> None:
    for reader in (ENGLISH, RUSSIAN):
        assert parse("datetime", written, reader=reader) == datetime.fromisoformat(meant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "10",
        "9-30",
        "tomorrow 25",
        "tomorrow 10:60",
        "tomorrow 13pm",
        "завтра в 0 утра",
        "soon 10:00",
        "tomorrow 10:00-11:00",
        "in 99999 hours hours",
        "2026-13-01T10:00",
        "2026-10-20T25:00",
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "x" * 500,
    ],
)
def test_what_is_no_moment_is_said_with_an_example(written: str) -> None:
    assert "Write it like 20 Oct 2026 14:30." in complaint("datetime", written)


def test_today_is_the_next_full_hour() -> None:
    late = Reader(now=datetime(2026, 11, 18, 23, 10, tzinfo=UTC))
    assert parse("datetime", "today") == datetime(2026, 11, 18, 13, tzinfo=UTC)
    assert parse("datetime", "today", reader=late) == datetime(2026, 11, 18, 23, 59, tzinfo=UTC)


def test_tomorrow_is_the_readers_tomorrow() -> None:
    midnight = datetime(2026, 11, 18, 22, 30, tzinfo=UTC)
    assert parse("date", "tomorrow", reader=Reader(now=midnight)) == date(2026, 11, 19)
    assert parse("date", "tomorrow", reader=Reader(now=midnight, zone="Europe/Moscow")) == date(2026, 11, 20)


def test_a_time_the_change_of_clocks_leaves_out_is_later_on_the_new_clock() -> None:
    skipped = parse("datetime", "29.03.2026 02:30", reader=BERLIN)
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert KINDS["datetime"].show(skipped, SPEC, BERLIN) == "29 Mar 2026 03:30"


def test_a_time_that_comes_twice_is_the_first_unless_its_offset_is_written() -> None:
    first = parse("datetime", "25.10.2026 02:30", reader=BERLIN)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert KINDS["datetime"].edit(first, SPEC, BERLIN) == "25 Oct 2026 02:30 UTC+0200"
    assert KINDS["datetime"].edit(second, SPEC, BERLIN) == "25 Oct 2026 02:30 UTC+0100"
    assert parse("datetime", "25 Oct 2026 02:30 UTC+0100", reader=BERLIN) == second


def test_a_spreadsheets_times_are_on_the_readers_clock() -> None:
    bare = datetime(2026, 10, 20, 14, 30, tzinfo=UTC).replace(tzinfo=None)
    assert parse("datetime", bare, reader=RUSSIAN) == datetime(2026, 10, 20, 11, 30, tzinfo=UTC)
    assert parse("datetime", date(2026, 10, 20), reader=RUSSIAN) == datetime(2026, 10, 19, 21, tzinfo=UTC)


def test_days_and_moments_are_shown_in_the_readers_words() -> None:
    moment = datetime(2026, 12, 18, 6, 5, tzinfo=UTC)
    assert show_date(date(2026, 12, 18), "en") == "18 Dec 2026"
    assert show_date(date(2026, 12, 18), "ru") == "18 дек. 2026"
    assert KINDS["datetime"].show(moment, SPEC, ENGLISH) == "18 Dec 2026 06:05"
    assert KINDS["datetime"].show(moment, SPEC, RUSSIAN) == "18 дек. 2026 09:05"
    assert KINDS["date"].edit(date(2026, 12, 18), SPEC, RUSSIAN) == "18.12.2026"
    assert KINDS["datetime"].dump(moment, SPEC) == "2026-12-18T06:05:00Z"


@pytest.mark.parametrize(
    "raw", ["2026-10-20", "2026-10-20T10:00", "tomorrow", 1, [], "", "2026-13-45T00:00Z"]
)
def test_the_api_wants_a_zone(raw: object) -> None:
    with pytest.raises(BadValue, match="with its zone"):
        KINDS["datetime"].load(raw, SPEC)


@pytest.mark.parametrize(
    "raw", ["20.10.2026", "2026-1-2", "20261020", "2026-W43-2", "2026-02-30", 1, "tomorrow"]
)
def test_the_api_wants_iso_days(raw: object) -> None:
    with pytest.raises(BadValue, match="Send it like 2026-10-20"):
        KINDS["date"].load(raw, SPEC)


@pytest.mark.parametrize(
    ("days", "english", "russian", "tone"),
    [
        (-25, "25 days late", "просрочено на 25 дней", "late"),
        (-21, "21 days late", "просрочено на 21 день", "late"),
        (-11, "11 days late", "просрочено на 11 дней", "late"),
        (-2, "2 days late", "просрочено на 2 дня", "late"),
        (-1, "1 day late", "просрочено на 1 день", "late"),
        (0, "Today", "Сегодня", "now"),
        (1, "Tomorrow", "Завтра", ""),
        (3, "Sat", "Сб", ""),
        (10, "28 Nov", "28 нояб.", ""),
        (60, "17 Jan 2027", "17 янв. 2027", ""),
    ],
)
def test_how_near_a_day_is(days: int, english: str, russian: str, tone: str) -> None:
    day = ENGLISH.today + timedelta(days=days)
    assert when(day, ENGLISH) == (english, tone)
    assert when(day, RUSSIAN) == (russian, tone)


@pytest.mark.parametrize(
    ("minutes", "english", "russian", "tone"),
    [
        (-3000, "2 days late", "просрочено на 2 дня", "late"),
        (-125, "2 hours late", "просрочено на 2 часа", "late"),
        (-1, "1 min late", "просрочено на 1 мин", "late"),
        (0, "Today 12:20", "Сегодня 15:20", "now"),
        (90, "Today 13:50", "Сегодня 16:50", "now"),
        (1440, "Tomorrow 12:20", "Завтра 15:20", ""),
        (3 * 1440, "Sat 12:20", "Сб 15:20", ""),
    ],
)
def test_how_near_a_moment_is(minutes: int, english: str, russian: str, tone: str) -> None:
    moment = NOW + timedelta(minutes=minutes)
    assert when(moment, ENGLISH) == (english, tone)
    assert when(moment, RUSSIAN) == (russian, tone)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("1h 30m", 90),
        ("1h30", 90),
        ("1:30", 90),
        ("1:30:00", 90),
        ("90 min", 90),
        ("90", 90),
        ("1.5 h", 90),
        ("1,5 ч", 90),
        ("1 ч 30 мин", 90),
        ("5400 s", 90),
        ("2 дня 3 часа", 51 * 60),
        ("1 day, 2:00:00", 26 * 60),
        ("1 week", 7 * 24 * 60),
        ("-1:30", -90),
        ("0", 0),
    ],
)
def test_lengths_of_time(written: str, minutes: int) -> None:
    assert parse("duration", written) == timedelta(minutes=minutes)


def test_lengths_of_time_are_shown_short() -> None:
    assert KINDS["duration"].show(timedelta(hours=26), SPEC, ENGLISH) == "1 d 2 h"
    assert KINDS["duration"].show(timedelta(minutes=90), SPEC, RUSSIAN) == "1 ч 30 мин"
    assert KINDS["duration"].show(timedelta(), SPEC, ENGLISH) == "0 min"
    assert KINDS["duration"].cell(timedelta(hours=26, seconds=5), SPEC) == "26:00:05"
    assert KINDS["duration"].dump(timedelta(hours=1), SPEC) == 3600


@pytest.mark.parametrize("written", ["1:99", "soon", "5 apples", "1h 30q", ":", "1h30m5", "5 5", "9" * 99])
def test_what_is_no_length_of_time_is_said_with_an_example(written: str) -> None:
    assert "1h 30m, 90 min or 1:30" in complaint("duration", written)


def test_no_length_of_time_is_longer_than_a_hundred_years() -> None:
    assert "too long" in complaint("duration", "99999999 d")
    with pytest.raises(BadValue):
        KINDS["duration"].load(10**30, SPEC)
