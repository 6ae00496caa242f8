"""Signing in with the ministry's provider: OpenID Connect, code flow with PKCE; nobody is found by name or mail."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.database.models import OidcLogin, User
from phusong.api.database.types import new_id, now
from phusong.api.people import sessions
from phusong.api.people.persons import Asker, checked_username, person_of
from phusong.api.people.sessions import Opened, digest_of
from phusong.api.people.sign_in import count_try
from phusong.api.problems import ConflictError, NotFoundError, NotReadyError, NotSignedInError
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.errors import PhuSongError
from phusong.words import Text

if TYPE_CHECKING:  # loaded only where somebody signs in this way
    from authlib.integrations.httpx_client import OAuth2Client

COOKIE = "phusong_oidc"
RETURN = "/api/oidc/return"
MINUTES = 10.0  # how long somebody may take at the provider
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")  # never "none", never one keyed with a secret that is known here
TIMEOUT_SECONDS = 10.0
LEEWAY_SECONDS = 60
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ProviderError(NotSignedInError):
    """What came back from the provider is not a sign-in that was begun here, or names nobody of ours."""

    def __init__(self, text: Text | None = None) -> None:
        PhuSongError.__init__(
            self,
            text or Text("Đăng nhập qua nhà cung cấp không thành công, hãy thử lại.", "The provider's sign-in failed."),
        )


@dataclass(frozen=True, slots=True)
class Started:
    """A sign-in under way: where the browser goes, and the cookie that ties the way back to this browser."""

    address: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider says of somebody."""

    subject: str  # digest of issuer and sub
    username: str
    full_name: str
    email: str


def is_set(settings: ServiceSettings) -> bool:
    """Say whether a provider is set."""
    return bool(settings.oidc_metadata and settings.oidc_client_id)


def cookie_name(settings: ServiceSettings) -> str:
    """Return the name of the cookie of a sign-in under way."""
    return f"__Host-{COOKIE}" if settings.secure else COOKIE


def start(service: Service, asker: Asker, *, link_user_id: str = "") -> Started:
    """Begin a sign-in; ``link_user_id`` is somebody signed in who wants to come in this way from now on."""
    settings = service.settings
    if not is_set(settings):
        raise NotFoundError
    count_try(service, asker)
    metadata = _metadata(settings)
    state, nonce, cookie, verifier = (secrets.token_urlsafe(48) for _ in range(4))
    with _client(settings, metadata) as client:
        address, _ = client.create_authorization_url(
            _endpoint(metadata, "authorization_endpoint"), state=state, nonce=nonce, code_verifier=verifier
        )
    told = {"nonce": nonce, "verifier": verifier, "browser": digest_of(cookie), "link": link_user_id}
    with service.database.write() as db:
        db.add(OidcLogin(state=digest_of(state), told=told, expires_at=now() + timedelta(minutes=MINUTES)))
    return Started(address, cookie)


def finish(service: Service, asker: Asker, *, state: str, code: str, issuer: str, cookie: str) -> Opened:
    """End a sign-in with what the browser brought back; the state is used up whatever comes of it.

    Raises
    ------
    ProviderError
        Not begun in this browser, run out, used before, not signed by the provider for us, or nobody of ours.
    NotReadyError
        The provider does not answer.
    """
    settings = service.settings
    if not is_set(settings):
        raise NotFoundError
    begun = _taken(service, state)
    if begun is None or not cookie or not hmac.compare_digest(begun["browser"], digest_of(cookie)):
        raise ProviderError
    metadata = _metadata(settings)
    if issuer and issuer != metadata["issuer"]:  # RFC 9207: an answer mixed up with another provider's
        raise ProviderError
    told = _told(settings, metadata, code, begun)
    with service.database.write() as db:
        user = _linked(db, begun["link"], told, asker) if begun["link"] else _known(db, settings, told, asker)
        if not user.active:
            raise ProviderError
        one = sessions.opened(db, settings, user, asker)
        audit.record(
            db, "session.open", by=one.person, subject=("user", user.id), details={"way": "provider"},
            request_id=asker.request_id,
        )  # fmt: skip
        return one


def _taken(service: Service, state: str) -> dict[str, Any] | None:
    where = (OidcLogin.state == digest_of(state), OidcLogin.expires_at > now())
    with service.database.write() as db:
        return db.execute(delete(OidcLogin).where(*where).returning(OidcLogin.told)).scalar_one_or_none()


def _told(settings: ServiceSettings, metadata: Mapping[str, Any], code: str, begun: Mapping[str, Any]) -> Told:
    """Change the code for the provider's word, and believe it only if it is signed, for us, and of this sign-in."""
    from authlib.integrations.base_client import OAuthError
    from joserfc.errors import JoseError

    try:
        with _client(settings, metadata) as client:
            answer = client.fetch_token(
                _endpoint(metadata, "token_endpoint"),
                grant_type="authorization_code",
                code=code,
                code_verifier=begun["verifier"],
            )
            keys = metadata.get("jwks") or _fetched(_endpoint(metadata, "jwks_uri"))
        claims = _checked(settings, metadata, str(answer.get("id_token", "")), keys, begun["nonce"])
    except (OAuthError, JoseError, KeyError, ValueError, TypeError) as error:
        raise ProviderError from error
    except httpx2.HTTPError as error:
        raise _silent() from error
    issuer, sub = metadata["issuer"], claims["sub"]
    username = claims.get("preferred_username") or claims.get("email") or ""
    return Told(
        subject=digest_of(f"{issuer}\n{sub}"),
        username=str(username),
        full_name=str(claims.get("name") or username)[:200],
        email=str(claims.get("email") or "")[:64],
    )


