"""The stream of a record: writing into it, planning, doing, and reading it page by page."""

from datetime import timedelta
from pathlib import Path

from hookline.crm.access.users import User
from hookline.crm.activities import Activity, write_activity
from hookline.crm.deals import Deal
from hookline.crm.files import File
from hookline.crm.settings import set_setting
from hookline.errors import Text
from hookline_sdk.testing.elements import Element, read_html
from sqlalchemy import func, select

from tests.town import NOW
from tests.web.visitor import ORIGIN, Doors, Visitor, words


def _stream(page: Element) -> str:
    return words(str(page.select_one("#stream")))


def _upload(v: Visitor, path: str, name: str, content: bytes) -> object:
    headers = {**v._headers(htmx=False), "origin": ORIGIN}
    return v.client.post(
        path,
        data={"_csrf": v.csrf},
        files={"file": (name, content, "text/html")},
        headers=headers,
        follow_redirects=False,
    )


def test_a_call_is_logged_a_task_planned_and_done_without_script(doors: Doors) -> None:
    deal = f"/deals/{doors.town.ids['scanners']}"
    v = doors.enter("boris")
    page = v.walk(
        f"{deal}/activities/call",
        {"direction": "outgoing", "outcome": "reached", "duration": "12", "body": "They want @Vera"},
    )
    text = _stream(page)
    assert "Call Boris · Outgoing · Reached · 12 min" in text
    assert page.select_one(".mention") is not None
    v.walk(f"{deal}/activities/task", {"subject": "Send the offer", "kind": "email", "due_at": "tomorrow 10"})
    with doors.town.as_("boris") as gate:
        task = gate.get(Activity, int(gate.scalar(select(func.max(Activity.id)))))
        assert (task.kind, task.due_at, task.done_at) == (
            "email",
            (NOW + timedelta(days=1)).replace(hour=10, minute=0),
            None,
        )
    page = v.see(deal)
    opens = page.select_one(".next b a[data-dialog]")
    assert opens is not None
    assert "dialog-head" in v.get(str(opens["href"]), htmx=True).text
    done = page.select_one('.next form[action*="completion"]')
    assert done is not None
    assert "Done." in v.walk(str(done["action"])).get_text()
    assert "Nothing planned" in _stream(v.see(deal))


def test_a_refused_line_keeps_what_was_typed_and_opens_its_tab(doors: Doors) -> None:
    deal = f"/deals/{doors.town.ids['scanners']}"
    v = doors.enter("boris")
    for htmx in (False, True):
        answer = v.post(f"{deal}/activities/call", {"duration": "long", "body": "kept <b>"}, htmx=htmx)
        assert answer.status_code == 422
        page = read_html(answer.text)
        assert ("<html" in answer.text) != htmx
        tab = page.select_one("#composer-call")
        assert tab is not None
        assert "hidden" not in tab.attrs
        assert "kept &lt;b&gt;" in str(tab)
        assert "is not a length of time" in tab.get_text()
    assert v.post(f"{deal}/activities/note", {"body": " "}).status_code == 422
    assert v.post(f"{deal}/activities/nonsense", {"body": "x"}).status_code == 404


def test_a_composer_belongs_to_its_page_and_session(doors: Doors) -> None:
    ids = doors.town.ids
    first, second = doors.enter("boris"), doors.enter("boris")
    assert first.csrf != second.csrf
    for v, path, key in (
        (first, f"/deals/{ids['scanners']}", f"deal:{ids['scanners']}"),
        (second, f"/companies/{ids['acme']}", f"company:{ids['acme']}"),
        (first, f"/companies/{ids['acme']}", f"company:{ids['acme']}"),
    ):
        forms = v.see(path).select("#composer form")
        assert len(forms) >= 6
        for form in forms:
            assert str(form["action"]).startswith(f"{path}/")
            assert form["hx-post"] == form["action"]
            assert str(form["data-draft"]).startswith(f"{key}:")
            assert [str(field["value"]) for field in form.select("[name=_csrf]")] == [v.csrf]


def test_a_composer_speaks_the_language_of_its_reader(doors: Doors) -> None:
    deal = f"/deals/{doors.town.ids['scanners']}"
    v = doors.enter("boris")
    for language, label in (("en", "Note"), ("ru", "Заметка")):
        with doors.town.as_("boris") as gate:
            gate.update(User, doors.town.ids["boris"], {"language": language})
        tab = v.see(deal).select_one("#composer-note-tab")
        assert tab is not None
        assert tab.get_text() == label


def test_htmx_gets_the_stream_alone(doors: Doors) -> None:
    answer = doors.enter("boris").post(
        f"/deals/{doors.town.ids['scanners']}/activities/note", {"body": "A new wheel"}, htmx=True
    )
    part = read_html(answer.text)
    assert part.select_one("#stream") is not None
    assert "<html" not in answer.text
    assert "A new wheel" in part.get_text()
    assert "hookline:toast" in answer.headers["hx-trigger"]


def test_a_call_says_how_it_went_where_the_house_asks(doors: Doors) -> None:
    with doors.town.house() as gate:
        set_setting(gate, "call_outcome_required", True)
    with doors.town.as_("boris") as gate:
        planned = gate.create(
            Activity,
            {"subject": "Ring", "kind": "call", "about": f"deal:{doors.town.ids['scanners']}", "due_at": NOW},
        )
    v = doors.enter("boris")
    answer = v.post(f"/activities/{planned}/completion?back=/")
    assert answer.status_code == 422
    assert "How did the call go?" in answer.text
    assert (
        v.post(f"/activities/{planned}/completion?back=/", {"outcome": "reached"}).headers["location"] == "/"
    )


