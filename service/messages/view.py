"""A message as people and programs get it: the state of its workflow with the texts of the database.

It is long because it says of each field of the JSON what it means.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules import Step
from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import (
    CloseReason,
    DeclineGround,
    DraftKind,
    DraftStatus,
    Importance,
    Network,
    Outcome,
    ReferralTo,
    Stage,
)
from service.messages import promised
from service.messages.explanations import Explanations
from service.messages.promised import PromiseView, StatedPromiseView
from service.messages.verdict_view import VerdictView, verdict_view
from store.database.columns import ERASED
from store.database.packed import unpack
from store.database.session import Row
from store.journal.charges import Breach, Charged
from store.messages.listing import Listed
from store.messages.tables import LimitRunRow, MessageRow
from store.people.persons import Capacity
from store.verdicts.verdicts import Given
from workflows.admissible import admissible
from workflows.state import Draft, LimitRun, MessageState
from workflows.vocabulary import Command


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, serialize_by_alias=True)


class AttachmentView(_View):
    """Фото или видео."""

    id: str
    name: str
    type: str = Field(description="Тип содержимого.", examples=["image/jpeg"])
    size: int = Field(description="Размер в байтах.")


class ContributionView(_View):
    """Часть общего ответа от одного органа (п. 15)."""

    id: str
    body: str
    text: str
    at: datetime
    attachments: list[AttachmentView]


class ReferralView(_View):
    """Куда переданы сведения из сообщения."""

    id: str
    message: str
    to: ReferralTo
    document: str | None = Field(description="Вид и номер документа.")
    dated: date | None = Field(description="Дата документа.")
    note: str | None
    person: str | None = Field(description="Кто отметил.")
    at: datetime


class StandingView(_View):
    """Стоит ли размещённый текст на месте."""

    state: Literal["stands", "edited", "deleted", "unknown"] = Field(
        description="stands — на месте, edited — изменён, deleted — удалён или скрыт, unknown — не видно."
    )
    checked_at: datetime | None = Field(description="Момент последней проверки; null — ещё не проверялся.")


class DraftView(_View):
    """Проект ответа, промежуточного ответа или запроса (уточнения) (п. 10)."""

    id: str
    kind: DraftKind
    body: str
    text: str
    measures: str | None = Field(description="Принятые меры или ход решения вопроса (п. 16).")
    attachments: list[AttachmentView]
    round: int = Field(description="Номер представления на согласование, с единицы.")
    status: DraftStatus
    comment: str | None = Field(description="Замечания куратора (п. 11).")
    published_url: str | None
    published_at: datetime | None
    standing: StandingView | None = Field(description="Только у размещённого текста.")
    proof: str | None = Field(description="Номер вложения: снимок экрана размещённого текста.")
    taken_from: str | None = Field(
        description="Номер сообщения, с ответа на которое проект начат; null — писали с начала или переписали."
    )
    promises: list[StatedPromiseView] = Field(description="Что обещает текст; действует с размещения.")


class HolderView(_View):
    """Кто обязан соблюсти срок."""

    role: HolderRole
    body: str | None


class ChargedView(_View):
    """За кем учтено нарушение срока (п. 20)."""

    role: HolderRole
    body: str | None
    person: str | None = Field(description="Имя для входа; null — назвать некого.")
    acting_for: str | None = Field(description="Кого замещал, имя для входа.")
    limit: LimitName = Field(description="Чей собственный срок превышен.")
    over: timedelta = Field(description="На сколько, в рабочем времени.")


class LimitView(_View):
    """Один отсчёт одного срока."""

    name: LimitName
    clause: int = Field(description="Пункт порядка.")
    holder: HolderView
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    breached_at: datetime | None
    cancelled_at: datetime | None
    inherited: bool = Field(
        description="Срок истёк до направления или вскоре после него; нарушением не считается."
    )
    charged: list[ChargedView] = Field(
        description="За кем учтено нарушение, наибольшее превышение первым; пусто — ни за кем."
    )
    provisional: bool = Field(
        description="Предварительный: производственный календарь на этот год ещё не загружен, срок может измениться."
    )
    explanation: list[Step]


class MessageView(_View):
    """Сообщение из открытых источников."""

    id: str
    network: Network
    url: str
    author: str
    text: str
    attachments: list[AttachmentView] = Field(
        description="Вложения самого сообщения: приложенные при регистрации и к заметкам."
    )
    curator: str | None = Field(description="Куратор, который ведёт сообщение.")
    assignee: str | None = Field(description="Исполнитель, назначенный органом, который сейчас работает.")
    detected_at: datetime
    registered_at: datetime
    stage: Stage
    outcome: Outcome | None
    decline_ground: DeclineGround | None
    close_reason: CloseReason | None
    topic: str | None
    location: str | None
    importance: Importance | None
    reduced_term: timedelta | None
    bodies: list[str]
    current_body: str | None
    repeats: str | None
    act: str | None = Field(
        description="Обозначение акта, по которому ведётся сообщение; null — сообщение только что принято."
    )
    edition: str | None = Field(
        description="Редакция этого акта.",
        examples=["2020-08-17"],
    )
    forecast_at: datetime | None
    next_due: datetime | None
    overdue: bool
    contributions: list[ContributionView]
    drafts: list[DraftView]
    split: list[str] = Field(description="Номера сообщений, выделенных из той же публикации.")
    referrals: list[ReferralView]
    verdict: VerdictView | None = Field(
        description="Что автор говорит об ответе; null — оценку никто не вносил."
    )
    promises: list[PromiseView] = Field(description="Обещания, данные в размещённых ответах.")
    allowed: list[str] = Field(description="Что вы можете сделать с сообщением сейчас: имена действий.")
    limits: list[LimitView]


class MessageList(_View):
    """Страница списка; `next` передают как cursor."""

    items: list[MessageView]
    next: str | None


class Texts:
    """Texts and attachments of messages by their ids; `files` are rows of `store.messages.texts.FILES`.

    `standings` are rows of `store.networks.standing.OF_MESSAGES`, `gone` the bodies among theirs that no longer act,
    `verdicts` those given of the messages, by number.
    """

    def __init__(
        self,
        texts: Mapping[str, str],
        files: Iterable[Row[str, str, str, int]] = (),
        standings: Iterable[Row[int, str, str, datetime | None]] = (),
        gone: Collection[str] = (),
        verdicts: Mapping[int, Sequence[Given]] = MappingProxyType({}),
    ) -> None:
        self.contents = texts
        self.gone = gone
        self._verdicts = verdicts
        self._standings = {(row.message, row.draft): row for row in standings}
        self._attachments = {
            file.id: AttachmentView(id=file.id, name=file.name, type=file.type, size=file.size)
            for file in files
        }

    def __getitem__(self, text: str) -> str:
        # A text is written before the command that names it; without it there is only one honest answer.
        return self.contents.get(text, ERASED)

    def get(self, text: str | None) -> str | None:
        return self[text] if text else None

    def standing(self, message: str, draft: Draft, zone: tzinfo | None) -> StandingView | None:
        """Whether a published text stands; one that nobody has looked at yet is unknown."""
        if draft.published_at is None:
            return None
        found = self._standings.get((int(message), draft.id))
        checked_at = found.checked_at if found else None
        return StandingView.model_construct(
            state=found.state if found else "unknown",
            checked_at=checked_at.astimezone(zone) if checked_at else None,
        )

    def verdict(self, state: MessageState) -> VerdictView | None:
        """What the author says of the answer; None where nobody has put that."""
        return verdict_view(self._verdicts.get(int(state.id), ()), state.registered_at.tzinfo)

    def attachments(self, ids: Sequence[str]) -> list[AttachmentView]:
        return [self._attachments[item] for item in ids if item in self._attachments]


def named_texts(state: MessageState) -> set[str]:
    """The ids of the texts a view of this state shows."""
    named = {
        state.url,
        state.author,
        state.text,
        state.location,
        *(part.text for part in state.contributions),
        *(part for item in state.referrals for part in (item.document, item.note)),
    }
    for draft in state.drafts:
        named |= {draft.text, draft.measures, draft.comment, draft.published_url}
        named |= {promise.what for promise in draft.promises}
    for promise in state.promises:
        named.update(promised.named_texts(promise))
    return {text for text in named if text is not None}


def attachments(state: MessageState) -> list[str]:
    """The ids of the attachments a view of this state shows."""
    parts = [part.attachments for part in state.contributions] + [draft.attachments for draft in state.drafts]
    parts += [(draft.proof,) for draft in state.drafts if draft.proof is not None]
    parts += [(promise.attachment,) for promise in state.promises if promise.attachment is not None]
    return [attachment for part in (state.attachments, *parts) for attachment in part]


def view(
    row: MessageRow,
    state: MessageState,
    texts: Texts,
    capacities: Sequence[Capacity],
    explanations: Explanations,
    charged: Mapping[Breach, Sequence[Charged]] = MappingProxyType({}),
    late: Mapping[int, timedelta] = MappingProxyType({}),
) -> MessageView:
    """The message as someone with these capacities gets it.

    `explanations` know what its limits count by. `charged` is whose its breaches are, `late` by how much working time
    open steps are over so far, by their runs.
    """
    return MessageView.model_construct(
        **_all_but_limits(row, state, texts, capacities),
        next_due=state.next_due,
        overdue=state.overdue,
        limits=[
            limit_view(
                run,
                [
                    charged_view(item, late.get(run.number))
                    for item in _whose(run, charged.get((int(state.id), run.number), ()))
                ],
                explanations.of(run, state.time),
            )
            for run in state.limits
        ],
    )


def listed_json(
    row: Listed,
    state: MessageState,
    limits: Sequence[str],
    texts: Texts,
    capacities: Sequence[Capacity],
) -> str:
    """The same of a message of a list, as JSON; `state` has no limits, `limits` are they, as JSON."""
    but_for_limits = MessageView.model_construct(
        **_all_but_limits(row, state, texts, capacities),
        next_due=row.next_due and row.next_due.astimezone(state.registered_at.tzinfo),
        overdue=row.overdue,
        limits=[],
    )
    # They are the last field.
    return f"{but_for_limits.model_dump_json().removesuffix(']}')}{','.join(limits)}]}}"


def _all_but_limits(
    row: MessageRow | Listed,
    state: MessageState,
    texts: Texts,
    capacities: Sequence[Capacity],
) -> dict[str, Any]:
    return {
        "id": state.id,
        "network": state.network,
        # Corrections reach the row a little after the state.
        "url": texts[state.url] if state.url else row.url,
        "author": texts[state.author] if state.author else row.author,
        "text": texts[state.text] if state.text else row.text,
        "attachments": texts.attachments(state.attachments),
        "curator": state.curator,
        "assignee": state.assignee,
        "detected_at": state.detected_at,
        "registered_at": state.registered_at,
        "stage": state.stage,
        "outcome": state.outcome,
        "decline_ground": state.decline_ground,
        "close_reason": state.close_reason,
        "topic": state.topic,
        "location": texts.get(state.location),
        "importance": state.importance,
        "reduced_term": state.reduced_term,
        "bodies": list(state.bodies),
        "current_body": state.current_body,
        "repeats": state.repeats,
        "act": state.act or None,
        "edition": state.edition or None,
        "forecast_at": state.forecast_at,
        "contributions": [
            ContributionView.model_construct(
                id=item.id,
                body=item.body,
                text=texts[item.text],
                at=item.at,
                attachments=texts.attachments(item.attachments),
            )
            for item in state.contributions
        ],
        "drafts": [_draft(state, draft, texts) for draft in state.drafts],
        "split": list(state.split),
        "referrals": [
            ReferralView.model_construct(
                id=item.id,
                message=state.id,
                to=item.to,
                document=texts.get(item.document),
                dated=item.dated,
                note=texts.get(item.note),
                person=item.person,
                at=item.at,
            )
            for item in state.referrals
        ],
        "verdict": texts.verdict(state),
        "promises": [
            promised.promise_view(state.id, item, texts.contents, state.registered_at.tzinfo)
            for item in state.promises
        ],
        "allowed": allowed(state, capacities, texts.gone),
    }


def allowed(state: MessageState, capacities: Sequence[Capacity], gone: Collection[str] = ()) -> list[str]:
    """Names of the signals that someone with these capacities may send now.

    `gone` are the bodies that no longer act: only from these something passes to a successor.
    """
    held: set[tuple[str, str | None]] = {(capacity.role, capacity.body) for capacity in capacities}
    held |= {(role, None) for role, _ in held}
    may = [admission.command for admission in state.allowed if (admission.role, admission.body) in held]
    passes = any(body in gone for body in state.owing)
    return [name for name in dict.fromkeys(may) if passes or name != Command.TRANSFER]


def _draft(state: MessageState, draft: Draft, texts: Texts) -> DraftView:
    return DraftView.model_construct(
        id=draft.id,
        kind=draft.kind,
        body=draft.body,
        text=texts[draft.text],
        measures=texts.get(draft.measures),
        attachments=texts.attachments(draft.attachments),
        round=draft.round,
        status=draft.status,
        comment=texts.get(draft.comment),
        published_url=texts.get(draft.published_url),
        published_at=draft.published_at,
        standing=texts.standing(state.id, draft, state.registered_at.tzinfo),
        proof=draft.proof,
        taken_from=draft.taken_from,
        promises=[
            promised.stated_view(item, texts.contents, state.registered_at.tzinfo) for item in draft.promises
        ],
    )


def limit_view(run: LimitRun, charged: list[ChargedView], steps: Sequence[Step]) -> LimitView:
    """A limit as it is shown: `charged` is whose its breach is, `steps` its explanation."""
    return LimitView.model_construct(
        name=run.name,
        clause=run.clause,
        holder=HolderView.model_construct(role=run.holder.role, body=run.holder.body),
        started_at=run.started_at,
        due_at=run.due_at,
        met_at=run.met_at,
        breached_at=run.breached_at,
        cancelled_at=run.cancelled_at,
        inherited=run.inherited,
        charged=charged,
        provisional=run.provisional,
        explanation=list(steps),
    )


def _whose(run: LimitRun, kept: Sequence[Charged]) -> list[Charged]:
    """Whose the breach of a run is: by the message itself, with the persons whom the database names already.

    What the last step has changed of it may be on its way into the database still.
    """
    told = [Charged(item.role, item.body, item.person, None, item.limit, item.over) for item in run.charges]
    if [(item.role, item.body, item.limit) for item in kept] != [
        (item.role, item.body, item.limit) for item in told
    ]:
        return told
    return [replace(named, over=item.over) for named, item in zip(kept, told, strict=True)]


def charged_view(item: Charged, late: timedelta | None = None) -> ChargedView:
    """An entry of whose breach it is, as it is shown; `late` is what their own limit is over by while it is open."""
    return ChargedView.model_construct(**asdict(item if late is None else replace(item, over=late)))


def state_of(row: MessageRow, runs: Sequence[LimitRunRow]) -> MessageState:
    """The state as the database has it; of a message just registered, what is known without its workflow."""
    if row.snapshot is not None:
        data: dict[str, Any] = {**row.snapshot, "limits": [run.run for run in runs]}
        return _as_kept(MessageState.model_validate(data))
    return _just_registered(row)


def listed_state(row: Listed) -> MessageState:
    """The same of a message of a list, without its limits."""
    if row.snapshot is not None:
        return _as_kept(MessageState.model_validate_json(unpack(row.snapshot)))
    return _just_registered(row)


def _as_kept(state: MessageState) -> MessageState:
    state.allowed = admissible(state)
    return state


def _just_registered(row: MessageRow | Listed) -> MessageState:
    return MessageState(
        id=str(row.number),
        network=Network(row.network),
        detected_at=row.detected_at,
        registered_at=row.registered_at,
        curator=row.registered_by,
        act="",
        edition="",
        last_moment=row.registered_at,
    )
