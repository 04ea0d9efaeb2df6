"""Records through the API: made, read, changed, trashed, restored, each by whom it may be."""

from tests.api.client import Api, Caller


def test_a_record_is_made_read_changed_trashed_and_restored(ada: Caller) -> None:
    made = ada.post("/companies", {"name": " Noord\nHandel ", "employees": 12, "address": {"city": "Leiden"}})
    assert made.status_code == 201
    address, body = made.headers["location"], made.json()
    assert (body["name"], body["employees"], body["address"]["city"]) == ("Noord Handel", 12, "Leiden")
    assert made.headers["etag"] == '"1"'
    assert body["version"] == 1
    assert ada.get(address).json() == body

    changed = ada.patch(address, {"employees": None, "revenue": "1200000.50"})
    assert changed.status_code == 200
    assert changed.json() == {
        **body, "employees": None, "revenue": "1200000.50", "version": 2, "updated_at": changed.json()["updated_at"],
    }  # fmt: skip
    assert changed.headers["etag"] == '"2"'

    assert ada.delete(address).status_code == 204
    assert ada.get(address).status_code == 404
    assert ada.get(f"{address}?trash=1").json()["trashed_at"] is not None
    assert ada.delete(address).status_code == 404

    restored = ada.post(f"{address}/restore")
    assert (restored.status_code, restored.json()["trashed_at"]) == (200, None)
    assert ada.post(f"{address}/restore").status_code == 404


def test_fields_are_chosen(api: Api, ada: Caller) -> None:
    found = ada.get(f"/deals/{api.town.ids['scanners']}?fields=name,amount,contacts")
    assert found.json() == {
        "id": api.town.ids["scanners"],
        "name": "Scanners",
        "amount": "84600.50",
        "contacts": [],
    }
    assert found.headers["etag"]


def test_several_references_are_lists_that_replace(api: Api, ada: Caller) -> None:
    address, ids = f"/deals/{api.town.ids['scanners']}", api.town.ids
    assert ada.patch(address, {"contacts": [ids["ivan"], ids["helen"], ids["ivan"]]}).json()[
        "contacts"
    ] == sorted([ids["ivan"], ids["helen"]])
    assert ada.patch(address, {"contacts": [ids["helen"]]}).json()["contacts"] == [ids["helen"]]
    assert ada.patch(address, {"contacts": None}).json()["contacts"] == []


def test_a_deal_moves_under_the_rules_of_its_pipeline(api: Api, ada: Caller) -> None:
    address, ids = f"/deals/{api.town.ids['scanners']}", api.town.ids
    ada.patch(f"/stages/{ids['offer']}", {"required_tasks": "Send the offer"})
    refused = ada.patch(address, {"stage": ids["offer"]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "stage")
    won = ada.patch(address, {"stage": ids["won"]}).json()
    assert (won["stage"], won["outcome"]) == (ids["won"], "won")
    assert won["closed_on"] == "2026-03-17"


def test_complaints_name_their_fields_in_the_callers_language(api: Api, ada: Caller) -> None:
    sent = {"name": "", "employees": -1, "nothing": 1, "version": 3, "parent": 10**6, "email": "x"}
    with api.town.as_("ada") as gate:
        gate.update("user", api.town.ids["ada"], {"language": "ru"})
    answer = ada.post("/companies", sent)
    assert answer.status_code == 422
    errors = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert errors.keys() == {"employees", "nothing", "version", "email"}
    assert errors["version"] == api.client.app.state.site.translations.say(
        "This field cannot be changed.", "ru"
    )


def test_what_is_not_to_be_set_is_refused(api: Api, ada: Caller) -> None:
    for field in (
        "created_at", "id", "outcome", "weighted", "search", "sort_key", "custom", "nothing",
    ):  # fmt: skip
        answer = ada.patch(f"/deals/{api.town.ids['scanners']}", {"name": "Other", field: 1})
        assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, [field])
        assert ada.get(f"/deals/{api.town.ids['scanners']}").json()["name"] == "Scanners"


def test_files_come_by_their_own_door(ada: Caller) -> None:
    answer = ada.post(
        "/files", {"name": "x.txt", "content_type": "text/plain", "size": 1, "digest": "0", "key": "../../x"}
    )
    assert (answer.status_code, "POST" in answer.headers["allow"]) == (405, False)


def test_hidden_and_missing_records_answer_alike(api: Api, boris: Caller) -> None:
    """Boris sells in the north and sees no deal of the south, whatever he does to it."""
    hidden, missing = api.town.ids["flour"], 10**9
    for method, path, body in (
        ("GET", "", None), ("PATCH", "", {"name": "Mine"}), ("PATCH", "", {"name": "Mine", "version": 7}), ("DELETE", "", None),
        ("POST", "/restore", None), ("GET", "?trash=1", None), ("PATCH", "", {"nothing": 1}),
    ):  # fmt: skip
        answers = [boris.ask(method, f"/deals/{id}{path}", body, {}) for id in (hidden, missing)]
        bare = [(a.status_code, a.content, {**a.headers, "x-statements": ""}) for a in answers]
        assert bare[0] == bare[1], (method, path)
    assert boris.get(f"/deals/{hidden}").status_code == 404
    assert boris.patch(f"/deals/{hidden}", {"name": "Mine"}).status_code == 404


def test_an_impossible_number_is_as_little_there(ada: Caller) -> None:
    for id in (
        "0", "-1", "01", "+1", "1.0", "1e3", "x", "9" * 30, "１２", str(2**63), "1%00", "%F0%9F%A6%86",
    ):  # fmt: skip
        answer = ada.get(f"/deals/{id}")
        assert (answer.status_code, answer.content) == (404, ada.get(f"/deals/{10**9}").content)


def test_an_unknown_address_is_a_problem_too(ada: Caller) -> None:
    for method, path in (
        ("GET", "/nothing"),
        ("POST", "/nothing"),
        ("GET", "/deals/1/nothing"),
        ("DELETE", "/nothing/1"),
    ):
        answer = ada.ask(method, path, None, {})
        assert (answer.status_code, answer.content) == (404, ada.get(f"/deals/{10**9}").content)


def test_who_may_see_and_not_change_is_told_so(api: Api) -> None:
    olga, id = api.caller("olga"), api.town.ids["acme"]
    assert olga.get(f"/companies/{id}").status_code == 200
    for answer in (
        olga.patch(f"/companies/{id}", {"name": "x"}),
        olga.delete(f"/companies/{id}"),
        olga.post("/companies", {"name": "x"}),
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")


def test_a_head_has_no_body_and_options_name_every_method(api: Api, ada: Caller) -> None:
    address = f"/deals/{api.town.ids['scanners']}"
    head, whole = ada.ask("HEAD", address, None, {}), ada.get(address)
    assert (head.status_code, head.headers["etag"]) == (200, whole.headers["etag"])
    for path, methods in (
        (address, {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"}),
        ("/deals", {"GET", "HEAD", "POST", "OPTIONS"}),
    ):
        options, wrong = ada.ask("OPTIONS", path, None, {}), ada.ask("PUT", path, {}, {})
        assert (options.status_code, set(options.headers["allow"].split(", "))) == (204, methods)
        assert (wrong.status_code, set(wrong.headers["allow"].split(", "))) == (405, methods)
        assert wrong.headers["content-type"] == "application/problem+json"
