"""`Endpoints`: the word with which a plugin opens a door of its own for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from hookline.errors import PluginError
from hookline.kernel.forms import Form
from hookline.kernel.plugins.contributions import Declaring
from hookline.kernel.plugins.handlers import R

if TYPE_CHECKING:
    from hookline.kernel.gate import Gate
    from hookline.kernel.screens import Call

Sent = TypeVar("Sent", bound=Form)
Told = TypeVar("Told", bound=Form)


class Endpoints(Declaring):
    """What programs ask of a plugin, through the API."""

    @overload
    def endpoint(
        self, label: str, *, takes: type[Sent], answers: type[Told], needs: str = "", most: int = 600
    ) -> Callable[[Callable[[Call[None, Sent], Gate], Told]], Callable[[Call[None, Sent], Gate], Told]]: ...
    @overload
    def endpoint(
        self,
        label: str,
        *,
        takes: type[Sent],
        answers: type[Told],
        of: type[R],
        needs: str = "",
        most: int = 600,
    ) -> Callable[[Callable[[Call[R, Sent], Gate], Told]], Callable[[Call[R, Sent], Gate], Told]]: ...
    def endpoint(
        self,
        label: str,
        *,
        takes: type[Form],
        answers: type[Form],
        of: type[Any] | None = None,
        needs: str = "",
        most: int = 600,
    ) -> Callable[[Any], Any]:
        """Let programs send a form and get one back: POST /api/v1/x/<plugin>/<function>, in JSON.

            @plugin.endpoint("Offer a home", takes=Home, answers=Kept)
            def offers(call: Call[None, Home], gate: Gate) -> Kept:
                return Kept(number=gate.create(Listing, {"name": call.form.street}))

        It is asked with an API token that writes, and `gate` is that person's. With `of`, an entity, it has tokens of its
        own: each opens nothing but this, and stands for one record, `call.record`. Who may edit that record makes one at
        /me/tokens?scope=<plugin>.<function>&about=<entity>:<id>. Whoever holds it has no rights in the house, so `gate`
        is then the house's own: all that the caller learns is the answer. With `needs`, a permission's full name, only
        for those who have it. Each token is answered `most` times in a quarter of an hour, then 429. Bodies are
        read strictly, an Idempotency-Key holds, and the docstring stands in /openapi.json. Invalid puts sentences beside
        the fields, with 422; after a refusal or a failure nothing was written.
        """
        given: tuple[tuple[str, object], ...] = (("takes", takes), ("answers", answers))
        for role, form in given:
            if not (isinstance(form, type) and issubclass(form, Form)):
                raise PluginError(
                    self.name, f"endpoint {label!r}", f"{role} is no Form", "Write class X(Form)."
                )
        return self._add(
            "endpoint", of, label=label, takes_form=takes, answers=answers, needs=needs, most=most
        )
