"""Candidates, as curators go through them: each becomes a message, or is dismissed (cl. 5, 7).

Taking one is registering its message: from that moment its terms run. Of two who take the same one the second is told
who was first.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.moments import As, moment_text
from calendar_rules.vocabulary import CloseReason, Network, Role
from service.access import note as access_note
from service.access import wording
from service.access.errors import ConflictError, NotFoundError
from service.access.values import number_of
from service.commands import checks
from service.commands.actions import MessageActions
from service.commands.intake import CommandIntake, RequestKey
from service.commands.outcomes import Accepted, CommandResult, Refused
from service.commands.registration import draw_up
from service.commands.requests import Attachments, CloseBody, ErasureBody, Registration, Text
from service.language.lemmas import lemmas_of
from service.messages import hints
from service.messages.hints import Hint
from service.messages.searching import words_of
from service.messages.targets import Targets
from service.networks.found_posts import has_no_text
from service.networks.source_edits import called
from service.personal_data.grounds import said
from service.runs.rules import Rules
from service.runs.workflows import Workflows
from service.suggestions import SuggestionsView
from service.suggestions.candidates import CandidateSuggestions, suggestions_view
from store.commands.before import Before
from store.database.engines import Database
from store.database.session import Session
from store.messages.tables import MessageRow
from store.networks import candidates, sources
from store.networks.candidates import Candidate, Sought, State
from store.people import persons
from store.people.persons import Actor
from store.personal_data import destruction, residue
from store.personal_data.destruction import Act, DataClass

READERS = (Role.CURATOR,)
PAGE = 100
_SUGGESTED_AT_ONCE = 20
"""Of a page, of how many that have none yet something is suggested while somebody waits."""


class CandidateView(BaseModel):
    """Найденная публикация."""

    id: str
    state: State
    network: Network
    url: str
    author: str
    text: str
    parent_url: str | None = Field(description="Под чем это написано, если это комментарий.")
    posted_at: datetime | None
    found_at: datetime
    source: str | None = Field(description="Источник; пусто, если сеть сообщила сама или источник удалён.")
    source_title: str | None = Field(description="Название источника; без него — адрес или что он ищет.")
    reply_to: str | None = Field(description="Номер сообщения, под ответом на которое это написано.")
    suggestions: SuggestionsView
    hints: list[Hint] = Field(description="Основания пункта 18, которые могут подойти.")
    message: str | None = Field(description="Номер сообщения, если публикация стала им.")
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None = Field(description="Почему отклонена.")


class TakeBody(BaseModel):
    """С чем публикация берётся в работу."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attachments: Attachments = Field(
        default=(),
        description="Номера загруженных снимков (`POST /api/attachments`): они принадлежат сообщению.",
    )


class CandidateList(BaseModel):
    """Найденное, последнее сверху; `next` передают как cursor."""

    items: list[CandidateView]
    next: str | None


