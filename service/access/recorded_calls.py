"""Calls that the record of access knows: each way of seeing or changing something, by a name that stays."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Self


class _Titled(StrEnum):
    """Values with what people read for them."""

    said: str

    def __new__(cls, value: str, said: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_, member.said = value, said
        return member


class Call(_Titled):
    """Что сделано."""

    MESSAGES_LIST = "messages.list", "Просмотр списка сообщений"
    MESSAGES_LINK = "messages.link", "Поиск сообщения по ссылке на публикацию"
    QUEUE = "queue", "Просмотр своей очереди"
    MESSAGE_REGISTER = "message.register", "Регистрация сообщения"
    MESSAGE_OPEN = "message.open", "Просмотр сообщения"
    MESSAGE_JOURNAL = "message.journal", "Просмотр журнала сообщения"
    MESSAGE_SIMILAR = "message.similar", "Просмотр похожих сообщений"
    MESSAGE_EARLIER_ANSWERS = "message.earlier_answers", "Просмотр прежних ответов"
    MESSAGE_CORRECT = "message.correct", "Исправление сведений"
    MESSAGE_ROUTE = "message.route", "Направление сообщения"
    MESSAGE_RETURN = "message.return", "Возврат куратору"
    MESSAGE_CONTRIBUTE = "message.contribute", "Передача информации для общего ответа"
    CONTRIBUTION_REWORK = "contribution.rework", "Возврат информации на доработку"
    DRAFT_SUBMIT = "draft.submit", "Представление проекта на согласование"
    DRAFT_WITHDRAW = "draft.withdraw", "Отзыв проекта"
    DRAFT_APPROVE = "draft.approve", "Согласование проекта"
    DRAFT_REWORK = "draft.rework", "Возврат проекта на доработку"
    DRAFT_LINK = "draft.link", "Исправление ссылки на размещённый текст"
    MESSAGE_PUBLICATION = "message.publication", "Подтверждение размещения"
    MESSAGE_PUBLICATION_FROM_ACCOUNT = "message.publication_from_account", "Размещение от имени органа"
    MESSAGE_DECLINE = "message.decline", "Признание не подлежащим ответу"
    MESSAGE_AUTHOR_REPLY = "message.author_reply", "Отметка об ответе автора"
    MESSAGE_RESUME = "message.resume", "Продолжение без ответа автора"
    MESSAGE_CLOSE = "message.close", "Закрытие без ответа"
    MESSAGE_REOPEN = "message.reopen", "Повторное открытие сообщения"
    MESSAGE_NOTE = "message.note", "Добавление заметки"
    MESSAGE_ASSIGN = "message.assign", "Назначение исполнителя"
    MESSAGE_HAND_OVER = "message.hand_over", "Передача другому куратору"
    MESSAGE_GOVERNOR_REPORT = "message.governor_report", "Доклад Губернатору"
    MESSAGE_TRANSFER = "message.transfer", "Передача сообщения органу-преемнику"
    MESSAGE_SPLIT = "message.split", "Выделение части сообщения в отдельное"
    MESSAGE_REFER = "message.refer", "Отметка о передаче сведений"
    MESSAGE_REDACT = "message.redact", "Уничтожение отдельных сведений сообщения"
    MESSAGE_ERASE = "message.erase", "Удаление персональных данных"
    MESSAGE_FAST_FORWARD = "message.fast_forward", "Перевод часов сообщения"
    SCHEDULE_RUN = "schedule.run", "Выполнение расписания в учебном режиме"
    PROMISES = "promises", "Просмотр обещаний"
    PROMISE_KEPT = "promise.kept", "Отметка об исполнении обещания"
    PROMISE_MOVED = "promise.moved", "Перенос обещания"
    ATTACHMENT_UPLOAD = "attachment.upload", "Загрузка вложения"
    ATTACHMENT_DOWNLOAD = "attachment.download", "Скачивание вложения"
    EXPORT = "export", "Выгрузка списка или документа"
    NOTICES = "notices", "Просмотр своих уведомлений"
    NOTICES_READ = "notices.read", "Отметка своих уведомлений прочитанными"
    NOTICE_ACKNOWLEDGE = "notice.acknowledge", "Подтверждение получения сведений о нарушении"
    REFERRALS = "referrals", "Просмотр переданного"
    SHORTCOMINGS = "shortcomings", "Просмотр недостатков"
    SHORTCOMING_MEASURES = "shortcoming.measures", "Запись принятых мер"
    VERDICT = "verdict", "Запись слов автора об ответе"
    SURGES = "surges", "Просмотр сведений о повышенной активности"
    CHANNELS_CHANGE = "channels.change", "Изменение своих каналов уведомлений"
    CHANNELS_TEST = "channels.test", "Проверка своих каналов уведомлений"
    CONDITION_OPEN = "condition.open", "Просмотр состояния установки"
    UNDELIVERED_LIST = "undelivered.list", "Просмотр недоставленных уведомлений"
    UNDELIVERED_AGAIN = "undelivered.again", "Повторная доставка уведомлений"
    WEEKLY_LIST = "weekly.list", "Просмотр перечня сводок за неделю"
    WEEKLY_OPEN = "weekly.open", "Просмотр сводки за неделю"
    WEEKLY_MAKE = "weekly.make", "Составление сводки за неделю заново"
    REPORT_OPEN = "report.open", "Просмотр отчёта за период"
    LOAD_OPEN = "load.open", "Просмотр нагрузки"
    LOAD_CALCULATE = "load.calculate", "Расчёт нагрузки"
    ADMIN_OPEN = "admin.open", "Просмотр раздела «Управление»"
    PEOPLE_LIST = "people.list", "Просмотр списка сотрудников"
    PERSON_OPEN = "person.open", "Просмотр сведений о сотруднике"
    DIRECTORY_EXPORT = "directory.export", "Скачивание справочника"
    DIRECTORY_COMPARE = "directory.compare", "Сравнение справочника с загруженным"
    DIRECTORY_APPLY = "directory.apply", "Изменение справочника"
    DIRECTORY_OPEN = "directory.open", "Просмотр записи справочника"
    DIRECTORY_EDITS = "directory.edits", "Просмотр изменений справочника"
    OPEN_WORK = "directory.open_work", "Просмотр незавершённого у органа или сотрудника"
    ACCESS_SEARCH = "access.search", "Просмотр журнала доступа"
    DESTRUCTIONS_LIST = "destructions.list", "Просмотр перечня актов об уничтожении"
    DESTRUCTION_OPEN = "destruction.open", "Просмотр акта об уничтожении"

    ACCOUNTS_LIST = "accounts.list", "Просмотр аккаунтов с ключами"
    ACCOUNT_ADD = "account.add", "Добавление ключа аккаунта"
    ACCOUNT_REMOVE = "account.remove", "Удаление ключа аккаунта"
    SOURCES_LIST = "sources.list", "Просмотр источников"
    SOURCE_ADD = "source.add", "Добавление источника"
    SOURCE_CHANGE = "source.change", "Изменение источника"
    SOURCE_REMOVE = "source.remove", "Удаление источника"
    CANDIDATES_LIST = "candidates.list", "Просмотр найденного"
    CANDIDATE_TAKE = "candidate.take", "Взятие найденной публикации в работу"
    CANDIDATE_REPLY = "candidate.reply", "Внесение ответа автора из найденного"
    CANDIDATE_DISMISS = "candidate.dismiss", "Отклонение найденной публикации"
    CANDIDATE_RESTORE = "candidate.restore", "Возврат публикации в найденное"
    CANDIDATE_ERASE = "candidate.erase", "Стирание найденной публикации"

    SIGN_IN = "sign_in", "Вход"
    SIGN_IN_FAILED = "sign_in.failed", "Неудачная попытка входа"
    SIGN_OUT = "sign_out", "Выход"
    SIGN_INS_LIST = "sign_ins.list", "Просмотр открытых входов"
    SIGN_INS_END = "sign_ins.end", "Завершение открытых входов"
    PASSWORD_CHANGE = "password.change", "Смена пароля"
    PASSWORD_GIVE = "password.give", "Пароль, заданный администратором"
    SIGN_IN_LET_IN = "sign_in.let_in", "Снятие ограничения входа"
    SECOND_FACTOR_ENROL = "second_factor.enrol", "Подключение второго фактора"
    SECOND_FACTOR_CONFIRM = "second_factor.confirm", "Подтверждение второго фактора"
    SECOND_FACTOR_CODES = "second_factor.codes", "Получение новых кодов восстановления"
    SECOND_FACTOR_REMOVE = "second_factor.remove", "Отключение второго фактора"

    ABSENCE_LIST = "absence.list", "Просмотр отсутствий сотрудника"
    ABSENCE_CREATE = "absence.create", "Запись отсутствия"
    ABSENCE_REMOVE = "absence.remove", "Прекращение или удаление отсутствия"

    CLI_SERVE = "cli.serve", "Команда otklik serve"
    CLI_WORKER = "cli.worker", "Команда otklik worker"
    CLI_API = "cli.api", "Команда otklik api"
    CLI_IMPORT = "cli.import", "Команда otklik import"
    CLI_PREPARE = "cli.prepare", "Команда otklik prepare"
    CLI_RECOVER = "cli.recover", "Команда otklik recover"
    CLI_SEED_DEMO = "cli.seed-demo", "Команда otklik seed-demo"
    CLI_ADMIN_CREATE = "cli.admin.create", "Команда otklik admin create"
    CLI_ADMIN_REMOVE_SECOND_FACTOR = (
        "cli.admin.remove-second-factor",
        "Команда otklik admin remove-second-factor",
    )
    CLI_DIRECTORY_LOAD = "cli.directory.load", "Команда otklik directory load"
    CLI_DIRECTORY_PASSWORD = "cli.directory.password", "Команда otklik directory password"
    CLI_BACKUP_TAKEN = "cli.backup.taken", "Команда otklik backup taken"
    CLI_KEYS_LIST = "cli.keys.list", "Команда otklik keys list"
    CLI_KEYS_ROTATE = "cli.keys.rotate", "Команда otklik keys rotate"
    CLI_KEYS_RETIRE = "cli.keys.retire", "Команда otklik keys retire"

    UNDECLARED = "undeclared", "Действие без названия"


class AccessOutcome(_Titled):
    """Чем закончилось обращение."""

    OK = "ok", "выполнено"
    NOT_SIGNED_IN = "not_signed_in", "вход не выполнен"
    FORBIDDEN = "forbidden", "нет прав"
    NOT_FOUND = "not_found", "не найдено или недоступно"
    REFUSED = "refused", "отклонено"
    FAILED = "failed", "ошибка"
    BEGUN = "begun", "начато"


CALL_TITLES: Final[Mapping[Call, str]] = {item: item.said for item in Call}

OUTCOME_TITLES: Final[Mapping[AccessOutcome, str]] = {item: item.said for item in AccessOutcome}

_READ_EVERY_DAY: Final = frozenset(
    {
        *(
            Call.MESSAGES_LIST,
            Call.MESSAGES_LINK,
            Call.QUEUE,
            Call.NOTICES,
            Call.NOTICES_READ,
            Call.SURGES,
            Call.SHORTCOMINGS,
            Call.PROMISES,
        ),
        *(Call.MESSAGE_OPEN, Call.MESSAGE_JOURNAL, Call.MESSAGE_SIMILAR, Call.MESSAGE_EARLIER_ANSWERS),
        Call.CANDIDATES_LIST,
    }
)
COMMANDS: Final = (
    frozenset(call for call in Call if call.startswith(("message.", "draft.", "contribution.")))
    - _READ_EVERY_DAY
)
"""They stand in the outbox with person and moment before they are answered."""
NOT_WAITED_FOR: Final = _READ_EVERY_DAY | COMMANDS
"""Whose rows are accepted before they are answered, and written a moment later: people read all day, and a commit for
each read would take more of a busy machine than the reading. For all others the answer waits until the row is there."""
