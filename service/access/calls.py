"""Calls that the record of access knows: each way of seeing or changing something, by a name that stays."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Call(StrEnum):
    """Что сделано."""

    MESSAGES_LIST = "messages.list"
    MESSAGES_LINK = "messages.link"
    QUEUE = "queue"
    MESSAGE_REGISTER = "message.register"
    MESSAGE_OPEN = "message.open"
    MESSAGE_JOURNAL = "message.journal"
    MESSAGE_SIMILAR = "message.similar"
    MESSAGE_CORRECT = "message.correct"
    MESSAGE_ROUTE = "message.route"
    MESSAGE_RETURN = "message.return"
    MESSAGE_CONTRIBUTE = "message.contribute"
    CONTRIBUTION_REWORK = "contribution.rework"
    DRAFT_SUBMIT = "draft.submit"
    DRAFT_WITHDRAW = "draft.withdraw"
    DRAFT_APPROVE = "draft.approve"
    DRAFT_REWORK = "draft.rework"
    DRAFT_LINK = "draft.link"
    MESSAGE_PUBLICATION = "message.publication"
    MESSAGE_PUBLICATION_FROM_ACCOUNT = "message.publication_from_account"
    MESSAGE_DECLINE = "message.decline"
    MESSAGE_AUTHOR_REPLY = "message.author_reply"
    MESSAGE_RESUME = "message.resume"
    MESSAGE_CLOSE = "message.close"
    MESSAGE_REOPEN = "message.reopen"
    MESSAGE_NOTE = "message.note"
    MESSAGE_ASSIGN = "message.assign"
    MESSAGE_HAND_OVER = "message.hand_over"
    MESSAGE_GOVERNOR_REPORT = "message.governor_report"
    MESSAGE_TRANSFER = "message.transfer"
    MESSAGE_SPLIT = "message.split"
    MESSAGE_REFER = "message.refer"
    MESSAGE_REDACT = "message.redact"
    MESSAGE_ERASE = "message.erase"
    MESSAGE_FAST_FORWARD = "message.fast_forward"
    MESSAGE_LESSON = "message.lesson"
    SCHEDULE_RUN = "schedule.run"
    ATTACHMENT_UPLOAD = "attachment.upload"
    ATTACHMENT_DOWNLOAD = "attachment.download"
    EXPORT = "export"
    NOTICES = "notices"
    NOTICE_ACKNOWLEDGE = "notice.acknowledge"
    REFERRALS = "referrals"
    SHORTCOMINGS = "shortcomings"
    SHORTCOMING_MEASURES = "shortcoming.measures"
    SURGES = "surges"
    CHANNELS_CHANGE = "channels.change"
    CHANNELS_TEST = "channels.test"
    UNDELIVERED_LIST = "undelivered.list"
    UNDELIVERED_AGAIN = "undelivered.again"
    WEEKLY_LIST = "weekly.list"
    WEEKLY_OPEN = "weekly.open"
    WEEKLY_MAKE = "weekly.make"
    REPORT_OPEN = "report.open"
    ADMIN_OPEN = "admin.open"
    PEOPLE_LIST = "people.list"
    PERSON_OPEN = "person.open"
    DIRECTORY_EXPORT = "directory.export"
    DIRECTORY_COMPARE = "directory.compare"
    DIRECTORY_APPLY = "directory.apply"
    DIRECTORY_OPEN = "directory.open"
    DIRECTORY_EDITS = "directory.edits"
    OPEN_WORK = "directory.open_work"
    ACCESS_SEARCH = "access.search"
    DESTRUCTIONS_LIST = "destructions.list"
    DESTRUCTION_OPEN = "destruction.open"

    ACCOUNTS_LIST = "accounts.list"
    ACCOUNT_ADD = "account.add"
    ACCOUNT_REMOVE = "account.remove"
    SOURCES_LIST = "sources.list"
    SOURCE_ADD = "source.add"
    SOURCE_CHANGE = "source.change"
    SOURCE_REMOVE = "source.remove"
    CANDIDATES_LIST = "candidates.list"
    CANDIDATE_TAKE = "candidate.take"
    CANDIDATE_REPLY = "candidate.reply"
    CANDIDATE_DISMISS = "candidate.dismiss"
    CANDIDATE_RESTORE = "candidate.restore"
    CANDIDATE_ERASE = "candidate.erase"

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in.failed"
    SIGN_OUT = "sign_out"
    SIGN_INS_LIST = "sign_ins.list"
    SIGN_INS_END = "sign_ins.end"
    PASSWORD_CHANGE = "password.change"  # noqa: S105
    PASSWORD_GIVE = "password.give"  # noqa: S105
    SIGN_IN_LET_IN = "sign_in.let_in"
    SECOND_FACTOR_ENROL = "second_factor.enrol"
    SECOND_FACTOR_CONFIRM = "second_factor.confirm"
    SECOND_FACTOR_PROVE = "second_factor.prove"
    SECOND_FACTOR_CODES = "second_factor.codes"
    SECOND_FACTOR_REMOVE = "second_factor.remove"
    IDENTITY_OPEN = "identity.open"
    IDENTITY_LINK = "identity.link"
    IDENTITY_UNLINK = "identity.unlink"

    ABSENCE_LIST = "absence.list"
    ABSENCE_CREATE = "absence.create"
    ABSENCE_REMOVE = "absence.remove"

    CLI_SERVE = "cli.serve"
    CLI_WORKER = "cli.worker"
    CLI_API = "cli.api"
    CLI_IMPORT = "cli.import"
    CLI_PREPARE = "cli.prepare"
    CLI_RECOVER = "cli.recover"
    CLI_SEED_DEMO = "cli.seed-demo"
    CLI_ADMIN_CREATE = "cli.admin.create"
    CLI_ADMIN_REMOVE_SECOND_FACTOR = "cli.admin.remove-second-factor"
    CLI_DIRECTORY_LOAD = "cli.directory.load"
    CLI_DIRECTORY_PASSWORD = "cli.directory.password"  # noqa: S105
    CLI_KEYS_LIST = "cli.keys.list"
    CLI_KEYS_ROTATE = "cli.keys.rotate"
    CLI_KEYS_RETIRE = "cli.keys.retire"
    CLI_WEBHOOK_SET = "cli.webhook.set"
    CLI_WEBHOOK_REMOVE = "cli.webhook.remove"
    CLI_STORAGE_KEYS_LIST = "cli.storage-keys.list"
    CLI_STORAGE_KEYS_ROTATE = "cli.storage-keys.rotate"
    CLI_STORAGE_KEYS_RESEAL = "cli.storage-keys.reseal"

    UNDECLARED = "undeclared"


class AccessOutcome(StrEnum):
    """Чем закончилось обращение."""

    OK = "ok"
    NOT_SIGNED_IN = "not_signed_in"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    FAILED = "failed"
    BEGUN = "begun"


CALL_TITLES: Final[Mapping[Call, str]] = {
    Call.MESSAGES_LIST: "Просмотр списка сообщений",
    Call.MESSAGES_LINK: "Поиск сообщения по ссылке на публикацию",
    Call.QUEUE: "Просмотр своей очереди",
    Call.MESSAGE_REGISTER: "Регистрация сообщения",
    Call.MESSAGE_OPEN: "Просмотр сообщения",
    Call.MESSAGE_JOURNAL: "Просмотр журнала сообщения",
    Call.MESSAGE_SIMILAR: "Просмотр похожих сообщений",
    Call.MESSAGE_CORRECT: "Исправление сведений",
    Call.MESSAGE_ROUTE: "Направление сообщения",
    Call.MESSAGE_RETURN: "Возврат куратору",
    Call.MESSAGE_CONTRIBUTE: "Передача информации для общего ответа",
    Call.CONTRIBUTION_REWORK: "Возврат информации на доработку",
    Call.DRAFT_SUBMIT: "Представление проекта на согласование",
    Call.DRAFT_WITHDRAW: "Отзыв проекта",
    Call.DRAFT_APPROVE: "Согласование проекта",
    Call.DRAFT_REWORK: "Возврат проекта на доработку",
    Call.DRAFT_LINK: "Исправление ссылки на размещённый текст",
    Call.MESSAGE_PUBLICATION: "Подтверждение размещения",
    Call.MESSAGE_PUBLICATION_FROM_ACCOUNT: "Размещение от имени органа",
    Call.MESSAGE_DECLINE: "Признание не подлежащим ответу",
    Call.MESSAGE_AUTHOR_REPLY: "Отметка об ответе автора",
    Call.MESSAGE_RESUME: "Продолжение без ответа автора",
    Call.MESSAGE_CLOSE: "Закрытие без ответа",
    Call.MESSAGE_REOPEN: "Повторное открытие сообщения",
    Call.MESSAGE_NOTE: "Добавление заметки",
    Call.MESSAGE_ASSIGN: "Назначение исполнителя",
    Call.MESSAGE_HAND_OVER: "Передача другому куратору",
    Call.MESSAGE_GOVERNOR_REPORT: "Доклад Губернатору",
    Call.MESSAGE_TRANSFER: "Передача сообщения органу-преемнику",
    Call.MESSAGE_SPLIT: "Выделение части сообщения в отдельное",
    Call.MESSAGE_REFER: "Отметка о передаче сведений",
    Call.MESSAGE_REDACT: "Уничтожение отдельных сведений сообщения",
    Call.MESSAGE_ERASE: "Удаление персональных данных",
    Call.MESSAGE_FAST_FORWARD: "Перевод часов сообщения",
    Call.MESSAGE_LESSON: "Шаг учебного сообщения за другого сотрудника",
    Call.SCHEDULE_RUN: "Выполнение расписания в учебном режиме",
    Call.ATTACHMENT_UPLOAD: "Загрузка вложения",
    Call.ATTACHMENT_DOWNLOAD: "Скачивание вложения",
    Call.EXPORT: "Выгрузка списка или документа",
    Call.NOTICES: "Просмотр своих уведомлений",
    Call.NOTICE_ACKNOWLEDGE: "Подтверждение получения сведений о нарушении",
    Call.REFERRALS: "Просмотр переданного",
    Call.SHORTCOMINGS: "Просмотр недостатков",
    Call.SHORTCOMING_MEASURES: "Запись принятых мер",
    Call.SURGES: "Просмотр сведений о повышенной активности",
    Call.CHANNELS_CHANGE: "Изменение своих каналов уведомлений",
    Call.CHANNELS_TEST: "Проверка своих каналов уведомлений",
    Call.UNDELIVERED_LIST: "Просмотр недоставленных уведомлений",
    Call.UNDELIVERED_AGAIN: "Повторная доставка уведомлений",
    Call.WEEKLY_LIST: "Просмотр перечня сводок за неделю",
    Call.WEEKLY_OPEN: "Просмотр сводки за неделю",
    Call.WEEKLY_MAKE: "Составление сводки за неделю заново",
    Call.REPORT_OPEN: "Просмотр отчёта за период",
    Call.DESTRUCTIONS_LIST: "Просмотр перечня актов об уничтожении",
    Call.DESTRUCTION_OPEN: "Просмотр акта об уничтожении",
    Call.ADMIN_OPEN: "Просмотр раздела «Управление»",
    Call.PEOPLE_LIST: "Просмотр списка сотрудников",
    Call.PERSON_OPEN: "Просмотр сведений о сотруднике",
    Call.DIRECTORY_EXPORT: "Скачивание справочника",
    Call.DIRECTORY_COMPARE: "Сравнение справочника с загруженным",
    Call.DIRECTORY_APPLY: "Изменение справочника",
    Call.DIRECTORY_OPEN: "Просмотр записи справочника",
    Call.DIRECTORY_EDITS: "Просмотр изменений справочника",
    Call.OPEN_WORK: "Просмотр незавершённого у органа или сотрудника",
    Call.ACCESS_SEARCH: "Просмотр журнала доступа",
    Call.ACCOUNTS_LIST: "Просмотр аккаунтов с ключами",
    Call.ACCOUNT_ADD: "Добавление ключа аккаунта",
    Call.ACCOUNT_REMOVE: "Удаление ключа аккаунта",
    Call.SOURCES_LIST: "Просмотр источников",
    Call.SOURCE_ADD: "Добавление источника",
    Call.SOURCE_CHANGE: "Изменение источника",
    Call.SOURCE_REMOVE: "Удаление источника",
    Call.CANDIDATES_LIST: "Просмотр найденного",
    Call.CANDIDATE_TAKE: "Взятие найденной публикации в работу",
    Call.CANDIDATE_REPLY: "Внесение ответа автора из найденного",
    Call.CANDIDATE_DISMISS: "Отклонение найденной публикации",
    Call.CANDIDATE_RESTORE: "Возврат публикации в найденное",
    Call.CANDIDATE_ERASE: "Стирание найденной публикации",
    Call.SIGN_IN: "Вход",
    Call.SIGN_IN_FAILED: "Неудачная попытка входа",
    Call.SIGN_OUT: "Выход",
    Call.SIGN_INS_LIST: "Просмотр открытых входов",
    Call.SIGN_INS_END: "Завершение открытых входов",
    Call.PASSWORD_CHANGE: "Смена пароля",
    Call.PASSWORD_GIVE: "Пароль, заданный администратором",
    Call.SIGN_IN_LET_IN: "Снятие ограничения входа",
    Call.SECOND_FACTOR_ENROL: "Подключение второго фактора",
    Call.SECOND_FACTOR_CONFIRM: "Подтверждение второго фактора",
    Call.SECOND_FACTOR_PROVE: "Подтверждение входа вторым фактором",
    Call.SECOND_FACTOR_CODES: "Получение новых кодов восстановления",
    Call.SECOND_FACTOR_REMOVE: "Отключение второго фактора",
    Call.IDENTITY_OPEN: "Просмотр связи с системой входа региона",
    Call.IDENTITY_LINK: "Связь с учётной записью системы входа региона",
    Call.IDENTITY_UNLINK: "Отмена связи с системой входа региона",
    Call.ABSENCE_LIST: "Просмотр отсутствий сотрудника",
    Call.ABSENCE_CREATE: "Запись отсутствия",
    Call.ABSENCE_REMOVE: "Прекращение или удаление отсутствия",
    Call.CLI_SERVE: "Команда otklik serve",
    Call.CLI_WORKER: "Команда otklik worker",
    Call.CLI_API: "Команда otklik api",
    Call.CLI_IMPORT: "Команда otklik import",
    Call.CLI_PREPARE: "Команда otklik prepare",
    Call.CLI_RECOVER: "Команда otklik recover",
    Call.CLI_SEED_DEMO: "Команда otklik seed-demo",
    Call.CLI_ADMIN_CREATE: "Команда otklik admin create",
    Call.CLI_ADMIN_REMOVE_SECOND_FACTOR: "Команда otklik admin remove-second-factor",
    Call.CLI_DIRECTORY_LOAD: "Команда otklik directory load",
    Call.CLI_DIRECTORY_PASSWORD: "Команда otklik directory password",
    Call.CLI_KEYS_LIST: "Команда otklik keys list",
    Call.CLI_KEYS_ROTATE: "Команда otklik keys rotate",
    Call.CLI_KEYS_RETIRE: "Команда otklik keys retire",
    Call.CLI_WEBHOOK_SET: "Команда otklik webhook set",
    Call.CLI_WEBHOOK_REMOVE: "Команда otklik webhook remove",
    Call.CLI_STORAGE_KEYS_LIST: "Команда otklik storage-keys list",
    Call.CLI_STORAGE_KEYS_ROTATE: "Команда otklik storage-keys rotate",
    Call.CLI_STORAGE_KEYS_RESEAL: "Команда otklik storage-keys reseal",
    Call.UNDECLARED: "Действие без названия",
}

OUTCOME_TITLES: Final[Mapping[AccessOutcome, str]] = {
    AccessOutcome.OK: "выполнено",
    AccessOutcome.NOT_SIGNED_IN: "вход не выполнен",
    AccessOutcome.FORBIDDEN: "нет прав",
    AccessOutcome.NOT_FOUND: "не найдено или недоступно",
    AccessOutcome.REFUSED: "отклонено",
    AccessOutcome.FAILED: "ошибка",
    AccessOutcome.BEGUN: "начато",
}
