"""What becomes of the house when everything that a plugin contributes raises: small errors, and every page stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from hookline.kernel.plugins.contributions import Contribution
from hookline.start import create_worker

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.showing import where
from hookline_sdk.check.subject import Subject
from hookline_sdk.testing.crm import Crm
from hookline_sdk.testing.screens import made, walk


class Chaos(Exception):
    """What every contribution raises here."""


def chaos(subject: Subject) -> Iterator[Finding]:
    """Pages and requests that fail as a whole because a part of them does."""
    names = {subject.plugin.name}

    def raising(contribution: Contribution) -> Contribution:
        if contribution.plugin not in names:
            return contribution

        def boom(*_: Any, **__: Any) -> Any:
            raise Chaos(f"{contribution.kind} {contribution.name} was made to fail")

        return replace(contribution, call=boom)

    with subject.crm() as sound:
        there = made(sound, "full")
        plugins, url, folder = subject.plugins, sound.url, sound.folder
        with closing(Crm(url, folder, plugins, strict=False, rewire=raising)) as crm:
            failed = [(s.path, s.trouble) for s in walk(crm, there, "full", "en") if s.status >= 500]
            failed += _written(crm, [(info.cls.slug, id) for info, id in there])
            try:
                create_worker(crm.home).run_once()
            except Exception as error:  # noqa: BLE001  # whatever reaches the worker is a finding
                failed.append(("the worker", f"{type(error).__name__}: {error}"))
    told = set[tuple[Path, int]]()
    for path, said in failed:
        file, line = where(subject, path)
        if (file, line) in told:
            continue
        told.add((file, line))
        what = f"{path} fails as a whole when the plugin's parts do: {said[:200]}"
        yield Finding(file, line, what, "Contribute it through the plugin's decorators, which keep it apart.")


def _written(crm: Crm, records: list[tuple[str, int]]) -> list[tuple[str, str]]:
    """What comes of saving and of deleting."""
    failed, client = [], crm.client()
    for slug, id in records:
        page = client.request("GET", f"/{slug}/{id}/edit")
        if page.status_code == 200:
            answer = client.request("POST", f"/{slug}/{id}", {"version": "1"})
            failed += [(f"POST /{slug}/{id}", answer.text[:200])] * (answer.status_code >= 500)
        answer = client.request("POST", f"/{slug}/{id}/trash", {"version": "1"})
        failed += [(f"POST /{slug}/{id}/trash", answer.text[:200])] * (answer.status_code >= 500)
    return failed
