"""Errors: why something asked of the service cannot be done; every text is Russian and says what to do."""

from datetime import timedelta

from service.access import wording


class ServiceError(Exception):
    """What was asked cannot be done; `detail` says why, and what to do."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidInputError(ServiceError):
    """A field that is well formed and still cannot be taken."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


class KeyReusedError(ServiceError):
    """The caller's Idempotency-Key was another request's."""


class NotFoundError(ServiceError):
    """There is no such thing, or the caller may not see it."""


class ForbiddenError(ServiceError):
    """The caller may see it, and may not do this with it."""


class ConflictError(ServiceError):
    """It does not fit what is there now."""


class UnknownNowError(ServiceError):
    """It cannot be known at the moment, for a part of the program does not answer."""


class WrongClockError(ServiceError):
    """By the clock of this process nobody can be judged, so that it takes no command."""


class NotSignedInError(ServiceError):
    """Who asks is not known: a password or a code is wrong."""


class TooManyGuessesError(ServiceError):
    """Too many wrong ones came from there; `wait` is how long until the next may be tried."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wording.too_many_guesses(wait))
        self.wait = wait


class TooBusyError(ServiceError):
    """More is asked at once than can be done in the time that a person waits."""


class UnderWayError(TooBusyError):
    """What was asked for is being made: the same request finds it a little later."""
