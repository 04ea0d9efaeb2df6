"""Which door stands at an address, and what is said where there is none."""

import pytest
from hookline.errors import SettingsError
from hookline.web.doors import PUBLIC, Door
from hookline.web.switchboard import Switchboard
from hookline.web.visit import Answer, Visit
from litestar.exceptions import MethodNotAllowedException, NotFoundException


def _nothing(_visit: Visit) -> Answer:
    return Answer()


def _door(method: str, path: str) -> Door:
    return Door(method, path, PUBLIC, _nothing)


ADDRESSES = (
    _door("GET", "/"),
    _door("GET", "/deals"),
    _door("POST", "/deals"),
    _door("GET", "/deals/board"),
    _door("GET", "/deals/{id:int}"),
    _door("POST", "/deals/{id:int}/closure"),
    _door("GET", "/x/{plugin:str}/{name:str}"),
    _door("GET", "/{path:path}"),
)
BOARD = Switchboard(ADDRESSES)


@pytest.mark.parametrize(
    ("method", "path", "door", "values"),
    [
        ("GET", "/", "/", {}),
        ("HEAD", "/deals/", "/deals", {}),
        ("POST", "/deals", "/deals", {}),
        ("GET", "/deals/board", "/deals/board", {}),
        ("GET", "/deals/7", "/deals/{id:int}", {"id": "7"}),
        ("GET", "/x/loyalty/card", "/x/{plugin:str}/{name:str}", {"plugin": "loyalty", "name": "card"}),
        ("GET", "/deals/seven", "/{path:path}", {"path": "deals/seven"}),
        ("GET", "/deals/" + "9" * 80, "/{path:path}", {"path": "deals/" + "9" * 80}),
    ],
)
def test_the_most_exact_door_answers(method: str, path: str, door: str, values: dict[str, str]) -> None:
    found, given = BOARD.find(method, path)
    assert (found.path, given) == (door, values)


def test_a_method_that_is_not_taken_is_told_which_are() -> None:
    with pytest.raises(MethodNotAllowedException) as refused:
        BOARD.find("DELETE", "/deals/7")
    assert (refused.value.headers or {})["Allow"] == "GET, HEAD, OPTIONS"
    with pytest.raises(MethodNotAllowedException):
        BOARD.find("GET", "/deals/7/closure")


def test_an_address_that_nobody_declared_is_not_found() -> None:
    with pytest.raises(NotFoundException):
        Switchboard([_door("GET", "/deals")]).find("GET", "/leads")


def test_no_address_is_declared_twice() -> None:
    with pytest.raises(SettingsError):
        Switchboard([_door("GET", "/deals/{id:int}"), _door("GET", "/deals/{number:int}")])
