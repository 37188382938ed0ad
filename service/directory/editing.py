"""The directory changed entry by entry: bodies, people, topics, each as one form of the administrator's pages."""

import hashlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from calendar_rules.vocabulary import Role
from service.access import wording
from service.access.errors import ConflictError, NotFoundError
from service.access.validation_wording import explain
from service.directory import replacement
from service.directory.effective_date import effective_date
from service.directory.errors import MisfitError
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Session
from store.directory import change as directory_change
from store.directory.file import BodyEntry, DepartmentEntry, Directory, PersonEntry, TopicEntry, check_keys
from store.people.persons import Actor

Entry = TypeVar("Entry", BodyEntry, PersonEntry, TopicEntry, DepartmentEntry)
Listed = TypeVar("Listed", BodyEntry, PersonEntry, TopicEntry)
Content = Mapping[str, Any]
"""The fields of an entry, as its model takes them."""
_NEW = "new"
"""The last part of the addresses of forms for what is new."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The directory as it is now, with people who have left and hold no role any more."""

    directory: Directory

    def body(self, key: str) -> BodyEntry:
        """Raises NotFoundError."""
        return _find(self.directory.bodies, key, wording.NO_BODY)

    def person(self, key: str) -> PersonEntry:
        """Raises NotFoundError."""
        return _find(self.directory.people, key, wording.NO_PERSON)

    def topic(self, key: str) -> TopicEntry:
        """Raises NotFoundError."""
        return _find(self.directory.topics, key, wording.NO_TOPIC)

    def holding(self, role: Role, body: str | None = None) -> list[PersonEntry]:
        """Who works and has the role, in the body where one is named."""
        return [
            person
            for person in self.directory.people
            if person.active
            and any(
                held.role is role
                and (body is None or (body in person.oversees if role is Role.DEPUTY else held.body == body))
                for held in person.roles
            )
        ]


@dataclass(frozen=True, slots=True)
class _Change:
    """A change under way, in its transaction."""

    session: Session
    caller: Actor
    standing: Directory


class DirectoryEditing:
    """Changes one entry at a time, by the rules of the whole.

    Titles and offices change from the day `since` as it was typed, at once where it is blank; all else at once.
    Each change names the `edition` of the entry that was seen, and raises MisfitError for what cannot be,
    ConflictError where the entry is another by now, NotFoundError where there is none.
    """

    def __init__(self, database: Database, rules: Rules) -> None:
        self._db = database
        self._rules = rules

    async def standing(self) -> Standing:
        """The directory as it is now."""
        async with self._db.read() as session:
            return Standing(await directory_change.whole(session, everybody=True))

    async def has_messages(self, body: str) -> bool:
        """Whether messages name the body: then it stays for good."""
        async with self._db.read() as session:
            return bool(await directory_change.with_messages(session, [body]))

    async def put_department(self, caller: Actor, content: Content, edition: str, *, since: str = "") -> None:
        """The Department's names; its key stays."""
        async with self._change(caller) as change:
            known = change.standing.department
            _require(edition_of(known), edition)
            entry = _entry(DepartmentEntry, {**content, "key": known.key})
            await self._replace(change, {"department": entry}, since)

    async def put_body(
        self,
        caller: Actor,
        content: Content,
        *,
        deputies: Sequence[str],
        edition: str | None,
        since: str = "",
        without_successor: bool = False,
    ) -> None:
        """A body with its accounts, and the deputies who oversee it; without `edition` it is a new one.

        `without_successor`: it was said that nobody takes over what is open for a body that ceases to act.
        """
        entry = _entry(BodyEntry, content)
        async with self._change(caller) as change:
            standing = change.standing
            bodies = _with(standing.bodies, entry, edition, {standing.department.key}, wording.NO_BODY)
            people = tuple(_overseen_by(person, entry.key, deputies) for person in standing.people)
            left = (entry.key,) if without_successor else ()
            await self._replace(change, {"bodies": bodies, "people": people}, since, left)

    async def put_person(
        self, caller: Actor, content: Content, *, edition: str | None, since: str = ""
    ) -> None:
        """A person with the roles; without `edition` a new one."""
        entry = _entry(PersonEntry, content)
        async with self._change(caller) as change:
            people = _with(change.standing.people, entry, edition, (), wording.NO_PERSON)
            await self._replace(change, {"people": people}, since)

    async def put_topic(self, caller: Actor, content: Content, *, edition: str | None) -> None:
        """A topic; a new one stands last of its group."""
        entry = _entry(TopicEntry, content)
        async with self._change(caller) as change:
            topics = _with(change.standing.topics, entry, edition, (), wording.NO_TOPIC)
            groups = list(dict.fromkeys(topic.group for topic in topics))
            together = tuple(sorted(topics, key=lambda topic: groups.index(topic.group)))
            await self._replace(change, {"topics": together})

    async def remove_topic(self, caller: Actor, key: str, edition: str) -> None:
        """A topic is gone from the catalogue; messages keep its key."""
        async with self._change(caller) as change:
            _require(edition_of(_find(change.standing.topics, key, wording.NO_TOPIC)), edition)
            left = tuple(topic for topic in change.standing.topics if topic.key != key)
            await self._replace(change, {"topics": left})

    async def remove_body(self, caller: Actor, key: str, edition: str) -> None:
        """A body that no message names and nobody works in is gone; one that messages name is only closed."""
        async with self._change(caller) as change:
            _require(edition_of(_find(change.standing.bodies, key, wording.NO_BODY)), edition)
            if named := [person.name for person in change.standing.people if _names(person, key)]:
                raise ConflictError(wording.BODY_HAS_STAFF.format(people=", ".join(named[:5])))
            left = tuple(body for body in change.standing.bodies if body.key != key)
            await self._replace(change, {"bodies": left})

    @asynccontextmanager
    async def _change(self, caller: Actor) -> AsyncIterator[_Change]:
        async with self._db.write(alone=True) as session:
            yield _Change(session, caller, await directory_change.whole(session, everybody=True))

    async def _replace(
        self,
        change: _Change,
        changed: Mapping[str, object],
        since: str = "",
        without_successor: Collection[str] = (),
    ) -> None:
        effective = effective_date(since, self._rules.zone)
        given = change.standing.model_copy(update=changed)
        try:
            check_keys(given)
        except ValueError as error:
            raise MisfitError({"key": f"{error}."}) from error
        await replacement.replace(change.session, change.caller, given, effective, without_successor)


