"""Rules of robots.txt for a page, read in a judge's process."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from protego import Protego

from service.networks.platforms.judging import Job

_MOST_LINES: Final = 20_000
_MOST_AGENTS: Final = 20
"""Of one group, besides ourselves: the library keeps each rule once for each."""
_LONGEST_DELAY: Final = 3600.0
_NAMES_AN_AGENT: Final = re.compile(r"\s*user[\s-]*agent\b([^#]*)", re.IGNORECASE)
_RULES: Final = re.compile(r"\s*(?:dis)?allow\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """Whether a page may be read, and how many seconds apart its site wants to be asked."""

    allowed: bool
    delay: float


class Robots(Job[Rules]):
    """The file as it was sent, the page in question, and the name by which we ask."""

    url: str
    agent: str

    def judged(self) -> Rules:
        """What it says to us."""
        lines = self.content.decode("utf-8", "replace").splitlines()[:_MOST_LINES]
        rules = Protego.parse("\n".join(_bounded(lines, self.agent.lower())))
        delay = rules.crawl_delay(self.agent) or 0.0
        return Rules(
            bool(rules.can_fetch(self.url, self.agent)), min(delay, _LONGEST_DELAY) if delay > 0 else 0.0
        )


def _bounded(lines: Iterable[str], ours: str) -> Iterator[str]:
    """The lines without agents that are too many for one group, and are not us."""
    agents = 0
    for line in lines:
        if named := _NAMES_AN_AGENT.match(line):
            agents += 1
            # Ours is whatever we begin with, and the asterisk.
            if agents > _MOST_AGENTS and not ours.startswith(named[1].strip(" :\t*").lower()):
                continue
        elif _RULES.match(line):
            agents = 0
        yield line
