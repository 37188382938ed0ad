"""A newcomer's first message, in training: registered for the lesson, with the others' steps played by the program.

Whose message it is for is not written anywhere: its link says that it is a lesson, and everybody who sees it is led in
their own role. The program acts as people of the demo, by the commands that people give.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import DraftKind, Importance, Network, Role, Stage
from embedded.demo import wording
from service.access import wording as access_wording
from service.access.errors import ConflictError, ForbiddenError
from service.access.values import number_of
from service.commands.actions import MessageActions
from service.commands.intake import RequestKey
from service.commands.outcomes import Accepted, CommandResult, Refused, Taken
from service.commands.requests import (
    AuthorReplyBody,
    CommentBody,
    ContributionBody,
    DraftBody,
    PublicationBody,
    Registration,
    RouteBody,
)
from service.messages.clock import MessageClock
from service.messages.reader import MessageReader
from service.messages.targets import Target, Targets
from service.runs.rules import Rules
from store.database.engines import Database
from store.people import persons
from store.people.persons import Actor
from workflows.stages import OF_CURATORS
from workflows.state import MessageState

ROLES: Final = (Role.CURATOR, Role.EXECUTOR, Role.RESPONSIBLE, Role.DEPUTY, Role.HEAD)
"""Whom there is a lesson for."""

_FOLDER = "/otklik-training/"
AUTHOR = "Алексей Н."
TEXT = (
    "Добрый день! Третий день подряд пишу и звоню по номеру с официальной страницы, никто не берёт трубку. "
    "Подскажите, когда и по какому телефону можно получить ответ?"
)
_TOPIC = "public-services"
_NOWHERE = "не указано"
"""Where a lesson happens by an act that does not name its place."""
_BODY = "roads"
_BODIES = ("roads", "housing")
_FIRST_DRAFT = "Здравствуйте! Ваше сообщение получено, информация принята к сведению."
_COMMENT = "Ответьте по существу: назовите телефон, часы работы и когда исправят номер на странице."
_BETTER_DRAFT = (
    "Здравствуйте! Номер на странице устарел, сегодня до 18:00 его исправят. Позвонить можно по телефону "
    "8 800 000-00-00 в рабочие дни с 9:00. Простите за неудобство."
)
_CONTRIBUTION = "Номер на странице исправят сегодня до 18:00."
_REPLY = "Звонил в отдел приёма граждан, в понедельник около десяти утра."
_MINUTE = timedelta(minutes=1)


def new_link() -> str:
    """The link of a post for a lesson; nobody has it yet."""
    return f"https://vk.com{_FOLDER}{uuid4().hex[:12]}"


def is_lesson(url: str) -> bool:
    """Whether the message of this link is a newcomer's."""
    return urlsplit(url).path.startswith(_FOLDER)


def offered(actor: Actor, moment: datetime, *, others_are_played: bool) -> list[Role]:
    """The roles of the person for which a lesson can begin, in the order of `ROLES`.

    A curator can begin alone; to everybody else a message first has to come.
    """
    held = {capacity.role for capacity in actor.capacities(moment)}
    return [role for role in (ROLES if others_are_played else (Role.CURATOR,)) if role in held]


