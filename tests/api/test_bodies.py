"""Bodies: what is not JSON as everybody reads it gets a clear answer, and nothing is written."""

import json

from tests.api.client import Api, Caller

DEEP = b"[" * 100_000 + b"]" * 100_000


def test_what_is_no_json_object_is_refused(ada: Caller) -> None:
    for body in (
        b"",
        b"{",
        b"nothing",
        b'{"name": "x",}',
        b"{'name': 1}",
        b'{"name": NaN}',
        b'{"employees": Infinity}',
        b'{"employees": -Infinity}',
        b'{"name": "a", "name": "b"}',
        b'{"address": {"city": "a", "city": "b"}}',
        b'{"employees": 1e999}',
        b"\xff\xfe{}",
        b'{"employees": ' + b"9" * 5000 + b"}",
        b'{"name": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"name": "\xed\xa0\x80"}',
        b'{"name": ' + DEEP + b"}",
        b'{"name": ' + b'{"a":' * 50 + b"1" + b"}" * 50 + b"}",
        b"[]",
        b'"x"',
        b"1",
        b"null",
        b'\xef\xbb\xbf{"name": "x"}',
        b'{"name": "a\nb"}',
        b'{"name": "x"} {}',
    ):
        answer = ada.post("/companies", body)
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
        assert answer.json()["detail"]
        assert ada.get("/companies?count=1").json()["total"]["count"] == 2


def test_only_json_is_taken(ada: Caller) -> None:
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "",
        "application/json; charset=latin-1",
        "multipart/form-data",
    ):
        assert ada.post("/companies", b'{"name": "x"}', content_type=kind).status_code == 415


def test_json_by_any_of_its_names(ada: Caller) -> None:
    for kind in (
        "application/json",
        "Application/JSON; charset=UTF-8",
        'application/json; charset="utf-8"',
    ):
        assert ada.post("/companies", b'{"name": "x"}', content_type=kind).status_code == 201


def test_a_body_that_is_too_large_is_refused(ada: Caller) -> None:
    answer = ada.post("/companies", json.dumps({"name": "x" * 5_000_000}).encode())
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_exact_numbers_stay_exact(api: Api, ada: Caller) -> None:
    for sent, kept in (
        ("0.10", "0.10"),
        (0.1, "0.10"),
        (12, "12.00"),
        ("90071992547409.93", "90071992547409.93"),
    ):
        assert ada.make("/deals", name="x", amount=sent)["amount"] == kept
    for sent in ("1.001", "1e5", "١", "", "92233720368547758.08", True, "1,5", 10**17):
        assert ada.post("/deals", {"name": "x", "amount": sent}).status_code == 422, sent