def edition_of(content: BaseModel) -> str:
    """A short name of the exact content: by it a form says what it was filled in over."""
    return hashlib.sha256(content.model_dump_json().encode()).hexdigest()[:16]


def _entry(model: type[Entry], content: Content) -> Entry:
    try:
        return model.model_validate(dict(content))
    except ValidationError as error:
        wrong: dict[str, str] = {}
        for field, detail in explain(error.errors()):
            name = field.removeprefix("accounts.").split("[")[0]
            reason = wording.KEY_FORM if name == "key" else detail
            wrong.setdefault(name, wording.FIELD_IS_EMPTY if content.get(name) == "" else reason)
        raise MisfitError(wrong) from error


def _with(
    entries: Sequence[Listed], entry: Listed, edition: str | None, taken: Collection[str], unknown: str
) -> tuple[Listed, ...]:
    """The entries with this one in its place, or last where it is new."""
    if edition is None:
        if entry.key in {_NEW, *taken, *(item.key for item in entries)}:
            raise MisfitError({"key": wording.KEY_IS_TAKEN.format(key=entry.key)})
        added = list(entries)
        added.append(entry)
        return tuple(added)
    _require(edition_of(_find(entries, entry.key, unknown)), edition)
    return tuple(entry if item.key == entry.key else item for item in entries)


def _find(entries: Sequence[Listed], key: str, unknown: str) -> Listed:
    for item in entries:
        if item.key == key:
            return item
    raise NotFoundError(unknown.format(person=key, key=key))


def _require(now: str, seen: str) -> None:
    if now != seen:
        raise ConflictError(wording.ENTRY_CHANGED)


def _names(person: PersonEntry, body: str) -> bool:
    return body in person.oversees or any(held.body == body for held in person.roles)


def _overseen_by(person: PersonEntry, body: str, deputies: Sequence[str]) -> PersonEntry:
    """The person, overseeing the body or not."""
    if (person.key in deputies) == (body in person.oversees):
        return person
    others = tuple(key for key in person.oversees if key != body)
    return person.model_copy(update={"oversees": (*others, body) if person.key in deputies else others})
