"""Writes what a message's step left behind: snapshot, limits, journal rows and notices, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from temporalio.exceptions import ApplicationError

from calendar_rules.vocabulary import NoticeKind, Outcome
from service.journal import charges, lateness
from service.journal.charges import in_the_journal, named
from service.messages.head import GIVING_A_TURN, head_of, head_of_whole
from service.messages.localities import locality
from service.messages.posts import key_of, url_key
from service.notices.notice_text import render, subject_of_report
from service.people.offices import Offices, Told
from store.commands import outbox
from store.database import statements
from store.database.blocking import BlockingDatabase
from store.database.session import Connection
from store.journal import after_step
from store.journal import charges as store_charges
from store.journal import written as records
from store.journal.charges import Charged
from store.journal.written import Head, KnownRow, Leading, Led
from store.messages import changes, finding, texts, unsent
from store.networks import standing
from store.notices.inbox import add_notices, told_of
from store.oversight import surges
from store.people import offices as directory_of_offices
from store.promises import rows as promises
from workflows.alarms import AlarmKind, raise_alarm_of
from workflows.identity import workflow_id
from workflows.seals import Flaw
from workflows.stages import OF_PROMISES
from workflows.state import Draft, JournalEntry, LimitRun, MessageState, NoticeFact, Record
from workflows.vocabulary import Command


def all_of(connection: Connection, state: MessageState, dialect: str) -> list[statements.Statement]:
    """Brings a message's row and every limit up to its state, whatever was written of it before."""
    message = int(state.id)
    charged = [charge for run in state.limits for charge in run.charges]
    offices = Offices.of(connection, (), charged) if charged else None
    return [
        *records.keep_head(message, head_of_whole(state), dialect),
        *_limits(_Runs.of(state, offices), dialect),
        *_promises(state, dialect),
    ]


