"""Absences of this month, and who stands in for whom."""

from dataclasses import dataclass
from datetime import datetime

from tests.api.messages.office import Office, taken
from tests.office.month import Month


@dataclass(frozen=True)
class Away:
    """From a day's moment to another one, or until it is ended; `by` records it.

    Without a `substitute` all goes to the responsible of the body.
    """

    person: str
    substitute: str | None
    starts: tuple[int, str]
    ends: tuple[int, str] | None
    by: str

    def covers(self, month: Month, moment: datetime) -> bool:
        until = month.at(*self.ends) if self.ends else None
        return month.at(*self.starts) <= moment and (until is None or moment < until)


ABSENCES = (
    Away("executor-health", "executor-social", (8, "09:00"), (10, "18:00"), "responsible-health"),
    # Whoever stands in falls ill too: then it is whoever stands in for them.
    Away("executor-social", "responsible-social", (9, "09:00"), (9, "18:00"), "admin"),
    Away("executor-culture", None, (8, "09:00"), (8, "18:00"), "responsible-culture"),
    Away("curator2", "head", (10, "12:00"), (10, "18:00"), "head"),
    Away("curator2", "head", (14, "09:00"), (16, "18:00"), "head"),
    Away("executor-education", "responsible-education", (17, "09:00"), None, "responsible-education"),
    Away("responsible-roads", "executor-roads", (18, "09:00"), None, "admin"),
)


async def record(office: Office, month: Month) -> None:
    """Everyone's absences as whoever may record them does; one recorded by mistake is taken out again."""
    for away in ABSENCES:
        await _record(office, month, away)
    mistaken = Away("executor-culture", "responsible-culture", (11, "09:00"), None, "responsible-culture")
    absence = await _record(office, month, mistaken)
    path = f"/people/{mistaken.person}/absences/{absence}"
    assert (await office.call(mistaken.by, "DELETE", path)).status_code == 204


async def _record(office: Office, month: Month, away: Away) -> str:
    body = {"from": month.at(*away.starts).isoformat()}
    if away.substitute:
        body["substitute"] = away.substitute
    if away.ends:
        body["to"] = month.at(*away.ends).isoformat()
    answer = taken(await office.post(away.by, f"/people/{away.person}/absences", body), 201)
    return str(answer["id"])


def represented(month: Month, person: str, moment: datetime) -> list[str]:
    """The person, and whoever they stand in for at the moment."""
    found = [person]
    for present in found:
        found += [
            away.person
            for away in ABSENCES
            if away.substitute == present and away.covers(month, moment) and away.person not in found
        ]
    return found


def at_work(month: Month, person: str, moment: datetime) -> str:
    """Who does a person's work at the moment."""
    seen = [person]
    while found := next(
        (away for away in ABSENCES if away.person == seen[-1] and away.covers(month, moment)), None
    ):
        present = found.substitute or found.person.replace("executor-", "responsible-")
        if present in seen:
            break
        seen.append(present)
    return seen[-1]


def nobody_stands_in(month: Month, person: str, moment: datetime) -> bool:
    """Whether a person is away at the moment without a substitute."""
    return any(
        away.person == person and away.substitute is None and away.covers(month, moment) for away in ABSENCES
    )