def test_changes_are_told_in_words_and_stage_moves_by_name(doors: Doors) -> None:
    deal = doors.town.ids["scanners"]
    v = doors.enter("boris")
    v.walk(f"/deals/{deal}/field/amount", {"amount": "90000", "version": "1"})
    v.walk(f"/deals/{deal}/stage", {"stage": str(doors.town.ids["offer"])})
    text = _stream(v.see(f"/deals/{deal}?show=changes"))
    assert "Moved to Offer" in text
    assert "1 field changed Boris" in text
    assert "Amount: before €84,600.50 → now €90,000" in text
    assert "Weighted" not in text


def test_what_the_house_did_by_itself_is_told_in_the_readers_language(doors: Doors) -> None:
    id = doors.town.ids["scanners"]
    with doors.town.house() as gate:
        gate.as_house(Text("Import")).update(Deal, id, {"name": "From a file"})
    v = doors.enter("boris")
    assert "Import" in _stream(v.see(f"/deals/{id}"))
    with doors.town.house() as gate:
        gate.update(User, doors.town.ids["boris"], {"language": "ru"})
    assert "Импорт" in _stream(doors.enter("boris").see(f"/deals/{id}"))


def test_older_pages_follow_without_a_gap_or_a_repetition(doors: Doors) -> None:
    deal = doors.town.ids["scanners"]
    with doors.town.as_("boris") as gate:
        for i in range(70):
            gate.create(
                Activity,
                {
                    "subject": f"Call {i:02}",
                    "kind": "call",
                    "about": f"deal:{deal}",
                    "done_at": NOW - timedelta(hours=i // 3),
                },
            )
    v = doors.enter("boris")
    seen: list[str] = []
    page = v.see(f"/deals/{deal}")
    while True:
        seen += [
            str(b.get_text()) for b in page.select(".timeline .ev b") if b.get_text().startswith("Call ")
        ]
        older = page.select_one("a.older")
        if older is None:
            break
        page = read_html(v.get(str(older["href"])).text)
    assert sorted(seen) == [f"Call {i:02}" for i in range(70)]
    assert v.get(f"/deals/{deal}/timeline?before=nonsense").status_code == 422


def test_a_note_stays_on_top_until_it_is_let_go(doors: Doors) -> None:
    deal = doors.town.ids["scanners"]
    with doors.town.as_("boris") as gate:
        note = write_activity(gate, "note", f"deal:{deal}", {"body": "Mind the dog"})
    v = doors.enter("boris")
    page = v.walk(f"/activities/{note}/pin?back=/deals/{deal}")
    assert "On top" in _stream(page)
    assert _stream(page).count("Mind the dog") == 1
    assert "On top" not in _stream(v.walk(f"/activities/{note}/pin?back=/deals/{deal}"))


def test_a_stage_asks_right_there_and_keeps_what_was_typed(doors: Doors) -> None:
    town, deal = doors.town, doors.town.ids["scanners"]
    with town.house() as gate:
        gate.update(
            "stage",
            town.ids["offer"],
            {"required_fields": ("expected_close", "competitor"), "required_tasks": "Visit"},
        )
    v = doors.enter("boris")
    answer = v.post(f"/deals/{deal}/stage", {"stage": str(town.ids["offer"]), "competitor": "Windmills"})
    assert answer.status_code == 422
    form = read_html(answer.text)
    assert form.select_one('[name="competitor"][value="Windmills"]') is not None
    assert form.select_one('[name="task"][value="Visit"]') is not None
    with town.as_("boris") as gate:
        assert gate.get(Deal, deal).stage == town.ids["new"]
    sent = {
        "stage": str(town.ids["offer"]),
        "competitor": "Windmills",
        "expected_close": "2026-04-01",
        "task": "Visit",
    }
    assert "Moved to Offer" in v.walk(f"/deals/{deal}/stage", sent).get_text()
    lost = v.walk(f"/deals/{deal}/closure?outcome=lost", {"competitor": "Tide Mill"})
    assert "Moved to Lost" in lost.get_text()
    assert "Reopened" in v.walk(f"/deals/{deal}/reopening").get_text()


def test_a_file_is_kept_and_comes_back_only_to_be_saved(doors: Doors, tmp_path: Path) -> None:
    deal = f"/deals/{doors.town.ids['scanners']}"
    v = doors.enter("boris")
    answer = _upload(v, f"{deal}/files", '../"<b>.html', b"<script>alert(1)</script>")
    assert answer.status_code == 303  # type: ignore[attr-defined]  # a response of httpx
    with doors.town.as_("boris") as gate:
        file = int(gate.scalar(select(func.max(File.id))))
    found = v.get(f"/files/{file}/content")
    assert found.content == b"<script>alert(1)</script>"
    assert found.headers["content-disposition"].startswith("attachment; ")
    assert found.headers["content-type"].startswith("application/octet-stream")
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in found.headers["content-security-policy"]
    assert doors.enter("clara").get(f"/files/{file}/content").status_code == 404
    assert v.post(f"{deal}/files").status_code == 422
