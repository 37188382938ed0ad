"""Rules that a test gives, in place of those that an installation has in force."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from service.runs.rules import Rules, RulesInForce, load
from store.database.session import Session

NO_TIME = timedelta(0)


class RulesGiven(RulesInForce):
    """These, whatever the files and the database say."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def now(self) -> Rules:
        return self._rules

    async def seen_in(self, session: Session) -> Rules:
        return self._rules


class _Plain(Rules):
    """Order 238 in another zone, and without hours: what is told leaves after a while."""

    own_zone: ZoneInfo
    leaves_after: timedelta

    @property
    def zone(self) -> ZoneInfo:
        return self.own_zone

    def opening(self, at: datetime) -> datetime:
        return at + self.leaves_after


def plain(zone: str = "UTC", leaves_after: timedelta = NO_TIME) -> RulesGiven:
    """Order 238 in this zone, where what is told leaves so long after, at whatever time of day."""
    order = load(None, None)
    rules = _Plain(order.regulation, order.schedules, order.production)
    rules.own_zone, rules.leaves_after = ZoneInfo(zone), leaves_after
    return RulesGiven(rules)
