"""Errors of entries of the directory."""

from collections.abc import Mapping

from service.access.errors import ServiceError


class MisfitError(ServiceError):
    """A directory that cannot be; `wrong` says in Russian by field what to do."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(" ".join(wrong.values()))
        self.wrong = wrong