class DismissBody(BaseModel):
    """Почему публикация не становится сообщением."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: Text = Field(description="Причина.", examples=["Не критика: вопрос о расписании."])


class Candidates:
    """Lists, takes, dismisses and restores them."""

    def __init__(
        self,
        database: Database,
        intake: CommandIntake,
        actions: MessageActions,
        targets: Targets,
        workflows: Workflows,
        rules: Rules,
        suggestions: CandidateSuggestions,
    ) -> None:
        self._db = database
        self._intake = intake
        self._actions = actions
        self._targets = targets
        self._workflows = workflows
        self._zone: tzinfo = rules.zone
        self._suggestions = suggestions

    async def page(
        self, sought: Sought, *, before: int | None = None, size: int = PAGE, after: int | None = None
    ) -> CandidateList:
        """A page of what is sought, with what is suggested of each."""
        if sought.state is not None:
            access_note.adds(state=sought.state.value)
        if sought.q is not None:
            sought = replace(sought, words=await asyncio.to_thread(words_of, sought.q))
        found = await self._page(sought, before, size, after)
        lacking = [
            item.row.id or 0
            for item in found[:size]
            if item.row.state == State.NEW and item.row.suggestions is None
        ]
        # What was found is suggested of behind it; of what was pushed a moment ago now.
        if await self._suggestions.fill(lacking[:_SUGGESTED_AT_ONCE]):
            found = await self._page(sought, before, size, after)
        async with self._db.read() as session:
            titles = await _source_titles(session, found)
        items = await self._views(found[:size], titles)
        return CandidateList(items=items, next=items[-1].id if len(found) > size else None)

    async def _page(
        self, sought: Sought, before: int | None, size: int, after: int | None
    ) -> list[Candidate]:
        async with self._db.read() as session:
            return await candidates.page(session, sought, before=before, limit=size + 1, after=after)

    async def decided_since(self, moment: datetime) -> list[str]:
        """Those of which somebody has decided since a moment, for pages that show them."""
        async with self._db.read() as session:
            return [str(number) for number in await candidates.decided_since(session, moment, 500)]

    async def count_new(self) -> int:
        """How many wait for a decision."""
        async with self._db.read() as session:
            return await candidates.count_new(session)

    async def known(self, candidate: str) -> str:
        """The id of one that is there. Raises NotFoundError."""
        async with self._db.lookup() as session:
            return str((await found_candidate(session, candidate)).row.id)

    async def one(self, candidate: str) -> CandidateView:
        """Raises NotFoundError."""
        async with self._db.read() as session:
            found = await found_candidate(session, candidate)
            titles = await _source_titles(session, [found])
        (view,) = await self._views([found], titles)
        return view

    async def take(
        self, caller: Actor, key: RequestKey, candidate: str, body: TakeBody | None = None
    ) -> CommandResult:
        """It becomes a message, found now, with pictures of its own if there are any: a post may be a picture alone.

        The same request repeated answers with the same message.

        Raises NotFoundError, ConflictError with who was first, InvalidInputError for a link that can be no message's.
        """
        async with self._db.read() as session:
            known = await found_candidate(session, candidate)
            names = await persons.names(session)

        async def drawn_up() -> MessageRow:
            if known.row.state != State.NEW:
                raise ConflictError(self._decided(known, names))
            given = _registration(known)
            if pictures and has_no_text(known.text):
                given = given.model_copy(update={"text": ""})
            return await draw_up(given, caller, self._workflows)

        async def check(before: Before) -> None:
            session = before.session
            await checks.link(session, Network(known.row.network), known.url)
            await checks.loose(session, caller.key, pictures)

        pictures = body.attachments if body is not None else ()
        result = await self._intake.register(
            caller, key.of(body if pictures else None), drawn_up, check, pictures
        )
        if isinstance(result, Accepted) and not result.registered:
            raise ConflictError(await self._who_was_first(candidate, result, names))
        return result

    async def _who_was_first(self, candidate: str, result: Accepted, names: dict[str, str]) -> str:
        """Somebody registered the post a moment before: this one is taken by them, if nothing says so yet."""
        async with self._db.write() as session:
            known = await found_candidate(session, candidate)
            if known.row.state == State.NEW:
                number, by = int(result.message.id), result.message.curator or ""
                await candidates.became(session, {known.row.url_key: number}, by, datetime.now(UTC))
                known = await found_candidate(session, candidate)
        return self._decided(known, names)

    async def dismiss(self, caller: Actor, candidate: str, body: DismissBody) -> CandidateView:
        """It stays findable, with the reason. Raises NotFoundError, ConflictError where somebody has decided."""
        now = datetime.now(UTC)
        async with self._db.write() as session:
            known = await found_candidate(session, candidate)
            assert known.row.id is not None  # noqa: S101
            done = await candidates.dismiss(session, known.row.id, caller.key, body.reason.strip(), now)
            known = await found_candidate(session, candidate)
            repeated = (known.row.state, known.row.decided_by) == (State.DISMISSED, caller.key)
            if not done and not (repeated and known.row.reason == body.reason.strip()):
                raise ConflictError(self._decided(known, await persons.names(session)))
            titles = await _source_titles(session, [known])
        (view,) = await self._views([known], titles)
        return view

    async def restore(self, caller: Actor, candidate: str) -> CandidateView:
        """It waits for a decision again; its message, if it became one, is closed as registered by mistake.

        Only who took it may take that back, while the message lets it. Raises NotFoundError, ConflictError.
        """
        async with self._db.read() as session:
            known = await found_candidate(session, candidate)
            names = await persons.names(session)
        if known.row.state == State.TAKEN:
            await self._close(caller, known, names)
        lemmas = await lemmas_of(known.text)
        async with self._db.write() as session:
            await candidates.restore(session, known, lemmas, datetime.now(UTC))
        return await self.one(candidate)

    async def _close(self, caller: Actor, known: Candidate, names: dict[str, str]) -> None:
        row = known.row
        if row.decided_by != caller.key or row.message is None:
            raise ConflictError(self._decided(known, names))
        target = await self._targets.find(str(row.message), caller)
        key = RequestKey(f"restore-{row.id}-{row.message}-{uuid4().hex}", f"/candidates/{row.id}/restore")
        body = CloseBody(reason=CloseReason.REGISTERED_BY_MISTAKE)
        result = await self._actions.close(target, key, body)
        if isinstance(result, Refused):
            raise ConflictError(result.detail)

    async def erase(self, caller: Actor, candidate: str, body: ErasureBody, backups_until: datetime) -> None:
        """Delete one that did not become a message, with an act (152-FZ). Raises NotFoundError, ConflictError."""
        now = datetime.now(UTC)
        async with self._db.write() as session:
            known = await found_candidate(session, candidate)
            if known.row.message is not None:
                raise ConflictError(wording.ERASE_THE_MESSAGE.format(message=known.row.message))
            assert known.row.id is not None  # noqa: S101
            act = Act(f"erasure-{uuid4().hex}", said(body), caller.key, backups_until)
            done = {DataClass.CANDIDATES: await candidates.delete_one(session, known.row.id)}
            await destruction.record(session, act, now, done)
            await residue.note(session)
            await candidates.tell(session, now)

    async def decided(self, candidate: str) -> str:
        """Who decided of one, what, and when. Raises NotFoundError."""
        async with self._db.read() as session:
            return self._decided(await found_candidate(session, candidate), await persons.names(session))

    def _decided(self, known: Candidate, names: dict[str, str]) -> str:
        """Who decided of it, what, and when."""
        row = known.row
        who = names.get(row.decided_by or "", row.decided_by or "")
        at = moment_text(row.decided_at.astimezone(self._zone), As.TIME_FIRST) if row.decided_at else ""
        if row.state == State.TAKEN:
            return wording.TAKEN_BY.format(who=who, at=at, message=row.message)
        if row.state == State.DISMISSED:
            return wording.DISMISSED_BY.format(who=who, at=at, reason=row.reason)
        return wording.NOT_DECIDED

    async def _views(self, found: Sequence[Candidate], titles: dict[int, str]) -> list[CandidateView]:
        new = [item.text for item in found if item.row.state == State.NEW]
        hinted = iter(await asyncio.to_thread(lambda: [hints.hints(text) for text in new]))
        _on_record(found)
        return [
            self._view(item, titles, next(hinted) if item.row.state == State.NEW else []) for item in found
        ]

    def _view(self, item: Candidate, titles: dict[int, str], hinted: list[Hint]) -> CandidateView:
        row = item.row

        def moment(value: datetime | None) -> datetime | None:
            return None if value is None else value.astimezone(self._zone)

        return CandidateView(
            id=str(row.id),
            state=State(row.state),
            network=Network(row.network),
            url=item.url,
            author=item.author,
            text=item.text,
            parent_url=row.parent_url,
            posted_at=moment(row.posted_at),
            found_at=row.found_at.astimezone(self._zone),
            source=_number(row.source),
            source_title=titles.get(row.source or 0),
            reply_to=_number(row.reply_to),
            suggestions=suggestions_view(row.suggestions),
            hints=hinted,
            message=_number(row.message),
            decided_by=row.decided_by,
            decided_at=moment(row.decided_at),
            reason=row.reason,
        )


async def found_candidate(session: Session, candidate: str) -> Candidate:
    """One that is there, on record as shown. Raises NotFoundError."""
    number = number_of(candidate)
    found = None if number is None else await candidates.by_id(session, number)
    if found is None:
        raise NotFoundError(wording.NO_CANDIDATE)
    _on_record([found])
    if found.row.source is not None:
        access_note.adds(source=str(found.row.source))
    return found


def _on_record(found: Sequence[Candidate]) -> None:
    """A candidate, the message that it became, and the one whose answer it was written under."""
    access_note.shows_candidates(item.row.id for item in found if item.row.id is not None)
    named = (number for item in found for number in (item.row.message, item.row.reply_to))
    access_note.shows(number for number in named if number is not None)


async def _source_titles(session: Session, found: Sequence[Candidate]) -> dict[int, str]:
    wanted = sorted({item.row.source for item in found if item.row.source is not None})
    rows = await sources.of_ids(session, wanted) if wanted else ()
    return {row.id or 0: called(row.title, row.address, row.query) for row in rows}


def _registration(known: Candidate) -> Registration:
    # What was found has been judged by whoever found it; what is wrong with its link is judged by the check.
    return Registration.model_construct(
        network=Network(known.row.network),
        url=known.url,
        author=known.author,
        text=known.text,
        detected_at=None,
        starts_at=None,
    )


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)
