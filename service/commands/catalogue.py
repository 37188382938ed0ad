"""Catalogue of the commands that people give: one row each, which everything that knows of commands reads.

Its routes, its line in the record of access and its title in the journal are made from the row. What else a new command
takes is in docs/change/architecture.md.

It is long because there are twenty-six rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel

from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
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
    KeptBody,
    LinkBody,
    MovedBody,
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
from workflows.stages import MAY_GIVE
from workflows.vocabulary import Command


@dataclass(frozen=True, slots=True)
class Address:
    """A route by which programs give a command, below that of its message, and how it is described to them.

    One that begins with `promises/` stands by itself: the promise says which message it is of.

    `recorded`: what it is in the record of access.
    """

    path: str
    operation: str
    summary: str
    description: str
    recorded: Call
    method: Literal["POST", "PATCH", "DELETE"] = "POST"
    status: int = 200


@dataclass(frozen=True, slots=True)
class CommandRow:
    """What is known of a command wherever it is met.

    `title`: its form and its buttons; `body`: what is given with it; `journal`: the title of its row in the journal.
    """

    command: Command
    title: str
    body: type[BaseModel] | None
    journal: str
    address: Address
    already: str | None = None
    """What is said to whoever comes second, of a command that ends what people were about to do."""
    writes: str | None = None
    """What others do while they fill in its form, where there is a better word than that."""
    others: tuple[Address, ...] = ()
    """Where programs give it about another kind of thing."""

    @property
    def addresses(self) -> Sequence[Address]:
        """Everywhere that programs give it."""
        return (self.address, *self.others)

    @property
    def by(self) -> Sequence[Role]:
        """Who may ever give it; executors and responsible for bodies that have or had the message."""
        return MAY_GIVE[self.command]

    @property
    def recorded(self) -> Call:
        """What it is in the record of access when it is given on a page."""
        return self.address.recorded

    @property
    def has_subject(self) -> bool:
        """Whether it is about one draft or contribution of the message, which its addresses name."""
        return "{" in self.address.path


CATALOGUE: Final[Mapping[Command, CommandRow]] = {
    row.command: row
    for row in (
        CommandRow(
            Command.ROUTE,
            "Направить",
            RouteBody,
            "Направлено для ответа",
            Address(
                "route",
                "route_message",
                "Направить (п. 7)",
                "Тема, локация, категория важности, органы по порядку; при необходимости сокращённый срок.",
                Call.MESSAGE_ROUTE,
            ),
            already="Уже направлено",
        ),
        CommandRow(
            Command.RETURN,
            "Вернуть",
            ReturnBody,
            "Возвращено куратору",
            Address(
                "return",
                "return_message",
                "Возвратить куратору (п. 8)",
                "Вопрос не относится к компетенции органа; если известно, указывается компетентный орган.",
                Call.MESSAGE_RETURN,
            ),
            already="Уже возвращено куратору",
        ),
        CommandRow(
            Command.CONTRIBUTE,
            "Передать информацию",
            ContributionBody,
            "Представлена информация для общего ответа",
            Address(
                "contributions",
                "contribute",
                "Передать информацию для общего ответа (п. 15)",
                "Часть общего ответа; после неё сообщение получает следующий орган.",
                Call.MESSAGE_CONTRIBUTE,
            ),
            already="Информация уже передана",
            writes="пишет информацию для общего ответа",
        ),
        CommandRow(
            Command.SUBMIT_DRAFT,
            "Отправить на согласование",
            DraftBody,
            "Проект представлен на согласование",
            Address(
                "drafts",
                "submit_draft",
                "Направить проект на согласование (п. 10)",
                "Ответ, промежуточный ответ или запрос (уточнение). За достоверность и полноту отвечает "
                "исполнитель (п. 19).",
                Call.DRAFT_SUBMIT,
            ),
            already="Проект уже представлен",
            writes="пишет ответ",
        ),
        CommandRow(
            Command.WITHDRAW_DRAFT,
            "Отозвать проект",
            None,
            "Проект отозван",
            Address(
                "drafts/{draft}",
                "withdraw_draft",
                "Отозвать проект",
                "Пока текст не размещён. Соблюдённые с этим проектом сроки возобновляются с прежним окончанием.",
                Call.DRAFT_WITHDRAW,
                method="DELETE",
            ),
            already="Проект отозван",
        ),
        CommandRow(
            Command.APPROVE,
            "Согласовать",
            None,
            "Проект согласован",
            Address(
                "drafts/{draft}/approve",
                "approve_draft",
                "Согласовать (п. 11)",
                "Согласованный текст размещает исполнитель.",
                Call.DRAFT_APPROVE,
            ),
            already="Уже согласовано",
        ),
        CommandRow(
            Command.SEND_FOR_REWORK,
            "На доработку",
            CommentBody,
            "Возвращено на доработку",
            Address(
                "drafts/{draft}/rework",
                "rework_draft",
                "Направить проект на доработку (п. 11)",
                "С замечаниями; до размещения так отзывается и согласование. Срок доработки — по п. 12.",
                Call.DRAFT_REWORK,
            ),
            already="Уже возвращено на доработку",
            writes="пишет замечания",
            others=(
                Address(
                    "contributions/{contribution}/rework",
                    "rework_contribution",
                    "Направить информацию на доработку (п. 15)",
                    "Последняя представленная информация, пока к работе не приступил следующий орган.",
                    Call.CONTRIBUTION_REWORK,
                ),
            ),
        ),
        CommandRow(
            Command.CONFIRM_PUBLICATION,
            "Подтвердить размещение",
            PublicationBody,
            "Размещение подтверждено",
            Address(
                "publication",
                "confirm_publication",
                "Подтвердить размещение (п. 13)",
                "Ссылка на ответ в той же сети, где размещено сообщение.",
                Call.MESSAGE_PUBLICATION,
            ),
            already="Размещение уже подтверждено",
            writes="размещает ответ",
        ),
        CommandRow(
            Command.CORRECT_LINK,
            "Исправить ссылку",
            LinkBody,
            "Ссылка на размещённый текст исправлена",
            Address(
                "drafts/{draft}/link",
                "correct_link",
                "Исправить ссылку (п. 13)",
                "Ссылка размещённого текста указана неверно; принимается и после завершения работы с сообщением.",
                Call.DRAFT_LINK,
            ),
        ),
        CommandRow(
            Command.DECLINE,
            "Не подлежит ответу",
            DeclineBody,
            "Признано не подлежащим обработке и ответу",
            Address(
                "decline",
                "decline_message",
                "Не подлежит обработке и ответу (п. 18)",
                "По одному из трёх оснований; текст сохраняется в журнале.",
                Call.MESSAGE_DECLINE,
            ),
            already="Уже признано не подлежащим ответу",
        ),
        CommandRow(
            Command.AUTHOR_REPLIED,
            "Автор ответил",
            AuthorReplyBody,
            "Получен ответ автора",
            Address(
                "author-reply",
                "author_replied",
                "Автор ответил на запрос",
                "Срок ответа начинается заново, ответ готовит тот же орган.",
                Call.MESSAGE_AUTHOR_REPLY,
            ),
            already="Ответ автора уже внесён",
        ),
        CommandRow(
            Command.RESUME,
            "Продолжить без ответа автора",
            None,
            "Работа продолжена без ответа автора",
            Address(
                "resume",
                "resume_message",
                "Продолжить без ответа автора",
                "Автор на запрос не ответил; готовит тот же орган, срок ответа начинается заново.",
                Call.MESSAGE_RESUME,
            ),
            already="Работа уже продолжена",
        ),
        CommandRow(
            Command.CLOSE,
            "Закрыть без ответа",
            CloseBody,
            "Закрыто без ответа",
            Address(
                "close",
                "close_message",
                "Закрыть без ответа",
                "Почему ответа не будет; если вопрос передан в другой субъект или разъяснён порядок обращения, то "
                "и куда.",
                Call.MESSAGE_CLOSE,
            ),
            already="Уже закрыто",
        ),
        CommandRow(
            Command.REOPEN,
            "Открыть снова",
            ReopenBody,
            "Открыто снова",
            Address(
                "reopen",
                "reopen_message",
                "Открыть снова",
                "Сообщение закрыто по ошибке и без ответа: оно возвращается на тот этап, с которого закрыто.\n\n"
                "Рабочее время, пока оно было закрыто, в сроки шагов не входит; срок ответа остаётся прежним.",
                Call.MESSAGE_REOPEN,
            ),
            already="Уже открыто снова",
        ),
        CommandRow(
            Command.CORRECT,
            "Исправить",
            CorrectionBody,
            "Сведения исправлены",
            Address(
                "",
                "correct_message",
                "Исправить (п. 7)",
                "Только то, что указано; прежние значения сохраняются в журнале. Тема, локация и важность — после "
                "направления.",
                Call.MESSAGE_CORRECT,
                method="PATCH",
            ),
        ),
        CommandRow(
            Command.NOTE,
            "Добавить заметку",
            NoteBody,
            "Добавлена заметка",
            Address(
                "notes",
                "add_note",
                "Добавить заметку",
                "С вложениями, например снимком записи, которую могут удалить.",
                Call.MESSAGE_NOTE,
            ),
            writes="пишет заметку",
        ),
        CommandRow(
            Command.ASSIGN,
            "Назначить исполнителя",
            AssigneeBody,
            "Назначен исполнитель",
            Address(
                "assignee",
                "assign_message",
                "Назначить исполнителя",
                "Сотрудник органа, который сейчас работает с сообщением; null снимает назначение.",
                Call.MESSAGE_ASSIGN,
            ),
        ),
        CommandRow(
            Command.HAND_OVER,
            "Передать куратору",
            CuratorBody,
            "Передано другому куратору",
            Address(
                "curator",
                "hand_over_message",
                "Передать куратору",
                "Дальше сообщение ведёт другой куратор.",
                Call.MESSAGE_HAND_OVER,
            ),
        ),
        CommandRow(
            Command.TRANSFER,
            "Передать преемнику",
            TransferBody,
            "Перенаправлено преемнику",
            Address(
                "transfer",
                "transfer_message",
                "Передать преемнику",
                "Орган больше не действует: всё, что за ним остаётся, переходит к преемнику, сроки не меняются.",
                Call.MESSAGE_TRANSFER,
            ),
        ),
        CommandRow(
            Command.SPLIT,
            "Разделить",
            SplitBody,
            "Вторая часть выделена в отдельное сообщение",
            Address(
                "split",
                "split_message",
                "Разделить",
                "Второй вопрос той же публикации становится отдельным сообщением с той же ссылкой, выявленным в "
                "этот момент.",
                Call.MESSAGE_SPLIT,
                status=201,
            ),
        ),
        CommandRow(
            Command.REFER,
            "Передано",
            ReferralBody,
            "Передано по принадлежности",
            Address(
                "referral",
                "refer_message",
                "Отметить передачу",
                "Куда и каким документом переданы сведения из сообщения; принимается и после завершения работы "
                "с ним.",
                Call.MESSAGE_REFER,
            ),
        ),
        CommandRow(
            Command.KEEP_PROMISE,
            "Сделано",
            KeptBody,
            "Отмечено исполнение обещания",
            Address(
                "promises/{promise}/kept",
                "keep_promise",
                "Отметить исполнение обещания",
                "Нужны ссылка или снимок, либо примечание. Обещание, исполнение которого в срок не подтверждено, "
                "остаётся таким, с отметкой о моменте. Принимается и после завершения работы с сообщением.",
                Call.PROMISE_KEPT,
            ),
        ),
        CommandRow(
            Command.MOVE_PROMISE,
            "Перенести",
            MovedBody,
            "Обещание перенесено",
            Address(
                "promises/{promise}/moved",
                "move_promise",
                "Перенести обещание",
                "Новый срок и причина; куратор получает уведомление. Принимается и после завершения работы с "
                "сообщением.",
                Call.PROMISE_MOVED,
            ),
        ),
        CommandRow(
            Command.REPORT_TO_GOVERNOR,
            "Доложить Губернатору",
            GovernorReportBody,
            "Доложено Губернатору",
            Address(
                "governor-report",
                "report_to_governor",
                "Доложить Губернатору (п. 21)",
                "Сообщение носит социально и общественно значимый характер.",
                Call.MESSAGE_GOVERNOR_REPORT,
            ),
        ),
        CommandRow(
            Command.RECORD_ERASURE,
            "Уничтожить персональные данные",
            ErasureBody,
            "Персональные данные уничтожены",
            Address(
                "erasure",
                "erase_message",
                "Уничтожить персональные данные (152-ФЗ)",
                "Автор, ссылки, тексты, тексты уведомлений и файлы стираются; действия, моменты и имена служащих "
                "сохраняются.\n\nОснование — из перечня, с номером и датой документа. Составляется акт об "
                "уничтожении: `GET /api/destructions?message=`.",
                Call.MESSAGE_ERASE,
            ),
        ),
        CommandRow(
            Command.REDACT,
            "Убрать сведения",
            RedactionBody,
            "Отдельные сведения уничтожены",
            Address(
                "redact",
                "redact_message",
                "Убрать отдельные сведения (152-ФЗ)",
                "Названные слова заменяются на `[удалено]` всюду, где они есть у сообщения, файл с этим номером "
                "уничтожается.\n\nСообщение, его журнал, уведомления, справки и поиск показывают его уже без них; "
                "остальное сохраняется. Регистр букв,\n«ё» и пробелы не различаются. Составляется акт об "
                "уничтожении: `GET /api/destructions?message=`.",
                Call.MESSAGE_REDACT,
            ),
        ),
    )
}
"""Every command that people give, in the order of the road."""
