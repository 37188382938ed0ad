"""Meanings of YouTube's reasons of error (developers.google.com/youtube/v3/docs/errors, and the pages of the calls)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from service.networks.platforms.meanings import Meaning
from service.networks.platforms.port import Fault, NetworkRefusalError

_BY_HAND = "До тех пор ответ размещается вручную."


def _meaning(fault: Fault, advice: str, after: timedelta | None = None) -> Meaning:
    return Meaning(fault, f"YouTube: {advice}", after)


_OFTEN = _meaning(Fault.LATER, "слишком частые запросы.", timedelta(minutes=1))
_BUSY = _meaning(Fault.LATER, "сеть временно не выполняет запрос.")
_PERHAPS_DONE = _meaning(Fault.UNKNOWN, "сеть сообщила об ошибке.")
_API_KEY = _meaning(
    Fault.PERSON,
    f"ключ API не действует или не допущен к YouTube Data API v3. Администратор указывает другой ключ. {_BY_HAND}",
)
_SIGN_IN = _meaning(
    Fault.PERSON,
    "доступ к каналу отозван или истёк. Администратор заново даёт программе доступ к каналу и указывает новый "
    f"refresh_token. {_BY_HAND}",
)
_ACCOUNT = _meaning(
    Fault.PERSON, f"аккаунту нельзя комментировать. Проверьте его состояние в YouTube. {_BY_HAND}"
)
_FORBIDDEN = _meaning(Fault.PERSON, "сеть не разрешает это действие. Разместите ответ вручную.")
_CLOSED = _meaning(
    Fault.PERSON,
    "комментарии к видео отключены. Откройте их, если это ваше видео, иначе ответьте автору другим способом.",
)
_WRONG = _meaning(
    Fault.DATA,
    "запрос не принят. Проверьте, что ссылка ведёт на видео или комментарий; иначе разместите ответ вручную.",
)
_TOO_LONG = _meaning(Fault.DATA, "текст ответа длиннее, чем принимает сеть. Сократите его.")
_EMPTY = _meaning(Fault.DATA, "текст ответа пуст.")
_GONE = _meaning(Fault.GONE, "видео, канала или комментария больше нет.")

REASONS: Final[Mapping[str, Meaning]] = {
    **dict.fromkeys(("rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"), _OFTEN),
    **dict.fromkeys(("processingFailure", "backendError", "internalError", "SERVICE_UNAVAILABLE"), _BUSY),
    **dict.fromkeys(
        (
            *(
                "keyInvalid",
                "keyExpired",
                "API_KEY_INVALID",
                "API_KEY_SERVICE_BLOCKED",
                "accessNotConfigured",
            ),
            *("SERVICE_DISABLED", "ipRefererBlocked", "API_KEY_IP_ADDRESS_BLOCKED"),
        ),
        _API_KEY,
    ),
    **dict.fromkeys(
        (
            *("authError", "required", "unauthorized", "authorizationRequired", "ACCESS_TOKEN_EXPIRED"),
            *(
                "insufficientPermissions",
                "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                "invalid_grant",
                "invalid_client",
            ),
            *(
                "unauthorized_client",
                "invalid_request",
                "youtubeSignupRequired",
                "accountDelegationForbidden",
            ),
        ),
        _SIGN_IN,
    ),
    **dict.fromkeys(
        (
            *("ineligibleAccount", "authenticatedUserAccountClosed", "authenticatedUserAccountSuspended"),
            *("authenticatedUserNotChannel", "channelClosed", "channelSuspended"),
        ),
        _ACCOUNT,
    ),
    **dict.fromkeys(("forbidden", "operationNotSupported", "parentCommentIsPrivate"), _FORBIDDEN),
    "commentsDisabled": _CLOSED,
    **dict.fromkeys(("commentTextTooLong", "invalidCustomEmoji"), _TOO_LONG),
    "commentTextRequired": _EMPTY,
    **dict.fromkeys(
        (
            *("invalidCommentMetadata", "invalidCommentThreadMetadata", "parentIdMissing", "videoIdMissing"),
            *("incompatibleParameters", "invalidFilters", "invalidPageToken", "missingRequiredParameter"),
            *("unexpectedParameter", "invalidParameter", "badRequest"),
        ),
        _WRONG,
    ),
    **dict.fromkeys(
        (
            "parentCommentNotFound",
            "commentNotFound",
            "commentThreadNotFound",
            "videoNotFound",
            "channelNotFound",
        ),
        _GONE,
    ),
}
SPENT: Final = frozenset({"quotaExceeded", "dailyLimitExceeded"})
"""Reasons that the units of the day are spent."""
_OF_STATUS: Final[Mapping[int, Meaning]] = {
    400: _WRONG,
    401: _SIGN_IN,
    403: _FORBIDDEN,
    404: _GONE,
    429: _OFTEN,
}
_WRONG_ADDRESS = _meaning(
    Fault.PERSON, "по адресу из OTKLIK_YOUTUBE_URL отвечает не YouTube. Администратор проверяет адрес."
)


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Reason(_Said):
    reason: str = ""


class _Error(_Said):
    errors: tuple[_Reason, ...] = ()
    details: tuple[_Reason, ...] = ()


class _Body(_Said):
    error: _Error


class _OfTokens(_Said):
    error: str


def reason_of(content: bytes) -> str:
    """The most exact reason that the body of a refusal names; empty for none."""
    try:
        error = _Body.model_validate_json(content).error
    except ValidationError:
        try:
            return _OfTokens.model_validate_json(content).error
        except ValidationError:
            return ""
    named = [it.reason for it in (*error.details, *error.errors) if it.reason]
    return next((reason for reason in named if reason in REASONS or reason in SPENT), "") or next(
        iter(named), ""
    )


def refusal(status: int, reason: str, *, acts: bool) -> NetworkRefusalError:
    """What an answer that is not of success is; not for `SPENT`."""
    code = reason or f"http {status}"
    meaning = REASONS.get(reason)
    if acts and (status >= 500 or meaning is _BUSY):  # noqa: PLR2004 - what failed behind it may have been done
        return _PERHAPS_DONE.error(code)
    # What has no reason is not YouTube's word: least of all that something is gone.
    by_status = _WRONG_ADDRESS if not reason and status in (403, 404) else _OF_STATUS.get(status, _BUSY)
    return (meaning or by_status).error(code)
