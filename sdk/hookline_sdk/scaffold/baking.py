"""Bakes a plugin: the template filled in with what was drafted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cookiecutter.exceptions import CookiecutterException
from cookiecutter.main import cookiecutter

from hookline_sdk.scaffold.drafts import Draft, DraftError, check_name, check_together
from hookline_sdk.scaffold.plans import make_plan

# In a wheel the template lies beside this file, in the repository at the top.
_PLACES: Final = (Path(__file__).parent / "template", Path(__file__).parents[3] / "cookiecutter-plugin")


def bake(
    name: str, entities: Sequence[Draft], extensions: Sequence[Draft], *, into: Path, label: str = ""
) -> Path:
    """Write a new plugin below the folder `into`; its own folder. DraftError says what stands in the way."""
    check_name(name)
    check_together(entities, extensions)
    if (into / name).exists():
        raise DraftError(
            f"there is {into / name} already; choose another name, or another folder with --into"
        )
    given: dict[str, object] = {"name": name, "_plan": make_plan(name, entities, extensions)}
    given |= {"label": label} if label else {}
    try:
        return Path(
            cookiecutter(
                str(template()), no_input=True, extra_context=given, output_dir=str(into), default_config=True
            )
        )
    except CookiecutterException as error:
        raise DraftError(f"the plugin could not be written: {error}") from error


def template() -> Path:
    """The folder of the template."""
    return next(place for place in _PLACES if (place / "cookiecutter.json").is_file())
