"""The bench's command line: run, print, keep the numbers as JSON, and put the ratios into docs/speed.md."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from bench.databases import open_databases
from bench.floor.target import Floor
from bench.product.target import Product
from bench.report import replace_measured, show_numbers, show_ratios
from bench.results import RunResult
from bench.runs import QUICK, Effort, Plan, run
from bench.seed import Seed

ROOT = Path(__file__).resolve().parents[1]
NUMBERS = ROOT / "build" / "bench.json"
PAGE = ROOT / "docs" / "speed.md"
ENGINES = ("sqlite", "postgresql")
LETTERS = "ABCDEFGH"
SIZES = (1_000, 100_000)


def main() -> None:
    options = _parser().parse_args()
    effort = QUICK if options.quick else Effort()
    plan = Plan(frozenset(options.cases), effort, [Floor(), Product()])
    results = list(_run_all(options.engines, options.sizes, plan))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps([asdict(result) for result in results], indent=1) + "\n", "utf-8")
    if options.write_docs:
        PAGE.write_text(replace_measured(PAGE.read_text("utf-8"), show_ratios(results)), "utf-8")


def _run_all(engines: Sequence[str], sizes: Sequence[int], plan: Plan) -> Iterator[RunResult]:
    for engine in engines:
        with open_databases(engine) as databases:
            for size in sizes:
                result = run(engine, databases, Seed(size), plan)
                print(show_numbers(result), end="\n\n", flush=True)
                yield result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench/run.py", description=__doc__)
    parser.add_argument("--sizes", type=_sizes, default=SIZES, help="numbers of contacts: 1000,100000")
    parser.add_argument("--engines", type=_engines, default=ENGINES, help="sqlite,postgresql")
    parser.add_argument("--cases", type=_cases, default=tuple(LETTERS), help="letters: A,B,C,D,E,F,G,H")
    parser.add_argument("--quick", action="store_true", help="one short round, to see that all works")
    parser.add_argument("--json", type=Path, default=NUMBERS, help="where the numbers go: build/bench.json")
    parser.add_argument("--write-docs", action="store_true", help="put the ratios into docs/speed.md")
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _engines(text: str) -> tuple[str, ...]:
    return _among(text, ENGINES)


def _cases(text: str) -> tuple[str, ...]:
    return _among(text, tuple(LETTERS))


def _among(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    parts = tuple(text.split(","))
    if unknown := set(parts) - set(known):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: not one of {', '.join(known)}")
    return parts


if __name__ == "__main__":
    main()
