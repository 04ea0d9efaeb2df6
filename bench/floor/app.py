"""Assembles the floor on the database that BENCH_FLOOR_URL names."""

import os

from litestar import Litestar

from bench.floor.engine import floor_engine
from bench.floor.reads import read_handlers
from bench.floor.writes import write_handlers


def create_app() -> Litestar:
    engine = floor_engine(os.environ["BENCH_FLOOR_URL"])
    handlers = [*read_handlers(engine), *write_handlers(engine)]
    return Litestar(handlers, openapi_config=None, on_shutdown=[engine.dispose])
