"""What a process remembers: by version of the configuration, and the latest of what differs from person to person."""

from functools import partial

from hookline.kernel.memory import Latest


def test_the_latest_are_kept_and_the_oldest_goes() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name.upper()

    kept = Latest[str](2)
    asked = ["a", "b", "a", "c", "a", "b"]
    assert [kept.get(name, partial(make, name)) for name in asked] == [n.upper() for n in asked]
    assert made == ["a", "b", "c", "b"], "b was asked for longest ago when c came"


def test_nothing_is_kept_of_what_could_not_be_made() -> None:
    kept = Latest[int](2)
    for _ in range(2):
        try:
            kept.get("x", lambda: 1 // 0)
        except ZeroDivisionError:
            continue
        raise AssertionError("the second asker was given a value that nobody made")
    assert kept.get("x", lambda: 7) == 7
