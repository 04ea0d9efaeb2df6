"""Shares through the API: listed, given and ended by those who may share the record."""

from tests.api.client import Api, Caller


def path_of(api: Api, record: str = "scanners") -> str:
    return f"/deals/{api.town.ids[record]}/shares"


def test_a_share_is_given_listed_and_ended(api: Api, boris: Caller) -> None:
    clara, path = api.caller("clara"), path_of(api)
    record = path.removesuffix("/shares")
    assert clara.get(record).status_code == 404
    given = boris.post(
        path,
        {
            "user": api.town.ids["clara"],
            "right": "edit",
            "expires_at": "2026-03-20T00:00:00Z",
            "reason": "Cover",
        },
    )
    assert given.status_code == 201
    made = given.json()["share"]
    assert {name: made[name] for name in ("user", "team", "right", "expires_at", "reason", "by", "state")} == {
        "user": api.town.ids["clara"], "team": None, "right": "edit", "expires_at": "2026-03-20T00:00:00Z",
        "reason": "Cover", "by": api.town.ids["boris"], "state": "holds",
    }  # fmt: skip
    assert boris.get(path).json() == {"items": [made]}
    assert clara.patch(record, {"name": "Ours"}).status_code == 200
    assert clara.get(path).status_code == 403
    assert clara.post(path, {"user": api.town.ids["max"], "right": "read"}).status_code == 403
    assert boris.delete(f"{path}/{made['id']}").status_code == 204
    assert boris.delete(f"{path}/{made['id']}").status_code == 404
    assert clara.get(record).status_code == 404


def test_the_same_request_is_done_once(api: Api, boris: Caller) -> None:
    body = {"team": api.town.ids["south"], "right": "read"}
    first = boris.post(path_of(api), body, idempotency_key="a")
    again = boris.post(path_of(api), body, idempotency_key="a")
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")


WRONG: list[dict[str, object]] = [
    {},
    {"user": "clara", "right": "read"},
    {"user": True, "right": "read"},
    {"user": 0, "right": "read"},
    {"user": 10**30, "right": "read"},
    {"team": 1, "right": "all"},
    {"team": 1, "right": ["read"]},
    {"team": 1, "right": "read", "expires_at": "tomorrow"},
    {"team": 1, "right": "read", "expires_at": "2020-01-01T00:00:00Z"},
    {"team": 1, "right": "read", "until": "2027-01-01"},
]


def test_what_means_nothing_is_refused(api: Api, boris: Caller) -> None:
    for body in WRONG:
        assert boris.post(path_of(api), body).status_code == 422, body
    assert boris.get(path_of(api)).json() == {"items": []}


def test_records_that_are_not_there_have_no_shares(api: Api, boris: Caller) -> None:
    body = {"team": api.town.ids["south"], "right": "read"}
    for path in (path_of(api, "flour"), "/deals/999999/shares", "/deals/x/shares"):
        assert boris.get(path).status_code == 404
        assert boris.post(path, body).status_code == 404
        assert boris.delete(f"{path}/1").status_code == 404
    assert boris.delete(f"{path_of(api)}/x").status_code == 404
    assert boris.get("/users/1/shares").status_code == 404


def test_a_token_that_may_only_read_shares_nothing(api: Api) -> None:
    reader = api.caller("boris", "read")
    assert reader.get(path_of(api)).status_code == 200
    assert reader.post(path_of(api), {"team": 1, "right": "read"}).status_code == 403


def test_the_doors_are_in_the_document(boris: Caller) -> None:
    paths = boris.get("/openapi.json").json()["paths"]
    assert set(paths["/api/v1/deals/{id}/shares"]) == {"parameters", "get", "post"}
    assert set(paths["/api/v1/deals/{id}/shares/{share}"]) == {"parameters", "delete"}
    assert "/api/v1/users/{id}/shares" not in paths
