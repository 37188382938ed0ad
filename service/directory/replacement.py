"""The one way by which the directory changes in the program: what is checked of it, and what goes on record.

A spreadsheet that is applied comes through here, and so does each form of the administrator's pages.
"""

from collections.abc import Collection, Iterable, Iterator
from urllib.parse import urlsplit

from calendar_rules import titles
from calendar_rules.act_words import said
from calendar_rules.vocabulary import Role
from service.access import note as access_note
from service.access import record as access_record
from service.access import wording
from service.access.recorded_calls import Call
from service.directory.errors import MisfitError
from service.directory.workbook_rows import Difference, differences
from service.messages import open_work
from store.database.session import Session
from store.directory import change as directory_change
from store.directory import edits as directory_edits
from store.directory.edits import Action, Edit, Part
from store.directory.file import Directory, DirectoryError, PersonEntry
from store.people.dated_values import EffectiveDate
from store.people.persons import Actor

_NUMBERS = 10
"""Messages that are named of those that are open for a body."""


async def replace(
    session: Session,
    caller: Actor,
    given: Directory,
    effective: EffectiveDate,
    without_successor: Collection[str] = (),
) -> list[str]:
    """Bring the directory up to `given`, on record; returns who has no password yet.

    Titles and offices change from the effective date. `without_successor`: bodies of which it was said that nobody
    takes over what is open. Raises MisfitError for what may not be, such as the caller's own right to do this taken
    away.
    """
    standing = await directory_change.whole(session, everybody=True)
    _check(caller, standing, given)
    await check_successors(session, standing, given, without_successor)
    silent = await directory_change.replace(session, given, effective)
    await session.flush()
    # What became of it: bodies that messages name stay, and people who are gone.
    became = await directory_change.whole(session, everybody=True)
    if effective.is_planned:
        became = _as_planned(became, given)
    found = differences(standing, became)
    directory_edits.note(session, caller.key, effective.now, _edits(found, effective))
    counted = {item.sheet: [len(item.added), len(item.changed), len(item.gone)] for item in found}
    await access_record.write_beside(session, caller.key, Call.DIRECTORY_APPLY, {"changed": counted})
    access_note.is_written(Call.DIRECTORY_APPLY)
    return silent


def _as_planned(became: Directory, given: Directory) -> Directory:
    """The directory as it will be once all of `given` holds."""
    bodies = {body.key: body for body in given.bodies}
    people = {person.key: person for person in given.people}
    return became.model_copy(
        update={
            "department": given.department,
            "bodies": tuple(bodies.get(body.key, body) for body in became.bodies),
            "people": tuple(people.get(person.key, person) for person in became.people),
        }
    )


async def check_successors(
    session: Session, standing: Directory, given: Directory, without_successor: Collection[str] = ()
) -> None:
    """Whoever closes a body says to whom what is open for it goes. Raises MisfitError with a line for each body."""
    unnamed = [
        wording.NAME_THE_SUCCESSOR.format(left=left)
        for body, left in (await _left_open(session, standing, given)).items()
        if body not in without_successor and successors(standing, given).get(body) is None
    ]
    if unnamed:
        raise MisfitError({"successor": "\n".join(unnamed)})


def successors(standing: Directory, given: Directory) -> dict[str, str | None]:
    """The bodies that cease to act, each with its successor where one is named."""
    entries = {body.key: body for body in given.bodies}
    closed = {body.key: entries.get(body.key) for body in standing.bodies if body.active}
    return {
        key: entry.successor if entry else None
        for key, entry in closed.items()
        if entry is None or not entry.active
    }


async def _left_open(session: Session, standing: Directory, given: Directory) -> dict[str, str]:
    """What is open for bodies that cease to act, in words, by their keys; none of whom nothing is."""
    called = {body.key: body.short for body in standing.bodies}
    told = {}
    for body in successors(standing, given):
        work = await open_work.with_body(session, body)
        if work.items:
            numbers = ", ".join(f"№ {item.message}" for item in work.items[:_NUMBERS])
            more = " и другие" if len(work.items) > _NUMBERS else ""
            promised = f", обещан окончательный ответ: {work.promises}" if work.promises else ""
            told[body] = (
                f"{called[body]}: не завершено сообщений: {len(work.items)} ({numbers}{more}){promised}."
            )
    return told


async def note_command_line(session: Session, before: Directory, after: Directory) -> None:
    """What a file loaded from the command line has changed, on record.

    Raises DirectoryError where it closes a body for which something is open: nothing is passed on without the program.
    """
    if left := await _left_open(session, before, after):
        raise DirectoryError("\n".join(wording.CLOSE_ON_ITS_PAGE.format(left=text) for text in left.values()))
    effective = EffectiveDate.at_once()
    directory_edits.note(session, None, effective.now, _edits(differences(before, after), effective))


def _edits(found: Iterable[Difference], effective: EffectiveDate) -> Iterator[Edit]:
    """What differs, for the record of changes, and from what day where that is not the day of the change."""
    since = (wording.SINCE, "", f"{effective.day:%d.%m.%Y}")
    for item in found:
        for action, changes in (
            (Action.ADDED, item.added),
            (Action.CHANGED, item.changed),
            (Action.GONE, item.gone),
        ):
            has_day = action is not Action.GONE and effective.day != effective.today
            for change in changes:
                fields = [*change.fields, *([since] if has_day else [])]
                yield Edit(Part(item.sheet), change.key, change.title, action, fields)


def _check(caller: Actor, standing: Directory, given: Directory) -> None:
    # Their own office, or that of whoever they stand in for.
    offices = {held.person for held in caller.roles if held.role is Role.ADMIN}
    if not any(_is_admin(person) for person in given.people if person.key in offices):
        raise MisfitError({"roles": wording.OWN_OFFICE_GOES})
    before = {body.key: body.accounts for body in standing.bodies}
    for body in given.bodies:
        for network, url in body.accounts.items():
            if url != before.get(body.key, {}).get(network) and not _is_link(url):
                title = titles.NETWORKS[network]
                raise MisfitError(
                    {network.value: wording.NO_ACCOUNT_LINK.format(body=body.short, network=title)}
                )
    held_before = {person.key: person for person in standing.people}
    for person in given.people:
        if person != held_before.get(person.key):
            _check_overseeing(person)


def _check_overseeing(person: PersonEntry) -> None:
    is_deputy = any(held.role is Role.DEPUTY for held in person.roles)
    if person.active and is_deputy and not person.oversees:
        raise MisfitError({"oversees": said(wording.OVERSEES_NOTHING).format(person=person.name)})
    if person.oversees and not is_deputy:
        raise MisfitError({"oversees": said(wording.OVERSEES_AS_NOBODY).format(person=person.name)})


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _is_admin(person: PersonEntry) -> bool:
    return person.active and any(held.role is Role.ADMIN for held in person.roles)
