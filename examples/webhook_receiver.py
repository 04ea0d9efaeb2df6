"""What a program does with a webhook of Hookline: it checks the signature over the bytes it got, before it reads them."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

TOLERANCE = 300


def is_ours(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether this request was signed with our secret, within the last five minutes."""
    id, stamp = headers["webhook-id"], headers["webhook-timestamp"]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.new(key, f"{id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    right = f"v1,{base64.b64encode(made).decode()}"
    fresh = stamp.isdecimal() and abs(now - int(stamp)) <= TOLERANCE
    return fresh and any(hmac.compare_digest(right, given) for given in headers["webhook-signature"].split())
