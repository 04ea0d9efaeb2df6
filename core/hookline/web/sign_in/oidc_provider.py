"""A provider of identities, asked by OpenID Connect: the code flow with PKCE. Its word counts once its signature was checked.

The libraries come with `hookline[oidc]`.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from hookline.crm.sign_in.identities import Identity
from hookline.errors import Refused, SettingsError, Text
from hookline.settings import Settings

if TYPE_CHECKING:
    from ssl import SSLContext

log = logging.getLogger("hookline.oidc")

# Signed with a key that only the provider has. With "HS256" whoever knows our secret could sign, with "none" anybody.
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
_SCOPES: Final = "openid email profile"
_SECONDS: Final = 10
_CLOCK_SKEW: Final = 60
_NAMES: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_FAILED: Final = Text("Signing in with your organisation did not work. Please try again.")
_UNVERIFIED: Final = Text("Your organisation has not verified your e-mail address. Ask your administrator.")


class ProviderFailed(Refused):
    """The provider gave no word that counts. Why stands in the log: it is nothing for whoever may have forged it."""

    status = 403

    def __init__(self, why: str, text: Text = _FAILED) -> None:
        super().__init__(text)
        log.warning("sign-in through the provider refused: %s", why)


@dataclass(frozen=True)
class Asked:
    """What the provider is asked with, and its answer must fit. Kept here, with the browser's half in a cookie."""

    state: str
    nonce: str
    verifier: str


def check_settings(settings: Settings) -> None:
    """SettingsError when people shall sign in through a provider and cannot."""
    if not settings.oidc:
        return
    try:
        import authlib.integrations.httpx_client  # noqa: F401  # only whether it is there
    except ImportError as error:
        raise SettingsError(
            "HOOKLINE_OIDC_ISSUER needs more libraries: pip install 'hookline[oidc]'"
        ) from error
    _refuse_plain(settings.oidc_issuer, "HOOKLINE_OIDC_ISSUER")


def sign_in_address(settings: Settings, asked: Asked, *, anew: bool = False) -> str:
    """Where the browser is sent to. `anew` has the provider ask who it is, though it may know."""
    endpoint, more = _metadata(settings)["authorization_endpoint"], {"prompt": "login"} if anew else {}
    with _client(settings) as client:
        address, _ = client.create_authorization_url(
            endpoint, state=asked.state, nonce=asked.nonce, code_verifier=asked.verifier, **more
        )
    return str(address)


def identify(settings: Settings, code: str, asked: Asked) -> Identity:
    """Whom this code stands for. ProviderFailed unless everything in the answer fits what was asked."""
    from authlib.common.errors import AuthlibBaseError
    from httpx2 import HTTPError
    from joserfc.errors import JoseError

    try:
        metadata = _metadata(settings)
        with _client(settings) as client:
            answer = client.fetch_token(
                metadata["token_endpoint"],
                code=code,
                code_verifier=asked.verifier,
                grant_type="authorization_code",
            )
            claims = _claims(settings, client, metadata, answer, asked.nonce)
    except (AuthlibBaseError, HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderFailed(f"{type(error).__name__}: {error}") from error
    return _identity(settings, claims)


def callback_address(settings: Settings) -> str:
    """Where the provider sends the browser back to: always on the configured host."""
    return f"{settings.base_url.rstrip('/')}/sign-in/oidc/callback"


def _metadata(settings: Settings) -> Mapping[str, Any]:
    """What the provider says of itself, at the address that the settings name."""
    from httpx2 import Client, HTTPError

    try:
        with Client(timeout=_SECONDS, follow_redirects=False, verify=_trusted()) as client:
            answer = client.get(f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration")
        answer.raise_for_status()
        found: Mapping[str, Any] = answer.json()
        if found["issuer"] != settings.oidc_issuer:
            raise ProviderFailed(f"the provider calls itself {found['issuer']!r}")
        for name in _NAMES:
            _refuse_plain(found[name], name)
    except (HTTPError, ValueError, KeyError, TypeError) as error:
        raise ProviderFailed(f"discovery: {type(error).__name__}: {error}") from error
    return found


def _client(settings: Settings) -> Any:
    """The library's client; it has no types to speak of."""
    from authlib.integrations.httpx_client import OAuth2Client

    return OAuth2Client(
        settings.oidc_client_id,
        settings.oidc_client_secret or None,
        token_endpoint_auth_method="client_secret_basic" if settings.oidc_client_secret else "none",
        scope=_SCOPES,
        redirect_uri=callback_address(settings),
        code_challenge_method="S256",
        timeout=_SECONDS,
        follow_redirects=False,
        verify=_trusted(),
    )


@cache
def _trusted() -> "SSLContext":
    """Whose certificates count. They are read once: it takes longer than all else that is done here for a sign-in."""
    from httpx2 import create_ssl_context

    return create_ssl_context()


def _claims(
    settings: Settings, client: Any, metadata: Mapping[str, Any], answer: Mapping[str, Any], nonce: str
) -> Mapping[str, Any]:
    """What the ID token says, once signature, issuer, audience, time and nonce are right."""
    from joserfc.jwk import KeySet
    from joserfc.jwt import JWTClaimsRegistry, decode

    keys = client.request("GET", metadata["jwks_uri"], withhold_token=True)
    keys.raise_for_status()
    token = decode(answer["id_token"], KeySet.import_key_set(keys.json()), algorithms=list(ALGORITHMS))
    JWTClaimsRegistry(
        leeway=_CLOCK_SKEW,
        iss={"essential": True, "value": settings.oidc_issuer},
        aud={"essential": True, "value": settings.oidc_client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    ).validate(token.claims)
    audience = token.claims["aud"]
    others = isinstance(audience, list) and len(audience) > 1
    if (others or "azp" in token.claims) and token.claims.get("azp") != settings.oidc_client_id:
        raise ValueError("the token was made for another client")
    return {**_told_besides(settings, client, metadata, token.claims), **token.claims}


def _told_besides(
    settings: Settings, client: Any, metadata: Mapping[str, Any], claims: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Some providers tell the address only when asked once more, with the token that they have just given."""
    endpoint = metadata.get("userinfo_endpoint")
    if settings.oidc_email_claim in claims or not endpoint:
        return {}
    _refuse_plain(endpoint, "userinfo_endpoint")
    answer = client.get(endpoint)
    answer.raise_for_status()
    told: Mapping[str, Any] = answer.json()
    if told.get("sub") != claims["sub"]:
        raise ValueError("the provider tells of somebody else")
    return told


def _identity(settings: Settings, claims: Mapping[str, Any]) -> Identity:
    email, subject = claims.get(settings.oidc_email_claim), claims["sub"]
    if not isinstance(email, str) or "@" not in email or not 0 < len(subject) <= 255:
        raise ProviderFailed(f"no e-mail address in the claim {settings.oidc_email_claim!r}")
    if claims.get("email_verified") is not True and not settings.oidc_unverified_email:
        raise ProviderFailed("the e-mail address is not verified", _UNVERIFIED)
    name = claims.get("name")
    return Identity(
        issuer=settings.oidc_issuer,
        subject=subject,
        email=email.strip().casefold(),
        name=name if isinstance(name, str) else "",
    )


def _refuse_plain(address: str, what: str) -> None:
    """Codes and keys travel encrypted, unless they stay on this machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SettingsError(f"{what} must be an https:// address, not {address!r}")
