"""Signing in through the region's identity provider, by OpenID Connect: authorization code with PKCE, state and nonce.

Who may do what stays in the directory; the provider says who somebody is, by its stable subject, and nothing else.
Authlib, which most installations have no use for, is imported where there is a provider.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

import httpx2
import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from service.access import note as access_note
from service.access import wording
from service.access.errors import (
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    NotSignedInError,
    UnknownNowError,
)
from service.access.request_source import Origin
from service.keys.ring import KeyRing, UnsealError
from service.people.sign_in import Opened
from settings import Settings
from store.database.engines import Database
from store.database.session import IntegrityError
from store.people import linked_identities, persons, tokens
from store.people.persons import SignedIn
from store.people.tokens import Way
from telemetry.logs import reason

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import AsyncOAuth2Client
    from joserfc.jwk import KeySet

log = structlog.get_logger(__name__)

PATH = "/api/sign-in/oidc"
CALLBACK = f"{PATH}/callback"
STARTED_WITHIN = timedelta(minutes=10)
"""From the start of a sign-in to the provider's answer."""

_IMPORTED_LATE = "authlib.integrations.httpx_client", "authlib.oidc.core"
_SCOPE = "openid profile email"
_PATIENCE = 3.0  # seconds, for one question to the provider
_REMEMBERED = timedelta(hours=1)
_LEEWAY = 60  # seconds by which the clocks may differ
_FLOW, _TOKEN = "oidc flow", "oidc token"
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Those by which only the provider can sign; a symmetric one would let anybody sign who knows the client's secret."""
_SECOND_FACTORS = frozenset({"mfa", "otp", "hwk", "swk", "sms"})
"""Values of `amr` (RFC 8176) by which the provider says that it has asked for a second factor."""


class _Metadata(BaseModel):
    """What the provider says of itself."""

    model_config = ConfigDict(extra="ignore")

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None


