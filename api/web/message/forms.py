"""The form of each command: what it is called, what it asks for, and which call of the service it makes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import BaseModel

from api.web.message.fields import Field, Kind, Options
from calendar_rules.vocabulary import DraftStatus, Role
from service.assembly import Service as ServiceParts
from service.commands.intake import RequestKey
from service.commands.outcomes import CommandResult
from service.commands.requests import (
    AssigneeBody,
    AuthorReplyBody,
    CloseBody,
    CommentBody,
    ContributionBody,
    CorrectionBody,
    CuratorBody,
    DeclineBody,
    DraftBody,
    ErasureBody,
    GovernorReportBody,
    LinkBody,
    NoteBody,
    PublicationBody,
    RedactionBody,
    ReferralBody,
    ReopenBody,
    ReturnBody,
    RouteBody,
    SplitBody,
    TransferBody,
)
from service.messages.targets import OF_BODIES, Target
from service.messages.view import MessageView
from workflows.vocabulary import Command

Give = Callable[[ServiceParts, Target, RequestKey, Any, str], Awaitable[CommandResult]]
"""Gives the command; the last is what it is about: a draft, a contribution."""


@dataclass(frozen=True, slots=True)
class CommandForm:
    """A command as people give it. `by`: who may ever; `body` validates what was typed, if anything is."""

    command: Command
    title: str
    by: tuple[Role, ...]
    give: Give
    body: type[BaseModel] | None = None
    fields: Sequence[Field] = ()
    hint: str = ""

    @property
    def takes_files(self) -> bool:
        return any(field.kind is Kind.FILES for field in self.fields)


_CURATOR = (Role.CURATOR,)
_FILES = Field("attachments", "Вложения", Kind.FILES, required=False, hint="Фото и видео до 20 МБ каждое.")
_PROOF = Field(
    "attachments", "Вложения", Kind.FILES, required=False, hint="Снимок экрана с ответом, если он нужен."
)
_TOPIC = Field("topic", "Тема", Kind.CHOICE, options=Options.TOPICS)
_LOCATION = Field("location", "Место", Kind.LINE, hint="Например: г. Кинешма, ул. Советская.")
_IMPORTANCE = Field("importance", "Важность", Kind.CHOICE, options=Options.IMPORTANCE)
_REASON = Field("reason", "Причина")
_REFERRAL = (
    Field("to", "Куда", Kind.CHOICE, options=Options.REFERRED_TO),
    Field("document", "Документ", Kind.LINE, required=False, hint="Вид и номер: письмо № 01-14/233."),
    Field("dated", "Дата", Kind.DATE, required=False),
    Field("note", "Примечание", required=False),
)
_BASIS = (
    Field("basis", "Основание", Kind.CHOICE, options=Options.DESTRUCTION_BASES),
    Field("document", "Номер документа", Kind.LINE, required=False, hint="Без слов и имён: 2-14/2027."),
    Field("dated", "Дата", Kind.DATE, required=False),
)
REGISTRATION: Final = (
    Field("url", "Ссылка", Kind.LINK),
    Field("network", "Сеть", Kind.CHOICE, options=Options.NETWORKS),
    Field("author", "Автор", Kind.LINE),
    Field("text", "Текст"),
)


def _optional(*fields: Field) -> tuple[Field, ...]:
    return tuple(
        Field(item.name, item.label, item.kind, required=False, options=item.options, hint=item.hint)
        for item in fields
    )


_OF_A_CONTRIBUTION = "contribution:"


async def _send_for_rework(
    service: ServiceParts, target: Target, key: RequestKey, body: CommentBody, subject: str
) -> CommandResult:
    if subject.startswith(_OF_A_CONTRIBUTION):
        return await service.actions.rework_contribution(
            target, key, subject.removeprefix(_OF_A_CONTRIBUTION), body
        )
    return await service.actions.rework_draft(target, key, subject, body)


FORMS: Final[Mapping[Command, CommandForm]] = {
    form.command: form
    for form in (
        CommandForm(
            Command.ROUTE,
            "Направить",
            _CURATOR,
            lambda service, target, key, body, _: service.actions.route(target, key, body),
            RouteBody,
            (
                _TOPIC,
                _LOCATION,
                _IMPORTANCE,
                Field(
                    "bodies",
                    "Органы",
                    Kind.SEQUENCE,
                    options=Options.BODIES,
                    hint="По порядку подготовки; последний готовит ответ. Порядок меняют Alt+↑ и Alt+↓, стрелками или "
                    "перетаскиванием.",
                ),
                Field("reduced_term", "Сокращённый срок", Kind.HOURS, required=False, hint="Рабочие часы."),
                Field(
                    "repeats", "Повторное к сообщению", Kind.NUMBER, required=False, hint="Номер сообщения."
                ),
            ),
        ),
        CommandForm(
            Command.RETURN,
            "Вернуть",
            OF_BODIES,
            lambda service, target, key, body, _: service.actions.give_back(target, key, body),
            ReturnBody,
            (
                _REASON,
                Field(
                    "competent_body", "Чья компетенция", Kind.CHOICE, required=False, options=Options.BODIES
                ),
            ),
        ),
        CommandForm(
            Command.CONTRIBUTE,
            "Передать информацию",
            OF_BODIES,
            lambda service, target, key, body, _: service.actions.contribute(target, key, body),
            ContributionBody,
            (Field("text", "Текст"), _FILES),
        ),
        CommandForm(
            Command.SUBMIT_DRAFT,
            "Отправить на согласование",
            OF_BODIES,
            lambda service, target, key, body, _: service.actions.submit_draft(target, key, body),
            DraftBody,
            (
                Field("kind", "Вид", Kind.CHOICE, options=Options.DRAFT_KINDS),
                Field("text", "Текст ответа"),
                Field(
                    "measures", "Принятые меры", required=False, hint="Для повторного сообщения обязательно."
                ),
                _FILES,
            ),
            hint="За достоверность и полноту сведений отвечает исполнитель (п. 19).",
        ),
        CommandForm(
            Command.WITHDRAW_DRAFT,
            "Отозвать проект",
            OF_BODIES,
            lambda service, target, key, _, draft: service.actions.withdraw_draft(target, key, draft),
        ),
        CommandForm(
            Command.APPROVE,
            "Согласовать",
            _CURATOR,
            lambda service, target, key, _, draft: service.actions.approve(target, key, draft),
        ),
        CommandForm(
            Command.SEND_FOR_REWORK,
            "На доработку",
            _CURATOR,
            _send_for_rework,
            CommentBody,
            (Field("comment", "Замечания"),),
        ),
        CommandForm(
            Command.CONFIRM_PUBLICATION,
            "Подтвердить размещение",
            OF_BODIES,
            lambda service, target, key, body, _: service.actions.confirm_publication(target, key, body),
            PublicationBody,
            (Field("url", "Ссылка на ответ", Kind.LINK), _PROOF),
        ),
        CommandForm(
            Command.CORRECT_LINK,
            "Исправить ссылку",
            (*_CURATOR, *OF_BODIES),
            lambda service, target, key, body, draft: service.actions.correct_link(target, key, draft, body),
            LinkBody,
            (Field("url", "Ссылка на ответ", Kind.LINK), _REASON),
        ),
        CommandForm(
            Command.DECLINE,
            "Не подлежит ответу",
            _CURATOR,
            lambda service, target, key, body, _: service.actions.decline(target, key, body),
            DeclineBody,
            (Field("ground", "Основание", Kind.CHOICE, options=Options.DECLINE_GROUNDS),),
            hint="По пункту 18; текст сохраняется в журнале.",
        ),
        CommandForm(
            Command.AUTHOR_REPLIED,
            "Автор ответил",
            _CURATOR,
            lambda service, target, key, body, _: service.actions.author_replied(target, key, body),
            AuthorReplyBody,
            (Field("text", "Ответ автора"),),
        ),
        CommandForm(
            Command.RESUME,
            "Продолжить без ответа автора",
            _CURATOR,
            lambda service, target, key, *_: service.actions.resume(target, key),
        ),
        CommandForm(
            Command.CLOSE,
            "Закрыть без ответа",
            _CURATOR,
            lambda service, target, key, body, _: service.actions.close(target, key, body),
            CloseBody,
            (
                Field("reason", "Причина", Kind.CHOICE, options=Options.CLOSE_REASONS),
                *_optional(*_REFERRAL),
            ),
            hint="Куда передано, указывают, если вопрос относится к ведению другого субъекта Российской Федерации или "
            "автору разъяснён порядок подачи обращения.",
        ),
        CommandForm(
            Command.REOPEN,
            "Открыть снова",
            (*_CURATOR, Role.HEAD),
            lambda service, target, key, body, _: service.actions.reopen(target, key, body),
            ReopenBody,
            (_REASON,),
            hint="Сообщение вернётся на тот этап, с которого закрыто; время закрытия в сроки шагов не входит.",
        ),
        CommandForm(
            Command.CORRECT,
            "Исправить",
            _CURATOR,
            lambda service, target, key, body, _: service.actions.correct(target, key, body),
            CorrectionBody,
            (*_optional(*REGISTRATION, _TOPIC, _LOCATION, _IMPORTANCE), _REASON),
            hint="Прежние значения сохранятся в журнале.",
        ),
        CommandForm(
            Command.NOTE,
            "Добавить заметку",
            (*_CURATOR, Role.HEAD, *OF_BODIES),
            lambda service, target, key, body, _: service.actions.note(target, key, body),
            NoteBody,
            (Field("text", "Заметка"), _FILES),
        ),
        CommandForm(
            Command.ASSIGN,
            "Назначить исполнителя",
            OF_BODIES,
            lambda service, target, key, body, _: service.actions.assign(target, key, body),
            AssigneeBody,
            (Field("person", "Исполнитель", Kind.CHOICE, required=False, options=Options.EXECUTORS),),
            hint="Пусто: работает любой исполнитель органа.",
        ),
        CommandForm(
            Command.HAND_OVER,
            "Передать куратору",
            (*_CURATOR, Role.HEAD),
            lambda service, target, key, body, _: service.actions.hand_over(target, key, body),
            CuratorBody,
            (Field("person", "Куратор", Kind.CHOICE, options=Options.CURATORS),),
        ),
        CommandForm(
            Command.TRANSFER,
            "Передать преемнику",
            (*_CURATOR, Role.HEAD),
            lambda service, target, key, body, _: service.successions.transfer(target, key, body),
            TransferBody,
            (Field("body", "Орган", Kind.CHOICE, options=Options.BODIES), _REASON),
            hint="Орган больше не действует: всё, что за ним остаётся, переходит к преемнику, сроки не меняются.",
        ),
        CommandForm(
            Command.SPLIT,
            "Разделить",
            _CURATOR,
            lambda service, target, key, body, _: service.splits.split(target, key, body),
            SplitBody,
            (
                Field("text", "Текст", hint="Та часть публикации, на которую отвечает другой орган."),
                Field("topic", "Тема", Kind.CHOICE, required=False, options=Options.TOPICS),
            ),
            hint="Вторая часть станет отдельным сообщением с той же ссылкой; её сроки пойдут с этого момента.",
        ),
        CommandForm(
            Command.REFER,
            "Передано",
            (*_CURATOR, Role.HEAD),
            lambda service, target, key, body, _: service.actions.refer(target, key, body),
            ReferralBody,
            _REFERRAL,
            hint="Отметка о том, что сведения из сообщения переданы по принадлежности.",
        ),
        CommandForm(
            Command.REDACT,
            "Убрать сведения",
            (Role.ADMIN, Role.HEAD),
            lambda service, target, key, body, _: service.redactions.redact(target, key, body),
            RedactionBody,
            (
                Field(
                    "fragment",
                    "Фрагмент",
                    Kind.LINE,
                    hint="Слова, как они написаны, или адрес вложения, которое нужно уничтожить.",
                ),
                *_BASIS,
            ),
            hint="Слова будут заменены на «[удалено]» в сообщении, журнале, уведомлениях и справках; восстановить их "
            "нельзя. Составляется акт об уничтожении.",
        ),
        CommandForm(
            Command.RECORD_ERASURE,
            "Уничтожить персональные данные",
            (Role.ADMIN,),
            lambda service, target, key, body, _: service.erasures.erase(target, key, body),
            ErasureBody,
            _BASIS,
            hint="Автор, ссылки, тексты и вложения сообщения будут уничтожены; восстановить их нельзя. Сведения о "
            "работе с ним сохраняются. Составляется акт об уничтожении.",
        ),
        CommandForm(
            Command.REPORT_TO_GOVERNOR,
            "Доложить Губернатору",
            _CURATOR,
            lambda service, target, key, body, _: service.actions.report_to_governor(target, key, body),
            GovernorReportBody,
            (_REASON,),
            hint="Сообщение носит социально и общественно значимый характер (п. 21).",
        ),
    )
}
"""Every command that people give, in the order of the road."""

_AT = Field(
    "at", "Когда", Kind.MOMENT, required=False, hint="Учебный режим: пусто — сейчас, по часам сообщения."
)


def in_training(form: CommandForm) -> CommandForm:
    """The form as newcomers have it: a mistaken end is undone at a moment of their choice."""
    return replace(form, fields=(*form.fields, _AT)) if form.command is Command.REOPEN else form


def subject_of(command: Command, message: MessageView) -> str:
    """What a command is about: the draft, or the contribution, that stands now; empty where it names none."""
    wanted = {
        Command.APPROVE: (DraftStatus.SUBMITTED,),
        Command.WITHDRAW_DRAFT: (DraftStatus.SUBMITTED, DraftStatus.APPROVED),
        Command.SEND_FOR_REWORK: (DraftStatus.SUBMITTED, DraftStatus.APPROVED),
        Command.CORRECT_LINK: (DraftStatus.PUBLISHED,),
    }.get(command, ())
    for draft in reversed(message.drafts):
        if draft.status in wanted:
            return draft.id
    if command is Command.SEND_FOR_REWORK and message.contributions:
        return _OF_A_CONTRIBUTION + message.contributions[-1].id
    return ""


def filled(command: Command, message: MessageView) -> dict[str, list[str]]:
    """What stands in the form's fields before anything is typed."""
    told = {
        "topic": message.topic,
        "location": message.location,
        "importance": message.importance,
    }
    match command:
        case Command.ROUTE:
            known = {**told, "repeats": message.repeats}
            known["importance"] = known["importance"] or "ordinary"
            values = {name: [value] for name, value in known.items() if value}
            return {**values, "bodies": list(message.bodies)}
        case Command.CORRECT:
            known = {**told, "network": message.network, "url": message.url, "author": message.author}
            known["text"] = message.text
            return {name: [value] for name, value in known.items() if value}
        case Command.ASSIGN:
            return {"person": [message.assignee]} if message.assignee else {}
        case Command.SUBMIT_DRAFT:
            last = next((draft for draft in reversed(message.drafts) if draft.status != "published"), None)
            if last is None:
                return {"kind": ["answer"]}
            return {
                "kind": [last.kind],
                "text": [last.text],
                "measures": [last.measures or ""],
                "attachment": [file.id for file in last.attachments],
            }
        case _:
            return {}
