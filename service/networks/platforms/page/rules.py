"""Rules of robots.txt for a page, read in the sandbox."""

from dataclasses import dataclass
from typing import Final

from protego import Protego

from service.networks.platforms.sandbox import Job

_LONGEST_DELAY: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Rules:
    """Whether a page may be read, and how many seconds apart its site wants to be asked."""

    allowed: bool
    delay: float


class Robots(Job[Rules]):
    """The file as it was sent, the page in question, and the name by which we ask."""

    url: str
    agent: str

    def run(self) -> Rules:
        """What it says to us."""
        rules = Protego.parse(self.content.decode("utf-8", "replace"))
        delay = rules.crawl_delay(self.agent) or 0.0
        return Rules(
            bool(rules.can_fetch(self.url, self.agent)), min(delay, _LONGEST_DELAY) if delay > 0 else 0.0
        )
