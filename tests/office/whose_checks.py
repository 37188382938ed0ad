"""Checks of whose each breach is (cl. 20): the same wherever it is told, and as the order told a second time says."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from service.assembly import Service
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.oversight import overview
from store.people import persons
from tests.api.chance.hours import MOSCOW, Hours
from tests.api.chance.order import Order, Run
from tests.api.messages.case import View, when
from tests.api.messages.office import Office, taken
from tests.api.messages.shape import duration
from tests.office.offices import Named, Offices, shown


@dataclass(frozen=True)
class Telling:
    """A message with its journal, the oldest row first, and its order told a second time from that."""

    number: int
    rows: Sequence[View]
    order: Order

    @classmethod
    def of(
        cls, message: str, rows: Sequence[View], now: datetime, own: Mapping[str, Hours] | None = None
    ) -> "Telling":
        """Until `now`; `own` are the hours of bodies that keep others."""
        order = Order([Hours()], dict(own or {}))
        for row in rows:
            order.apply(row)
        if order.stage != "closed":
            order.pass_to(now)
        return cls(int(message), rows, order)

    def late(self) -> list[tuple[int, Run]]:
        """Breaches that stand, by the place of the run."""
        return [
            (place, run)
            for place, run in enumerate(self.order.runs, 1)
            if run.breached is not None and not run.inherited
        ]

    def standing(self) -> list[tuple[Run, View]]:
        """The same, each with its row of the journal; raises AssertionError where there is another row, or none."""
        withdrawn = {row["data"]["breach"] for row in self.rows if row["kind"] == "breach_withdrawn"}
        rows = {
            (row["data"]["limit"], when(row["data"]["due_at"])): row
            for row in self.rows
            if row["kind"] == "breach" and row["number"] not in withdrawn
        }
        late = {(run.name, run.due): run for _, run in self.late()}
        assert rows.keys() == late.keys(), (rows.keys(), late.keys())
        return [(late[key], row) for key, row in rows.items()]

    def __str__(self) -> str:
        told = (
            f"{row['at']} {row['person']}/{row['acting_for']} {row['kind']} {row['data']}"
            for row in self.rows
        )
        return "\n".join([f"message {self.number}", *told])


def check_message(offices: Offices, telling: Telling, view: View) -> None:
    """The limits of the message, moment by moment, and whom its breaches are charged to, there and in the journal."""
    for run, mine in zip(view["limits"], telling.order.runs, strict=True):
        seen = (run["name"], when(run["due_at"]), run["inherited"], run["breached_at"] is not None)
        assert seen == (mine.name, mine.due, mine.inherited, mine.breached is not None), (run, mine)
        assert shown(run["charged"]) == offices.named(mine.charged), (run, mine)
        if mine.name == "answer" and mine.charged:
            overs = [duration(entry["over"]) for entry in run["charged"]]
            assert overs == [charge.over for charge in mine.charged], (run, mine)
            assert run["holder"]["body"] == mine.charged[0].body, run
    for run, row in telling.standing():
        assert shown(row["data"]["charged"]) == offices.named(run.charged), (row, run)


def check_names(text: str, charged: Sequence[Named], names: Mapping[str, str]) -> None:
    """The persons charged are in a text, and nobody else of the office, but those they stand in for."""
    meant = {person for _, _, person, _, _ in charged if person}
    represented = {absent for *_, absent, _ in charged if absent}
    said = {person for person, name in names.items() if _is_in(name, text)}
    assert meant <= said <= meant | represented, (text, charged)


def _is_in(name: str, text: str) -> bool:
    """Whether a person is named: the surname in any case, then the given name or its initial."""
    surname, given, *_ = name.split()
    return re.search(rf"\b{surname[: max(4, len(surname) - 2)]}\w*\s+{given[0]}", text) is not None


def breaches(tellings: Sequence[Telling]) -> dict[tuple[int, int], Run]:
    """By message and place of the run."""
    return {(telling.number, place): run for telling in tellings for place, run in telling.late()}


async def check_register(office: Office, offices: Offices, tellings: Sequence[Telling]) -> None:
    """The register has each breach that stands, with the same names, and no other."""
    found: dict[tuple[int, int], list[Named]] = {}
    params: dict[str, str] = {}
    while True:
        page = taken(await office.get("head", "/shortcomings", **params))
        for item in page["items"]:
            message, run = map(int, item["id"].split("-"))
            found[message, run] = shown(item["charged"])
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert found == {key: offices.named(run.charged) for key, run in breaches(tellings).items()}


async def check_overview(database: Database, offices: Offices, tellings: Sequence[Telling]) -> None:
    """So has the overview, of all that was broken."""
    async with database.read() as session:
        head = await persons.actor(session, "head")
    assert head is not None
    blocking = BlockingDatabase(database.url, 1)
    try:
        with blocking.read() as connection:
            lines = overview.breaches(connection, head, datetime.now(UTC), None, size=100_000)
    finally:
        blocking.dispose()
    assert Counter(
        (it.message, it.limit.value, it.breached_at, tuple(shown([one.shown() for one in it.charged])))
        for it in lines
    ) == Counter(
        (number, run.name, run.due, tuple(offices.named(run.charged)))
        for (number, _), run in breaches(tellings).items()
    )


async def check_weeks(service: Service, tellings: Sequence[Telling]) -> None:
    """Each breach counts once at each of those charged, and once in the totals, in the week of its message."""
    weeks: dict[str, list[Telling]] = defaultdict(list)
    for telling in tellings:
        weeks[f"{telling.order.detected.astimezone(MOSCOW):%G-W%V}"].append(telling)
    for week, of_week in weeks.items():
        summary = await service.reports.weekly.read(week)
        late = [run for telling in of_week for _, run in telling.late()]
        bodies = Counter(body for run in late for body in {charge.body for charge in run.charged} if body)
        assert summary.totals.breached == len(late)
        assert {it.body: it.breached for it in summary.bodies if it.breached} == dict(bodies)