class _Flow(BaseModel):
    """A sign-in under way, kept sealed by the browser that began it."""

    state: str
    nonce: str
    verifier: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what it brings back from there."""

    url: str
    flow: str


class Identity(BaseModel):
    """Учётная запись сотрудника в системе входа региона."""

    subject: str
    linked_at: datetime
    linked_by: str | None


class IdentityProvider:
    """Signs people in through the provider of the settings, and knows whose its accounts are."""

    def __init__(self, database: Database, settings: Settings, keys: KeyRing) -> None:
        self._db = database
        self._settings = settings
        self._keys = keys
        self._metadata: tuple[_Metadata, datetime] | None = None
        self._jwks: KeySet | None = None
        if settings.oidc_issuer is not None:  # and not in the middle of a sign-in
            for module in _IMPORTED_LATE:
                import_module(module)

    async def begin(self) -> Begun:
        """The start of a sign-in. Raises NotFoundError where no provider is set, UnknownNowError while it is away."""
        self._require_provider()
        metadata = await self._about()
        flow = _Flow(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            until=datetime.now(UTC) + STARTED_WITHIN,
        )
        async with self._client() as client:
            url, _ = client.create_authorization_url(
                metadata.authorization_endpoint,
                state=flow.state,
                nonce=flow.nonce,
                code_verifier=flow.verifier,
            )
        return Begun(url, self._keys.seal(_FLOW, flow.model_dump_json()))

    async def finish(self, origin: Origin, *, code: str, state: str, flow: str | None) -> Opened:
        """The sign-in of whoever the provider has named, by the code that it gave for this flow.

        Raises NotSignedInError for what does not fit the flow or is not the provider's word, ForbiddenError for
        somebody who is not in the directory, UnknownNowError while the provider is away.
        """
        self._require_provider()
        begun = self._opened(flow, state)
        token = await self._token_for(code, begun)
        claims = await self._claims(token, begun)
        person = await self._person_of(claims, token)
        access_note.signs_in(person)
        proved = not _SECOND_FACTORS.isdisjoint(claims.get("amr") or ())
        kept = self._keys.seal(_TOKEN, str(token["id_token"]))
        way = Way(tokens.BY_PROVIDER, proved, origin.address, origin.agent, kept)
        async with self._db.write() as session:
            issued = await tokens.issue(session, person, datetime.now(UTC), way=way)
        return Opened(issued, tokens.LIFETIME)

    async def leave(self, caller: SignedIn) -> str | None:
        """End the caller's sign-in; where to go to be signed out of the provider too, None if it has no such place."""
        async with self._db.write() as session:
            kept = await tokens.provider_token(session, caller.digest)
            await tokens.revoke(session, caller.digest, datetime.now(UTC))
        if kept is None or self._settings.oidc_issuer is None:
            return None
        metadata = await self._about()
        if metadata.end_session_endpoint is None:
            return None
        try:
            hint = self._keys.unseal(_TOKEN, kept)
        except UnsealError:
            return None
        said = {
            "id_token_hint": hint,
            "client_id": self._settings.oidc_client_id,
            "post_logout_redirect_uri": f"{self._settings.public_url}/",
        }
        return str(httpx2.URL(metadata.end_session_endpoint).copy_merge_params(said))

    # ---- whose accounts are

    async def identity_of(self, person: str) -> Identity:
        """The person's account at the provider. Raises NotFoundError."""
        issuer = self._require_provider()
        async with self._db.read() as session:
            found = await linked_identities.of(session, issuer, person)
        if found is None:
            raise NotFoundError(wording.NO_IDENTITY)
        return Identity(subject=found.subject, linked_at=found.linked_at, linked_by=found.linked_by)

    async def link(self, caller: SignedIn, person: str, subject: str) -> None:
        """Make the account of this subject the person's; their sign-ins by another one end.

        Raises NotFoundError, InvalidInputError for an account that is somebody else's.
        """
        issuer, now = self._require_provider(), datetime.now(UTC)
        try:
            async with self._db.write() as session:
                await linked_identities.link(session, issuer, subject, person, now, caller.person.key)
                await tokens.revoke_all(session, person, now, by=tokens.BY_PROVIDER)
        except IntegrityError as error:
            raise InvalidInputError("subject", wording.LINKED_TO_ANOTHER) from error

    async def unlink(self, person: str) -> None:
        """The person has no account at the provider any more; their sign-ins by it end. Raises NotFoundError."""
        issuer, now = self._require_provider(), datetime.now(UTC)
        async with self._db.write() as session:
            if not await linked_identities.unlink(session, issuer, person):
                raise NotFoundError(wording.NO_IDENTITY)
            await tokens.revoke_all(session, person, now, by=tokens.BY_PROVIDER)

    async def _person_of(self, claims: dict[str, Any], token: dict[str, Any]) -> str:
        """The key of the person whose account this is. Raises ForbiddenError."""
        issuer, subject = self._require_provider(), str(claims["sub"])
        async with self._db.lookup() as session:
            linked = await linked_identities.person_of(session, issuer, subject)
        if linked is None:
            linked = await self._recognised(claims, token)
        access_note.tries(linked)
        async with self._db.lookup() as session:
            if await persons.actor(session, linked) is None:
                raise ForbiddenError(wording.HAS_LEFT)
        return linked

    async def _recognised(self, claims: dict[str, Any], token: dict[str, Any]) -> str:
        """Whom the claim of the settings names; the account is theirs from now on. Raises ForbiddenError."""
        issuer, subject = self._require_provider(), str(claims["sub"])
        refused = ForbiddenError(wording.NOT_LINKED.format(subject=subject))
        name = self._settings.oidc_link_claim
        if name is None:
            raise refused
        if name not in claims:
            claims = await self._userinfo(token, subject)
        value = claims.get(name)
        if not isinstance(value, str) or (name == "email" and claims.get("email_verified") is not True):
            raise refused
        try:
            async with self._db.write() as session:
                if name == "email":
                    person = await linked_identities.by_email(session, value)
                else:
                    found = await persons.actor(session, value)
                    person = found.key if found else None
                if person is None or await linked_identities.of(session, issuer, person) is not None:
                    raise refused
                await linked_identities.link(session, issuer, subject, person, datetime.now(UTC), None)
        except IntegrityError as error:  # at once with another
            raise refused from error
        log.info("identity linked", person=person)
        return person

    # ---- what the provider is asked

    def _require_provider(self) -> str:
        if self._settings.oidc_issuer is None:
            raise NotFoundError(wording.NO_PROVIDER)
        return self._settings.oidc_issuer

    def _client(self) -> "AsyncOAuth2Client":
        from authlib.integrations.httpx_client import AsyncOAuth2Client  # noqa: PLC0415

        secret = self._settings.oidc_client_secret
        return AsyncOAuth2Client(
            client_id=self._settings.oidc_client_id,
            client_secret=secret,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope=_SCOPE,
            redirect_uri=f"{self._settings.public_url}{CALLBACK}",
            code_challenge_method="S256",
            timeout=_PATIENCE,
            follow_redirects=False,
        )

    def _opened(self, sealed: str | None, state: str) -> _Flow:
        try:
            flow = _Flow.model_validate_json(self._keys.unseal(_FLOW, sealed or ""))
        except (UnsealError, ValidationError) as error:
            raise NotSignedInError(wording.SIGN_IN_IS_OVER) from error
        same = hmac.compare_digest(flow.state.encode(), state.encode("utf-8", "surrogatepass"))
        if not same or flow.until <= datetime.now(UTC):
            raise NotSignedInError(wording.SIGN_IN_IS_OVER)
        return flow

    async def _about(self) -> _Metadata:
        now = datetime.now(UTC)
        if self._metadata is not None and self._metadata[1] > now:
            return self._metadata[0]
        issuer = self._require_provider()
        found = await self._json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        try:
            metadata = _Metadata.model_validate(found)
        except ValidationError as error:
            raise _away(error) from error
        if metadata.issuer != issuer:
            log.error("the identity provider names another issuer", issuer=metadata.issuer)
            raise UnknownNowError(wording.PROVIDER_AWAY)
        self._metadata = metadata, now + _REMEMBERED
        return metadata

    async def _keys_of_provider(self, *, again: bool = False) -> "KeySet":
        from joserfc.errors import JoseError  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415

        if self._jwks is None or again:
            found = await self._json((await self._about()).jwks_uri)
            try:
                self._jwks = KeySet.import_key_set(found)
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise _away(error) from error
        return self._jwks

    async def _json(self, url: str, token: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            async with httpx2.AsyncClient(timeout=_PATIENCE) as client:
                answer = await client.get(url, headers=headers)
                answer.raise_for_status()
                return answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise _away(error) from error

    async def _token_for(self, code: str, flow: _Flow) -> dict[str, Any]:
        from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415

        metadata = await self._about()
        try:
            async with self._client() as client:
                token: dict[str, Any] = await client.fetch_token(
                    metadata.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=flow.verifier,
                )
        except httpx2.HTTPError as error:
            raise _away(error) from error
        except (AuthlibBaseError, ValueError) as error:
            raise _refused(error) from error
        if not isinstance(token.get("id_token"), str):
            raise NotSignedInError(wording.PROVIDER_REFUSED)
        return token

    async def _claims(self, token: dict[str, Any], flow: _Flow) -> dict[str, Any]:
        """What the ID token says, once it is known to be the provider's, for this program and this flow."""
        from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415
        from authlib.oidc.core import CodeIDToken  # noqa: PLC0415
        from joserfc import jwt  # noqa: PLC0415
        from joserfc.errors import InvalidKeyIdError, JoseError  # noqa: PLC0415

        try:
            try:
                decoded = jwt.decode(
                    token["id_token"], await self._keys_of_provider(), algorithms=_ALGORITHMS
                )
            except InvalidKeyIdError:  # it signs by a new one
                decoded = jwt.decode(
                    token["id_token"], await self._keys_of_provider(again=True), algorithms=_ALGORITHMS
                )
            client = self._settings.oidc_client_id
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self._require_provider()},
                    "aud": {"essential": True, "value": client},
                },
                {"nonce": flow.nonce, "client_id": client, "access_token": token.get("access_token")},
            )
            claims.validate(leeway=_LEEWAY)
        except (JoseError, AuthlibBaseError, ValueError) as error:
            raise _refused(error) from error
        return dict(claims)

    async def _userinfo(self, token: dict[str, Any], subject: str) -> dict[str, Any]:
        metadata = await self._about()
        if metadata.userinfo_endpoint is None:
            return {}
        found = await self._json(metadata.userinfo_endpoint, str(token.get("access_token")))
        if not isinstance(found, dict) or found.get("sub") != subject:
            raise NotSignedInError(wording.PROVIDER_REFUSED)
        return found


def _away(error: Exception) -> UnknownNowError:
    log.warning("identity provider unavailable", error=reason(error))
    return UnknownNowError(wording.PROVIDER_AWAY)


def _refused(error: Exception) -> NotSignedInError:
    log.warning("identity provider: sign-in not confirmed", error=reason(error))
    return NotSignedInError(wording.PROVIDER_REFUSED)
