"""The doors of one record's shares: who has been given it by hand, giving it, ending that."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from hookline.crm.access.shares import Share, end_share, list_shares, share_record
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, BadValue, Json
from hookline.web.api.bodies import read_object
from hookline.web.api.queries import refuse_parameters
from hookline.web.api.records import id_of
from hookline.web.visit import Answer, Visit

_MEMBERS: Final = ("user", "team", "right", "expires_at", "reason")
_EXPIRES: Final = Field(kind="datetime", label="Until", name="expires_at")


def list_given(visit: Visit, entity: str) -> Answer:
    """Who has been given the record."""
    refuse_parameters(visit)
    found = list_shares(visit.gate, entity, id_of(visit))
    return visit.json({"items": [_as_json(share) for share in found]})


def give(visit: Visit, entity: str) -> Answer:
    """Share the record with a user or a team."""
    refuse_parameters(visit)
    id, body = id_of(visit), read_object(visit)
    _check(body)
    made = share_record(
        visit.gate, entity, id, user=_number(body, "user"), team=_number(body, "team"),
        right=_text(body, "right", "read"), expires_at=_moment(body), reason=_text(body, "reason", ""),
    )  # fmt: skip
    found = next(share for share in list_shares(visit.gate, entity, id) if share.id == made)
    return visit.json({"share": _as_json(found)}, status=201)


def end(visit: Visit, entity: str) -> Answer:
    """End a share."""
    refuse_parameters(visit)
    end_share(visit.gate, entity, id_of(visit), id_of(visit, "share"))
    return Answer(status=204)


def _as_json(share: Share) -> dict[str, Json]:
    def moment(value: datetime | None) -> Json:
        return KINDS["datetime"].dump(value, _EXPIRES)

    return {
        "id": share.id, "user": share.user, "team": share.team, "right": share.right, "by": share.by, "reason": share.reason,
        "expires_at": moment(share.expires_at), "created_at": moment(share.created_at), "state": share.state.value,
    }  # fmt: skip


def _check(body: Mapping[str, Json]) -> None:
    unknown = [name[:60] for name in body if name not in _MEMBERS]
    if unknown:
        raise Invalid([Problem(name, Text("There is no field %(name)s.", name=name)) for name in unknown])


def _number(body: Mapping[str, Json], name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise Invalid(
            [Problem(name, Text("%(value)s is not the number of a record.", value=str(value)[:40]))]
        )
    return value


def _text(body: Mapping[str, Json], name: str, otherwise: str) -> str:
    value = body.get(name)
    if value is None:
        return otherwise
    if not isinstance(value, str):
        raise Invalid([Problem(name, Text("Please write this as text."))])
    return value


def _moment(body: Mapping[str, Json]) -> datetime | None:
    try:
        found = KINDS["datetime"].load(body.get("expires_at"), _EXPIRES)
    except BadValue as error:
        raise Invalid([Problem("expires_at", error.text)]) from error
    return found if isinstance(found, datetime) else None
