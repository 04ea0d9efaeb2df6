"""Public files: what a plugin lets be fetched without signing in, and that nothing else is to be had there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hookline.crm.deals import Deal
from hookline.crm.files import File, keep_file
from hookline.crm.public_files import picture_addresses
from hookline.errors import PluginError
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.plugin import Plugin

from tests.conftest import copied
from tests.town import Town, open_town
from tests.web.visitor import ORIGIN, Doors, open_doors

PNG = b"\x89PNG\r\n\x1a\n and some dots"
gallery = Plugin("gallery", label="Gallery")


@gallery.public_file("Pictures of known deals")
def of_known_deals(file: File, gate: Gate) -> bool:
    """Public are the files of deals that are no secret."""
    entity, _, id = (file.about or "").partition(":")
    return entity == "deal" and gate.get(Deal, int(id)).name != "Secret"


@gallery.public_file("Everything")
def everything(file: File, gate: Gate) -> bool:
    """Says yes to all."""
    return True


@gallery.public_file("Broken")
def broken(file: File, gate: Gate) -> bool:
    """Fails."""
    raise KeyError(file.name)


@pytest.fixture
def doors(
    settled_town: Any, engine_name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Doors]:
    with copied(settled_town, engine_name, request, tmp_path) as (url, ids):
        town: Town = open_town(url, [gallery])
        town.installation.host.strict = False
        town.ids.update(ids)
        with open_doors(town, tmp_path / "data") as opened:
            opened.client.cookies.clear()
            yield opened
        town.installation.database.close()


def kept(doors: Doors, name: str, content: bytes, rule: Any = of_known_deals) -> str:
    """A file with a deal, and where it is public."""
    home = doors.town.installation
    with home.house("test") as gate:
        about = f"deal:{doors.town.ids['scanners']}"
        id = keep_file(gate, home.settings.files_dir, name, content, about)
        address = picture_addresses(gate, rule, [id])[id]
        assert address.startswith(f"{ORIGIN}/public/")
        return address.removeprefix(ORIGIN)


def test_a_picture_is_fetched_by_nobody_while_the_plugin_says_so(doors: Doors) -> None:
    path = kept(doors, "front.png", PNG)
    answer = doors.client.get(path)
    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "public, no-cache"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "set-cookie" not in answer.headers
    again = doors.client.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    with doors.town.installation.house("test") as gate:
        gate.update(Deal, doors.town.ids["scanners"], {"name": "Secret"})
    for headers in ({}, {"if-none-match": answer.headers["etag"]}):
        assert doors.client.get(path, headers=headers).status_code == 404


def test_no_other_file_is_to_be_had_with_an_address_that_was_given_out(doors: Doors) -> None:
    path, other = kept(doors, "front.png", PNG), kept(doors, "letter.png", PNG)
    start, _, signature = path.rpartition("-")
    number = int(other.rpartition("/")[2].partition("-")[0])
    forged = [
        f"/public/gallery.of_known_deals/{number}-{signature}",
        path.replace("of_known_deals", "everything"),
        f"{start}-", start, f"{path}x", f"/public/gallery.of_known_deals/٣-{signature}", f"{start}-é",
        f"/public/gallery.of_known_deals/{'9' * 30}-{signature}",
    ]  # fmt: skip
    assert [address for address in forged if doors.client.get(address).status_code != 404] == []


def test_only_pictures_are_public_and_what_fails_is_not(doors: Doors) -> None:
    for name, content, rule in (
        ("offer.pdf", b"%PDF-1.4", everything),
        ("page.html", b"<p>", everything),
        ("front.png", PNG, broken),
    ):
        assert doors.client.get(kept(doors, name, content, rule)).status_code == 404
    assert doors.client.get(kept(doors, "front.png", PNG, everything)).status_code == 200


def test_an_address_is_made_for_a_rule_that_is_one(doors: Doors) -> None:
    with doors.town.installation.house("test") as gate, pytest.raises(PluginError, match="nothing is public"):
        picture_addresses(gate, kept, [1])  # type: ignore[arg-type]  # what is tested