class Records:
    """Writes the records of messages to a database; blocks, and runs in threads."""

    def __init__(self, database: BlockingDatabase) -> None:
        self._database = database

    def take(self, record: Record) -> None:
        """Write the record of the run that leads its message.

        Fails for good, with an alarm, where another run leads it, and as `write` does.
        """
        self._write(record, Leading(record.run.restarts, record.run.id, record.run.after))

    def write(self, record: Record) -> None:
        """Write one record, whichever run has left it; one already written changes nothing.

        Fails, to be retried, while the database is away, and while it lacks what the message has written before:
        then it was restored to an earlier moment, and is healed by `otklik recover`. Fails for good, with an alarm,
        where one of its rows says something else than the row that the journal has under this number.
        """
        self._write(record, None)

    def _write(self, record: Record, run: Leading | None) -> None:
        message, now, dialect = int(record.message), datetime.now(UTC), self._database.dialect

        def write(connection: Connection, what: _Written) -> bool:
            # First, as the API does before it locks a message: the other way round PostgreSQL finds a deadlock.
            _settle(connection, record, now)
            first, last = record.rows[0].number, record.rows[-1].number
            end = records.claim(connection, message, first, last, what.head, run)
            if end is None:
                _known(message, first, last, records.led(connection, message), run)
            if end is None or end.number >= first:
                _same(message, record.rows, records.known_rows(connection, message, first, last))
            if end is None:
                return False
            for statement, parameters in (*records.add_rows(what.rows, end), *what.statements):
                connection.execute(statement, parameters)
            return True

        if self._database.write_after(lambda own: _written(own, record, now, dialect), write):
            lateness.observe(record, datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class _Written:
    """What is written of a record."""

    head: Head
    rows: statements.Rows
    statements: Sequence[statements.Statement]


def _written(connection: Connection, record: Record, now: datetime, dialect: str) -> _Written:
    """What is written of a record, by what people and bodies are now."""
    message = int(record.message)
    offices = _offices(connection, record)
    notices = _notice_rows(connection, record, offices, now) if offices else []
    head = head_of(record.state, overdue=record.overdue, next_due=record.next_due, first_due=record.first_due)
    runs = _Runs.of(record.state, offices)
    rows = [
        {
            "message": message,
            "written_at": now,
            **row.model_dump(exclude={"data"}),
            "data": in_the_journal(row, offices) if offices else row.data,
            "after": None,
        }
        for row in record.rows
    ]
    rows[-1]["after"] = after_step.step(head.columns, record.state.turns, runs.rows)
    # Only a body that has just received the message can be new.
    turns = head.turns if any(row.kind in GIVING_A_TURN for row in record.rows) else ()
    statements = [
        *records.keep_turns(message, turns, dialect),
        *_limits(runs, dialect),
        *add_notices(notices, dialect),
        *_published(connection, record, now, dialect),
        *_passed_on(connection, record.state),
        *(_promises(record.state, dialect) if any(row.kind in OF_PROMISES for row in record.rows) else ()),
        *changes.noted(
            message,
            curator=record.state.curator,
            bodies=record.state.turns,
            persons={notice["person"] for notice in notices},
            at=now,
            dialect=dialect,
        ),
    ]
    return _Written(head, rows, statements)


def _offices(connection: Connection, record: Record) -> Offices | None:
    """Who holds the offices that a record tells something to or charges; None where it does neither."""
    charged = charges.all_of(record)
    return Offices.of(connection, record.notices, charged) if record.notices or charged else None


def _notice_rows(
    connection: Connection, record: Record, offices: Offices, now: datetime
) -> list[dict[str, Any]]:
    """A row for each person told; a person told twice of one thing by one record is told once."""
    rows: dict[tuple[int, NoticeKind, str], dict[str, Any]] = {}
    whose = [named(charges.of_notice(fact), offices) for fact in record.notices]
    people = {person for each in whose for item in each for person in (item.person, item.acting_for)}
    names = directory_of_offices.names(connection, {person for person in people if person})
    for fact, charged in zip(record.notices, whose, strict=True):
        text = render(
            fact.facts,
            message=record.message,
            network=record.state.network,
            at=fact.at,
            bodies=offices.titles,
            charged=charged,
            names=names,
            responsible=offices.responsible(charged),
        )
        others = charges.not_charged(fact, charged, offices)
        if fact.kind is NoticeKind.GOVERNOR_REPORT:
            text += _subject_of_report(connection, record.state, offices.titles)
        for person, acting_for in _told(connection, record, fact, offices, rows).items():
            rows.setdefault(
                (fact.row, fact.kind, person),
                {
                    "message": int(record.message),
                    "row": fact.row,
                    "kind": fact.kind,
                    "limit_name": fact.limit,
                    "person": person,
                    "acting_for": acting_for,
                    "at": fact.at,
                    "deliver_from": fact.deliver_from,
                    "text": text + others.get(person, ""),
                    "written_at": now,
                },
            )
    return list(rows.values())


def _settle(connection: Connection, record: Record, now: datetime) -> None:
    """In the outbox, what became of the commands that the record is of; what was sent is no longer kept as unsent."""
    message = int(record.message)
    if record.rows[0].number == 1:
        outbox.settle_registration(connection, message, now)
    for one in record.settled:
        is_kept = outbox.settle_recorded(
            connection, one.command, accepted=one.accepted, detail=one.detail, at=now
        )
        if is_kept and one.accepted and one.person:
            unsent.forget_recorded(connection, (one.person, message, one.name))


def _promises(state: MessageState, dialect: str) -> list[statements.Statement]:
    """The promises of published texts as they stand now."""
    rows = [one.model_dump() | {"promise": one.model_dump(mode="json")} for one in state.promises]
    return promises.keep(int(state.id), rows, dialect)


def _links(record: Record) -> dict[int, tuple[Draft, str]]:
    """The texts that stand in a network from this record on, with the ids of their links, by the rows that say so."""
    drafts = {draft.id: draft for draft in record.state.drafts}
    found: dict[int, tuple[Draft, str]] = {}
    for row in record.rows:
        if row.kind in (Command.CONFIRM_PUBLICATION, Command.CORRECT_LINK):
            draft, named = drafts.get(str(row.data.get("draft"))), row.data.get("texts")
            if draft is not None and isinstance(named, Mapping) and "url" in named:
                found[row.number] = draft, str(named["url"])
    return found


def _published(
    connection: Connection, record: Record, now: datetime, dialect: str
) -> list[statements.Statement]:
    """Texts that stand in a network from this record on, or at another link than was thought, are to be checked."""
    message, links = int(record.message), _links(record)
    # An answer without a link of its own is not known by that of its message.
    known = {
        link: url
        for link, url, own in texts.beside_post(connection, message, [link for _, link in links.values()])
        if key_of(url) != key_of(own or "")
    }
    found: list[statements.Statement] = []
    for row in record.rows:
        if row.number not in links:
            continue
        draft, link = links[row.number]
        url = known.get(link)
        at = standing.Link(link, None if url is None else url_key(url))
        if row.kind == Command.CONFIRM_PUBLICATION:
            found += standing.published(message, draft.id, at, draft.text, draft.body, row.at, now, dialect)
        else:
            found += standing.link_corrected(message, draft.id, at, now)
    return found


def _passed_on(connection: Connection, state: MessageState) -> list[statements.Statement]:
    """The link of a post whose first message was registered by mistake is its other part's."""
    if state.outcome is not Outcome.VOID or not state.split:
        return []
    url = records.link_of_message(connection, int(state.id))
    if url is None:
        return []
    passed = finding.pass_link_on(int(state.id), url_key(url), [int(part) for part in state.split])
    return [(statement, [{}]) for statement in passed]


def _subject_of_report(connection: Connection, state: MessageState, titles: Mapping[str, str]) -> str:
    """Of a place only the settlement is named: a street and a flat may be the author's own."""
    place = texts.named(connection, [state.location]).get(state.location, "") if state.location else ""
    return subject_of_report(
        surges.topic_title(connection, state.topic) if state.topic else None,
        locality(place),
        titles.get(state.current_body or ""),
    )


def _known(message: int, first: int, last: int, led: Led | None, run: Leading | None) -> None:
    """Raises ApplicationError unless the run leads the message, and the rows up to `last` have been written."""
    behind = led is None or led.recorded < first - 1 or (run is not None and led.restarts < run.restarts)
    if not behind and led is not None and run is not None and not run.leads(led):
        raise_alarm_of(workflow_id(str(message)), AlarmKind.FORGED_ACTIVITY, Flaw.SUPERSEDED)
        raise ApplicationError(f"another run leads message {message}", type="Superseded", non_retryable=True)
    if behind or led is None or led.recorded < last:
        raise ApplicationError(
            f"the database is older than Temporal: it has {led.recorded if led else 0} journal rows of message "
            f"{message} and lacks some before row {last}; run `otklik recover` (docs/run/backup.md)",
            type="DatabaseBehind",
        )


def _same(message: int, rows: Sequence[JournalEntry], known: Sequence[KnownRow]) -> None:
    """Raises ApplicationError unless the rows say what those that are known under their numbers say.

    What is added as a row is written is left out: whom the directory names, which may name somebody else since.
    """
    given = {row.number: row for row in rows}
    for number, at, kind, person, acting_for, data in known:
        row = given[number]
        said = row.at, row.kind, row.person, row.acting_for, charges.without_names(row.kind, row.data)
        if said != (at, kind, person, acting_for, charges.without_names(kind, data)):
            raise_alarm_of(workflow_id(str(message)), AlarmKind.FORGED_ACTIVITY, Flaw.OTHER_CONTENT)
            raise ApplicationError(
                f"row {number} of message {message} is on record with other content",
                type="OtherContent",
                non_retryable=True,
            )


@dataclass(frozen=True, slots=True)
class _Runs:
    """Limit runs as they are now: their rows, and whom the breaches of those are charged to that anybody was told of.

    Of a breach that was withdrawn it is still known who was told of it.
    """

    message: int
    rows: Sequence[dict[str, Any]]
    charged: Sequence[tuple[int, Sequence[Charged]]]

    @classmethod
    def of(cls, state: MessageState, offices: Offices | None) -> Self:
        message = int(state.id)
        charged = {run.number: named(run.charges, offices) if offices else [] for run in state.limits}
        return cls(
            message,
            [_limit_row(message, run, charged[run.number]) for run in state.limits],
            [(run.number, charged[run.number]) for run in state.limits if run.told_to],
        )


def _limits(runs: _Runs, dialect: str) -> list[statements.Statement]:
    found = records.keep_limits(list(runs.rows), dialect)
    return found + (store_charges.keep(runs.message, runs.charged) if runs.charged else [])


def _limit_row(message: int, run: LimitRun, charged: Sequence[Charged]) -> dict[str, Any]:
    return {
        "message": message,
        "number": run.number,
        "name": run.name,
        "holder_role": run.holder.role,
        "holder_body": run.holder.body,
        "started_at": run.started_at,
        "due_at": run.due_at,
        "met_at": run.met_at,
        "breached_at": run.breached_at,
        "cancelled_at": run.cancelled_at,
        "inherited": run.inherited,
        "told": run.told,
        "run": {
            **run.model_dump(mode="json", by_alias=True, exclude_defaults=True),
            "charged": [item.shown() for item in charged],
        },
    }


def _told(
    connection: Connection,
    record: Record,
    fact: NoticeFact,
    offices: Offices,
    pending: Mapping[tuple[int, NoticeKind, str], dict[str, Any]],
) -> Told:
    if fact.revokes is None:
        return offices.told(fact.to, fact.at)
    rows = connection.execute(told_of(int(record.message), fact.revokes))
    written = dict(rows.all())
    # The breach and its withdrawal may come in one record.
    here = {
        person: row["acting_for"] for (number, _, person), row in pending.items() if number == fact.revokes
    }
    return written | here
