"""The form of each command: what it asks for, beside what the catalogue says of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from api.web.message import promise_fields
from api.web.message.fields import Field, Kind, Options
from calendar_rules.act_words import said
from service.commands.catalogue import CATALOGUE, CommandRow
from service.commands.doers import of_contribution
from service.messages.view import MessageView
from workflows.stages import DRAFTS_OF
from workflows.vocabulary import Command

Values = dict[str, list[str]]
"""What stands in the fields of a form, by their names."""


@dataclass(frozen=True, slots=True)
class CommandForm:
    """A command as people give it on a page."""

    row: CommandRow
    fields: Sequence[Field] = ()
    hint: str = ""
    filled: Callable[[MessageView], Values] = lambda _: {}
    """What stands in its fields before anything is typed."""
    as_body: Callable[[dict[str, object]], dict[str, object]] = lambda found: found
    """The body of the command, of what is in the fields."""

    @property
    def command(self) -> Command:
        return self.row.command

    @property
    def title(self) -> str:
        return said(self.row.title)

    @property
    def takes_files(self) -> bool:
        return any(field.kind is Kind.FILES for field in self.fields)


_FILES = Field("attachments", "Вложения", Kind.FILES, required=False, hint="Фото и видео до 20 МБ каждое.")
_PROOF = Field(
    "attachments", "Вложения", Kind.FILES, required=False, hint="Снимок экрана с ответом, если он нужен."
)
_TOPIC = Field("topic", "Тема", Kind.CHOICE, options=Options.TOPICS)
_LOCATION = Field("location", "Место", Kind.LINE, hint="Например: г. Заречный, ул. Советская.")
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


def _routing(message: MessageView) -> Values:
    known = {
        "topic": message.topic,
        "location": message.location,
        "importance": message.importance or "ordinary",
        "repeats": message.repeats,
    }
    return {**_present(known), "bodies": list(message.bodies)}


def _on_record(message: MessageView) -> Values:
    known = {"network": message.network, "url": message.url, "author": message.author, "text": message.text}
    of_route = {"topic": message.topic, "location": message.location, "importance": message.importance}
    return _present({**known, **of_route})


def _present(known: Mapping[str, str | None]) -> Values:
    return {name: [value] for name, value in known.items() if value}


def _last_draft(message: MessageView) -> Values:
    last = next((draft for draft in reversed(message.drafts) if draft.status != "published"), None)
    if last is None:
        return {"kind": ["answer"]}
    return {
        "kind": [last.kind],
        "text": [last.text],
        "measures": [last.measures or ""],
        "taken_from": [last.taken_from or ""],
        "attachment": [file.id for file in last.attachments],
        **promise_fields.of_draft(last, message.detected_at.tzinfo),
    }


def _closing(found: dict[str, object]) -> dict[str, object]:
    """What was passed on is a part of its own of the body."""
    referral = {field.name: found.pop(field.name) for field in _REFERRAL if field.name in found}
    return {**found, "referral": referral} if referral else found


FORMS: Final[Mapping[Command, CommandForm]] = {
    command: CommandForm(row) for command, row in CATALOGUE.items()
} | {
    form.command: form
    for form in (
        CommandForm(
            CATALOGUE[Command.ROUTE],
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
            filled=_routing,
        ),
        CommandForm(
            CATALOGUE[Command.RETURN],
            (
                _REASON,
                Field(
                    "competent_body", "Чья компетенция", Kind.CHOICE, required=False, options=Options.BODIES
                ),
            ),
        ),
        CommandForm(
            CATALOGUE[Command.CONTRIBUTE],
            (Field("text", "Текст"), _FILES),
        ),
        CommandForm(
            CATALOGUE[Command.SUBMIT_DRAFT],
            (
                Field("kind", "Вид", Kind.CHOICE, options=Options.DRAFT_KINDS),
                Field("text", "Текст ответа"),
                Field(
                    "measures", "Принятые меры", required=False, hint="Для повторного сообщения обязательно."
                ),
                Field("taken_from", "Начат с ответа на", Kind.NUMBER, required=False),
                _FILES,
            ),
            hint="За достоверность и полноту сведений отвечает исполнитель (п. 19).",
            filled=_last_draft,
        ),
        CommandForm(
            CATALOGUE[Command.SEND_FOR_REWORK],
            (Field("comment", "Замечания"),),
        ),
        CommandForm(
            CATALOGUE[Command.CONFIRM_PUBLICATION],
            (Field("url", "Ссылка на ответ", Kind.LINK), _PROOF),
        ),
        CommandForm(
            CATALOGUE[Command.CORRECT_LINK],
            (Field("url", "Ссылка на ответ", Kind.LINK), _REASON),
        ),
        CommandForm(
            CATALOGUE[Command.DECLINE],
            (Field("ground", "Основание", Kind.CHOICE, options=Options.DECLINE_GROUNDS),),
            hint="По пункту 18; текст сохраняется в журнале.",
        ),
        CommandForm(
            CATALOGUE[Command.AUTHOR_REPLIED],
            (Field("text", "Ответ автора"),),
        ),
        CommandForm(
            CATALOGUE[Command.CLOSE],
            (
                Field("reason", "Причина", Kind.CHOICE, options=Options.CLOSE_REASONS),
                *_optional(*_REFERRAL),
            ),
            hint="Куда передано, указывают, если вопрос относится к ведению другого субъекта Российской Федерации или "
            "автору разъяснён порядок подачи обращения.",
            as_body=_closing,
        ),
        CommandForm(
            CATALOGUE[Command.REOPEN],
            (_REASON,),
            hint="Сообщение вернётся на тот этап, с которого закрыто; время закрытия в сроки шагов не входит.",
        ),
        CommandForm(
            CATALOGUE[Command.CORRECT],
            (*_optional(*REGISTRATION, _TOPIC, _LOCATION, _IMPORTANCE), _REASON),
            hint="Прежние значения сохранятся в журнале.",
            filled=_on_record,
        ),
        CommandForm(
            CATALOGUE[Command.NOTE],
            (Field("text", "Заметка"), _FILES),
        ),
        CommandForm(
            CATALOGUE[Command.ASSIGN],
            (Field("person", "Исполнитель", Kind.CHOICE, required=False, options=Options.EXECUTORS),),
            hint="Пусто: работает любой исполнитель органа.",
            filled=lambda message: _present({"person": message.assignee}),
            as_body=lambda found: {"person": None, **found},
        ),
        CommandForm(
            CATALOGUE[Command.HAND_OVER],
            (Field("person", "Куратор", Kind.CHOICE, options=Options.CURATORS),),
        ),
        CommandForm(
            CATALOGUE[Command.TRANSFER],
            (Field("body", "Орган", Kind.CHOICE, options=Options.BODIES), _REASON),
            hint="Орган больше не действует: всё, что за ним остаётся, переходит к преемнику, сроки не меняются.",
        ),
        CommandForm(
            CATALOGUE[Command.SPLIT],
            (
                Field("text", "Текст", hint="Та часть публикации, на которую отвечает другой орган."),
                Field("topic", "Тема", Kind.CHOICE, required=False, options=Options.TOPICS),
            ),
            hint="Вторая часть станет отдельным сообщением с той же ссылкой; её сроки пойдут с этого момента.",
        ),
        CommandForm(
            CATALOGUE[Command.REFER],
            _REFERRAL,
            hint="Отметка о том, что сведения из сообщения переданы по принадлежности.",
        ),
        CommandForm(
            CATALOGUE[Command.KEEP_PROMISE],
            (
                Field(
                    "evidence",
                    "Ссылка",
                    Kind.LINK,
                    required=False,
                    hint="Достаточно одного: ссылки, снимка или примечания.",
                ),
                Field("attachments", "Снимок", Kind.FILES, required=False),
                Field("note", "Примечание", required=False),
            ),
        ),
        CommandForm(
            CATALOGUE[Command.MOVE_PROMISE],
            (Field("by", "Новый срок", Kind.DATE), _REASON),
        ),
        CommandForm(
            CATALOGUE[Command.REDACT],
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
            CATALOGUE[Command.RECORD_ERASURE],
            _BASIS,
            hint="Автор, ссылки, тексты и вложения сообщения будут уничтожены; восстановить их нельзя. Сведения о "
            "работе с ним сохраняются. Составляется акт об уничтожении.",
        ),
        CommandForm(
            CATALOGUE[Command.REPORT_TO_GOVERNOR],
            (_REASON,),
            hint="Сообщение носит социально и общественно значимый характер (п. 21).",
        ),
    )
}
"""The form of every command that people give; one without fields is its button."""

_AT = Field(
    "at", "Когда", Kind.MOMENT, required=False, hint="Учебный режим: пусто — сейчас, по часам сообщения."
)


def in_training(form: CommandForm) -> CommandForm:
    """The form as newcomers have it: a mistaken end is undone at a moment of their choice."""
    return replace(form, fields=(*form.fields, _AT)) if form.command is Command.REOPEN else form


def subject_of(command: Command, message: MessageView) -> str:
    """What a command is about: the draft, or the contribution, that stands now; empty where it names none."""
    for draft in reversed(message.drafts):
        if draft.status in DRAFTS_OF.get(command, ()):
            return draft.id
    if command is Command.SEND_FOR_REWORK and message.contributions:
        return of_contribution(message.contributions[-1].id)
    return ""