def _checked(
    settings: ServiceSettings, metadata: Mapping[str, Any], id_token: str, keys: Any, nonce: str
) -> dict[str, Any]:
    """Return the claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7)."""
    from joserfc import jwt
    from joserfc.jwk import KeySet

    offered = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
    algorithms = [one for one in ALGORITHMS if one in offered]
    claims = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=algorithms).claims
    jwt.JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": metadata["issuer"]},
        aud={"essential": True, "value": settings.oidc_client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    ).validate(claims)
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != settings.oidc_client_id:
        raise ProviderError
    return dict(claims)


def _linked(db: Session, user_id: str, told: Told, asker: Asker) -> User:
    """Tie the provider's account to somebody who was signed in when this began."""
    user = db.get_one(User, user_id)
    other = db.scalar(select(User.id).where(User.oidc_subject == told.subject, User.id != user_id))
    if other is not None:
        raise ConflictError(
            Text("Tài khoản này đã gắn với người dùng khác.", "That account belongs to another user already.")
        )
    user.oidc_subject = told.subject
    audit.record(db, "user.link", by=person_of(user), subject=("user", user.id), request_id=asker.request_id)
    return user


def _known(db: Session, settings: ServiceSettings, told: Told, asker: Asker) -> User:
    """Return who has this account at the provider; where it is set so, make somebody new without any role."""
    user = db.scalar(select(User).where(User.oidc_subject == told.subject))
    if user is not None:
        return user
    if not settings.oidc_provision:
        raise ProviderError(
            Text(
                "Tài khoản này chưa được gắn: hãy đăng nhập bằng mật khẩu rồi gắn trong mục Tài khoản.",
                "This account is not linked: sign in with your password, then link it under Account.",
            )
        )
    name = checked_username(told.username)
    if db.scalar(select(User.id).where(User.username == name)) is not None:
        raise ConflictError(
            Text(
                "Đã có người dùng trùng tên: hãy đăng nhập bằng mật khẩu rồi gắn trong mục Tài khoản.",
                "A user of that name exists: sign in with your password, then link the account under Account.",
            )
        )
    user = User(
        id=new_id(),
        username=name,
        full_name=told.full_name or name,
        email=told.email,
        oidc_subject=told.subject,
        language=settings.language,
    )
    db.add(user)
    db.flush()
    audit.record(
        db, "user.provision", by=None, subject=("user", user.id), details={"username": name},
        request_id=asker.request_id,
    )  # fmt: skip
    return user


def _client(settings: ServiceSettings, metadata: Mapping[str, Any]) -> OAuth2Client:
    from authlib.integrations.httpx_client import OAuth2Client

    secret = settings.oidc_client_secret.get_secret_value()
    ways = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
    return OAuth2Client(
        client_id=settings.oidc_client_id,
        client_secret=secret or None,
        token_endpoint_auth_method=way if secret else "none",
        scope="openid profile email",
        redirect_uri=_return_address(settings),
        code_challenge_method="S256",
        timeout=TIMEOUT_SECONDS,
        trust_env=False,
    )


def _return_address(settings: ServiceSettings) -> str:
    base = settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    return f"{base}{RETURN}"


def _metadata(settings: ServiceSettings) -> dict[str, Any]:
    """Return what the provider says of itself, from its address or, in a closed network, from a file."""
    where = settings.oidc_metadata
    from_address = where.startswith(("https://", "http://"))
    try:
        told = _fetched(_safe(where)) if from_address else json.loads(Path(where).read_text("utf-8"))
        issuer = str(told["issuer"])
    except (httpx2.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
        raise _silent() from error
    if from_address and where != f"{issuer.rstrip('/')}/.well-known/openid-configuration":
        raise _silent()  # OpenID Connect Discovery 1.0, 4.3: who speaks must be who it is said to be
    metadata: dict[str, Any] = told
    return metadata


def _fetched(address: str) -> Any:
    answer = httpx2.get(address, timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)
    answer.raise_for_status()
    return answer.json()


def _endpoint(metadata: Mapping[str, Any], name: str) -> str:
    return _safe(str(metadata.get(name, "")))


def _safe(address: str) -> str:
    """Return an address of the provider, which is https unless it is on this machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise _silent()
    return address


def _silent() -> NotReadyError:
    return NotReadyError(
        Text("Nhà cung cấp đăng nhập không trả lời, hãy thử lại sau.", "The sign-in provider does not answer.")
    )
