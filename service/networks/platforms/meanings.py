"""Meaning of a network's code of error for whoever waits."""

from dataclasses import dataclass
from datetime import timedelta

from service.networks.platforms.port import Fault, NetworkRefusalError


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is to be done: `advice` is Russian, for a person; `after` is how long to wait where it is known."""

    fault: Fault
    advice: str
    after: timedelta | None = None

    def error(self, code: str, after: timedelta | None = None) -> NetworkRefusalError:
        """The refusal of this meaning. `after`: what the network itself has said."""
        return NetworkRefusalError(self.fault, self.advice, code=code, after=after or self.after)
