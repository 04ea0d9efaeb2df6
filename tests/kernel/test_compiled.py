"""A statement that lasts is compiled once for each engine, and still asks with the values of each time."""

from typing import Any

from hookline.kernel.compiled import found_by, lasting
from hookline.kernel.sql_texts import constant, strung
from sqlalchemy import Engine, String, bindparam, create_engine, literal, select, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

compiled: list[str] = []


class Noted(GenericFunction[str]):
    """A function that says when it is compiled."""

    type = String()
    inherit_cache = True


@compiles(Noted)
def _note(element: Noted, compiler: Any, **given: Any) -> str:
    compiled.append(compiler.dialect.name)
    return f"upper({compiler.process(element.clauses, **given)})"


def said(engine: Engine, statement: Any, word: str) -> str:
    with engine.connect() as connection:
        options = found_by(statement, connection)
        return str(connection.scalar(statement, {"word": word}, execution_options=options))


def test_it_is_compiled_once_for_each_engine_and_asks_anew_each_time() -> None:
    compiled.clear()
    statement = lasting(select(Noted(bindparam("word", type_=String())).concat(literal("!"))))
    engines = [create_engine("sqlite://"), create_engine("sqlite://")]
    for word in ("one", "two", "three"):
        assert [said(engine, statement, word) for engine in engines] == [f"{word.upper()}!"] * 2
    assert len(compiled) == len(engines)


def test_two_of_the_same_shape_keep_their_own_values() -> None:
    engine = create_engine("sqlite://")
    word = bindparam("word", type_=String())
    ask, tell = (lasting(select(word.concat(literal(mark)))) for mark in "?!")
    assert [said(engine, each, "so") for each in (ask, tell, ask)] == ["so?", "so!", "so?"]


def test_one_of_a_shape_that_the_engine_knows_is_not_compiled_again() -> None:
    compiled.clear()
    engine = create_engine("sqlite://").execution_options(compiled_cache={})
    word = bindparam("word", type_=String())
    statements = [lasting(select(Noted(word.concat(literal(mark))))) for mark in "?!"]
    assert [said(engine, each, "so") for each in statements * 2] == ["SO?", "SO!", "SO?", "SO!"]
    assert len(compiled) == 1


def test_others_are_left_to_the_cache_of_the_engine() -> None:
    with create_engine("sqlite://").connect() as connection:
        assert found_by(select(literal(1)), connection) == {}


def test_a_constant_is_what_it_says() -> None:
    lines = union_all(*(select(constant(line).label("line")) for line in ("it's", "100 %", ":a"))).subquery()
    with create_engine("sqlite://").connect() as connection:
        assert connection.scalar(select(strung(lines.c.line, "';"))) == "it's';100 %';:a"
        assert connection.scalar(select(constant(-7))) == -7