class PlayedLessons:
    """Begins lessons, and plays those who are not there; only where the people of the demo are."""

    def __init__(
        self,
        database: Database,
        targets: Targets,
        actions: MessageActions,
        training: MessageClock,
        reader: MessageReader,
        rules: Rules,
    ) -> None:
        self._db = database
        self._targets = targets
        self._actions = actions
        self._training = training
        self._reader = reader
        self._rules = rules

    async def begin(self, caller: Actor, role: Role) -> int:
        """The number of a message that has come to where the person in that role has something to do.

        Of an executor or responsible it is with their body; of a deputy with one they oversee, whose draft is late;
        of the head with a curator who is late. Raises ForbiddenError for a role that is not theirs.
        """
        now = datetime.now(UTC)
        if role not in offered(caller, now, others_are_played=True):
            raise ForbiddenError(access_wording.only_for((role,)))
        body = await self._body_of(caller, role, now)
        curator = await self._somebody(Role.CURATOR, None, caller)
        opening = self._rules.department.add(now + _MINUTE, timedelta(0))
        registration = Registration(
            network=Network.VKONTAKTE, url=new_link(), author=AUTHOR, text=TEXT, starts_at=opening
        )
        number = _done(await self._actions.register(curator, _key("lesson"), registration))
        if role is Role.HEAD:
            await self._pass(number, caller, LimitName.ROUTING)
            return number
        await self._route(await self._targets.find(str(number), curator), body)
        if role is Role.DEPUTY:
            await self._pass(number, caller, LimitName.DRAFT)
        return number

    async def plays(self, target: Target) -> Role | None:
        """As whom the program can take the open step: curator or executor; None where it is the caller's own."""
        return _holder(await self._reader.state(target.row), target)

    async def play(self, target: Target) -> None:
        """Take the step that waits for somebody else.

        Raises ConflictError where the message is not a lesson, or its step is the caller's or nobody's.
        """
        if not is_lesson(target.row.url):
            raise ConflictError(wording.NO_LESSON)
        state = await self._reader.state(target.row)
        role = _holder(state, target)
        if role is None:
            raise ConflictError(wording.OWN_STEP)
        body = state.current_body if role is Role.EXECUTOR else None
        key = state.curator if role is Role.CURATOR else state.assignee
        actor = await self._somebody(role, body, target.caller, wanted=key)
        await self._take(await self._targets.find(str(target.number), actor), state)

    async def _take(self, target: Target, state: MessageState) -> None:
        actions, key = self._actions, _key(f"lesson/{target.number}")
        draft = state.drafts[-1].id if state.drafts else ""
        match state.stage:
            case Stage.ROUTING:
                await self._route(target, _next_body(state))
                return
            case Stage.PREPARATION if not state.last_turn:
                result = await actions.contribute(target, key, ContributionBody(text=_CONTRIBUTION))
            case Stage.PREPARATION if not state.drafts:
                result = await actions.submit_draft(target, key, _draft(_FIRST_DRAFT, state))
            case Stage.PREPARATION | Stage.REWORK | Stage.AWAITING_FINAL:
                result = await actions.submit_draft(target, key, _draft(_BETTER_DRAFT, state))
            case Stage.APPROVAL if len(state.drafts) == 1:
                result = await actions.send_for_rework(target, key, draft, CommentBody(comment=_COMMENT))
            case Stage.APPROVAL:
                result = await actions.approve(target, key, draft)
            case Stage.PUBLICATION:
                published = PublicationBody(url=f"{target.row.url}?reply={len(state.drafts)}")
                result = await actions.confirm_publication(target, key, published)
            case Stage.AWAITING_AUTHOR:
                result = await actions.author_replied(target, key, AuthorReplyBody(text=_REPLY))
            case Stage.CLOSED:
                raise ConflictError(wording.OWN_STEP)
        _done(result)

    async def _route(self, target: Target, body: str) -> None:
        place = self._rules.regulation.papers.place or _NOWHERE
        route = RouteBody(bodies=(body,), topic=_TOPIC, location=place, importance=Importance.ORDINARY)
        _done(await self._actions.route(target, _key(f"lesson/{target.number}"), route))

    async def _pass(self, number: int, caller: Actor, limit: LimitName) -> None:
        """Let the message's clock run past the limit."""
        target = await self._targets.find(str(number), caller)
        state = await self._reader.state(target.row)
        due = next(run.due_at for run in state.open_limits() if run.name is limit)
        await self._training.fast_forward(target, to=due + _MINUTE)

    async def _body_of(self, caller: Actor, role: Role, now: datetime) -> str:
        bodies = [
            capacity.body for capacity in caller.capacities(now) if capacity.role is role and capacity.body
        ]
        async with self._db.read() as session:
            for body in bodies:
                if await persons.holders(session, Role.EXECUTOR, body):
                    return body
        return _BODY

    async def _somebody(
        self, role: Role, body: str | None, other_than: Actor, *, wanted: str | None = None
    ) -> Actor:
        """Who is played: the one wanted, else the first of the role; never the caller.

        Raises ConflictError where there is nobody.
        """
        async with self._db.read() as session:
            holders = await persons.holders(session, role, body)
            for key in (wanted, *holders):
                if key is not None and key != other_than.key and (actor := await persons.actor(session, key)):
                    return actor
        raise ConflictError(wording.NOBODY_TO_PLAY)


def _holder(state: MessageState, target: Target) -> Role | None:
    if state.stage is Stage.CLOSED:
        return None
    held = {(capacity.role, capacity.body) for capacity in target.capacities}
    if state.stage in OF_CURATORS:
        return None if (Role.CURATOR, None) in held else Role.CURATOR
    return None if (Role.EXECUTOR, state.current_body) in held else Role.EXECUTOR


def _next_body(state: MessageState) -> str:
    """Where a message goes: after a return to a body that has not had it."""
    fresh = [body for body in _BODIES if body not in state.turns]
    return fresh[0] if fresh else state.turns[-1]


def _draft(text: str, state: MessageState) -> DraftBody:
    return DraftBody(kind=DraftKind.ANSWER, text=text, measures=_CONTRIBUTION if state.repeats else None)


def _key(path: str) -> RequestKey:
    return RequestKey(None, path)


def _done(result: CommandResult) -> int:
    """The message's number. Raises ConflictError where the step was not taken."""
    match result:
        case Accepted(message):
            number = number_of(message.id)
            assert number is not None  # noqa: S101
            return number
        case Taken(message=number):
            return number
        case Refused(detail):
            raise ConflictError(detail)
