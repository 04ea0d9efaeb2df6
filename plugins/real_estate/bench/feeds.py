"""How much memory a feed with pictures takes: the peak of Python's objects at 1,000 and at 10,000 offers, and the ratio.

Run by hand, in the folder of the plugin: `python -m bench.feeds`.
"""

import sys
import tempfile
import time
import tracemalloc
from decimal import Decimal
from pathlib import Path
from typing import IO

from hookline.crm.files import keep_file
from hookline.crm.foreign_files import write_file
from hookline.kernel.installation import Installation
from hookline.kernel.kinds import Reader
from hookline.kernel.lists.listing import ListQuery
from hookline.settings import Settings
from hookline.start import bring_up_to_date, create_installation
from hookline_sdk import Address

import hookline_real_estate  # noqa: F401  # so that all of the plugin is declared
from hookline_real_estate.feeds.checking import check_feed
from hookline_real_estate.feeds.data import Agency
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property

_PLACE = Address("Mill Lane 4", "Bremen", "Bremen", "28195", "Germany")
_SIZES = (1_000, 10_000)
_ALLOWED = 1.5
_PICTURES = 3
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)


def main() -> None:
    """Print both peaks; 1 when the larger feed takes much more memory than the smaller."""
    peaks: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        home = create_installation(
            Settings(
                database_url=f"sqlite:///{folder}/bench.db",
                data_dir=Path(folder),
                base_url="https://crm.example",
            ),
            [plugin],
        )
        bring_up_to_date(home)
        with home.house("bench") as gate:
            Agency(name="Mill & Sons", phone="+74012555014", currency="EUR").keep(gate)
        there = 0
        for size in _SIZES:
            _fill(home, size - there)
            there = size
            # So that nothing is loaded for the first time while it is measured.
            _written(home).close()
            peaks.append(_measured(home, size))
    ratio = peaks[-1] / peaks[0]
    sys.stdout.write(f"ratio of the peaks: {ratio:.2f}, allowed {_ALLOWED}\n")
    sys.exit(ratio > _ALLOWED)


def _fill(home: Installation, number: int) -> None:
    for start in range(0, number, 500):
        with home.house("bench") as gate:
            flats = gate.create_many(
                Property, [_flat(place) for place in range(start, min(start + 500, number))]
            )
            for flat in flats:
                for place in range(_PICTURES):
                    keep_file(
                        gate, home.settings.files_dir, f"{place}.png", _PNG, f"real_estate_property:{flat}"
                    )


def _flat(number: int) -> dict[str, object]:
    return {
        "address": f"Mill Lane {number}", "status": "active", "place": _PLACE, "price": Decimal(200_000),
        "area": Decimal("54.3"), "rooms": 2, "floor": 1, "floors": 4, "description": "Two rooms by the park. " * 20,
    }  # fmt: skip


def _written(home: Installation) -> IO[bytes]:
    reader = Reader(language="en", zone="UTC", currency="EUR", region="DE", now=home.clock())
    with home.house("bench") as gate:
        exporter = next(c for c in home.host.all() if c.key == "real_estate.yandex_feed")
        return write_file(gate, exporter, ListQuery(sort="id"), reader, "https://crm.example")


def _measured(home: Installation, size: int) -> int:
    tracemalloc.start()
    began = time.perf_counter()
    with _written(home) as file:
        took = time.perf_counter() - began
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        wrong = list(check_feed(file))
        file.seek(0)
        offers = sum(line.startswith(b"<offer ") for line in file)
        file.seek(0)
        pictures = sum(line.count(b"<image") for line in file)
        weight = file.tell() / 1024 / 1024
    assert not wrong, wrong[:3]
    assert (offers, pictures) == (size, size * _PICTURES), (offers, pictures)
    sys.stdout.write(
        f"{size:>6} offers, {pictures:>6} pictures, {weight:.1f} MB: "
        f"peak {peak / 1024 / 1024:.1f} MB, {took:.1f} s, all of them valid\n"
    )
    return peak


if __name__ == "__main__":
    main()
