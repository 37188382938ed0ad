"""Titles for each word of the order: one in Russian for every value of every enumeration."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from calendar_rules.act_words import said
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import (
    CloseReason,
    DeclineGround,
    DestructionBasis,
    DraftKind,
    DraftStatus,
    Importance,
    Network,
    NoticeKind,
    Outcome,
    PromiseState,
    ReferralTo,
    Role,
    Stage,
    Verdict,
)

_NETWORKS: Final[Mapping[Network, tuple[str, str]]] = {
    # where one message stands, and what the networks as such are called
    Network.VKONTAKTE: ("ВКонтакте", "ВКонтакте"),
    Network.ODNOKLASSNIKI: ("Одноклассники", "Одноклассники"),
    Network.INSTAGRAM: ("Instagram", "Instagram"),
    Network.BLOG: ("блог", "блоги"),
    Network.MICROBLOG: ("микроблог", "микроблоги"),
    Network.VIDEO_HOSTING: ("видеохостинг", "видеохостинги"),
    Network.FORUM: ("форум", "форумы"),
    Network.REVIEW_SITE: ("сайт-отзовик", "сайты отзывов"),
}
NETWORKS: Final[Mapping[Network, str]] = {key: title for key, (title, _) in _NETWORKS.items()}
"""Where one message stands; the directory has titles of its own for the networks as such."""
NETWORKS_AS_SUCH: Final[Mapping[Network, str]] = {key: named for key, (_, named) in _NETWORKS.items()}

IMPORTANCE: Final[Mapping[Importance, str]] = {
    Importance.ORDINARY: "Обычная",
    Importance.RAISED: "Повышенная",
    Importance.HIGH: "Высокая",
}

STAGES: Final[Mapping[Stage, str]] = {
    Stage.ROUTING: "Направление",
    Stage.PREPARATION: "Подготовка проекта ответа",
    Stage.APPROVAL: "Согласование",
    Stage.REWORK: "Доработка",
    Stage.PUBLICATION: "Размещение",
    Stage.AWAITING_FINAL: "Подготовка окончательного проекта ответа",
    Stage.AWAITING_AUTHOR: "Ожидание ответа автора",
    Stage.CLOSED: "Работа завершена",
}

STEPS: Final[Mapping[Stage, str]] = {
    Stage.ROUTING: "направить",
    Stage.PREPARATION: "подготовить ответ",
    Stage.APPROVAL: "согласовать",
    Stage.REWORK: "доработать",
    Stage.PUBLICATION: "разместить",
    Stage.AWAITING_FINAL: "подготовить окончательный ответ",
    Stage.AWAITING_AUTHOR: "решить, ждать ли автора",
    Stage.CLOSED: "ничего: работа завершена",
}
"""What is to be done with a message in each stage."""

OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.ANSWERED: "Ответ размещён",
    Outcome.DECLINED: "Не подлежит обработке и ответу",
    Outcome.UNANSWERED: "Закрыто без ответа",
    Outcome.VOID: "Зарегистрировано ошибочно",
}

VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.CONTENT: "Автор доволен",
    Verdict.DISCONTENT: "Не решено",
    Verdict.UNCLEAR: "Ничего ясного",
}
"""What the author says of the answer."""

DRAFT_KINDS: Final[Mapping[DraftKind, str]] = {
    DraftKind.ANSWER: "Ответ",
    DraftKind.INTERIM: "Промежуточный ответ",
    DraftKind.CLARIFICATION: "Запрос (уточнение)",
}

DRAFT_STATUSES: Final[Mapping[DraftStatus, str]] = {
    DraftStatus.SUBMITTED: "На согласовании",
    DraftStatus.APPROVED: "Согласован",
    DraftStatus.REWORK: "На доработке",
    DraftStatus.WITHDRAWN: "Отозван",
    DraftStatus.PUBLISHED: "Размещён",
}

DECLINE_GROUNDS: Final[Mapping[DeclineGround, str]] = {
    DeclineGround.HARM_TO_PERSON: "Сведения о намерениях причинить вред другому лицу",
    DeclineGround.OBSCENE_OR_INSULTING: "Нецензурные либо оскорбительные выражения",
    DeclineGround.THREAT_TO_OFFICIAL: "Угрозы жизни, здоровью и имуществу должностного лица, а также членам его семьи",
}
"""In the words of clause 18."""

CLOSE_REASONS: Final[Mapping[CloseReason, str]] = {
    CloseReason.NO_REPLY: "Нет ответа автора",
    CloseReason.DELETED: "Сообщение удалено",
    CloseReason.COMMENTS_CLOSED: "Комментирование закрыто",
    CloseReason.NO_ANSWER_NEEDED: "Не требует реагирования",
    CloseReason.OTHER_REGION: "Относится к ведению другого субъекта Российской Федерации",
    CloseReason.HANDED_TO_APPEALS: "Разъяснён порядок подачи обращения (59-ФЗ)",
    CloseReason.REGISTERED_BY_MISTAKE: "Зарегистрировано ошибочно",
}

REFERRED_TO: Final[Mapping[ReferralTo, str]] = {
    ReferralTo.POLICE: "Органы внутренних дел",
    ReferralTo.PROSECUTOR: "Прокуратура",
    ReferralTo.EMERGENCY: "Экстренные оперативные службы (112)",
    ReferralTo.OTHER_REGION: "Другой субъект Российской Федерации",
    ReferralTo.APPEALS: "Отдел по работе с обращениями граждан (59-ФЗ)",
}

DESTRUCTION_BASES: Final[Mapping[DestructionBasis, str]] = {
    DestructionBasis.CONSENT_WITHDRAWN: "Отзыв согласия на обработку персональных данных",
    DestructionBasis.SUBJECT_REQUEST: "Требование субъекта персональных данных или его представителя",
    DestructionBasis.AUTHORITY: "Предписание уполномоченного органа",
    DestructionBasis.COURT: "Решение суда",
    DestructionBasis.REGISTERED_BY_MISTAKE: "Сведения внесены ошибочно",
}

ROLES: Final[Mapping[Role, str]] = {
    Role.CURATOR: "Куратор",
    Role.HEAD: "Начальник Департамента",
    Role.EXECUTOR: "Исполнитель",
    Role.RESPONSIBLE: "Ответственное должностное лицо",
    Role.DEPUTY: "Заместитель Председателя Правительства",
    Role.DEPUTY_POLICY: "Заместитель Председателя Правительства по внутренней политике",
    Role.GOVERNOR: "Губернатор",
    Role.ADMIN: "Администратор",
}

LIMITS: Final[Mapping[LimitName, str]] = {
    LimitName.ROUTING: "Срок направления",
    LimitName.RETURN: "Срок возврата",
    LimitName.ANSWER: "Срок ответа",
    LimitName.DRAFT: "Срок подготовки проекта ответа",
    LimitName.APPROVAL: "Срок согласования",
    LimitName.REWORK: "Срок доработки",
    LimitName.PUBLICATION: "Срок размещения",
    LimitName.FINAL_DRAFT: "Срок подготовки окончательного проекта ответа",
    LimitName.CONTRIBUTION: "Срок представления информации",
}

_NOTICE_KINDS: Final[Mapping[NoticeKind, tuple[str, str]]] = {
    # title, and what an act's report calls it
    NoticeKind.ASSIGNED: ("Поступило сообщение", "уведомление о поступлении сообщения"),
    NoticeKind.RETURNED: ("Сообщение возвращено", "уведомление о возврате"),
    NoticeKind.CONTRIBUTION_RECEIVED: (
        "Поступила информация для общего ответа",
        "уведомление о поступлении информации для общего ответа",
    ),
    NoticeKind.DRAFT_RECEIVED: ("Поступил проект на согласование", "уведомление о поступлении проекта"),
    NoticeKind.DRAFT_WITHDRAWN: ("Проект отозван", "уведомление об отзыве проекта"),
    NoticeKind.RECALLED: ("Сообщение отозвано", "уведомление о прекращении работы органа с сообщением"),
    NoticeKind.REWORK: ("Возвращено на доработку", "уведомление о возвращении на доработку"),
    NoticeKind.APPROVED: ("Текст согласован", "уведомление о согласовании"),
    NoticeKind.FORECAST: ("Прогноз нарушения срока", "уведомление о том, что срок не будет соблюдён"),
    NoticeKind.WARNING: ("Срок истекает", "уведомление о скором истечении срока"),
    NoticeKind.BREACH: ("Срок нарушен", "уведомление о нарушении срока"),
    NoticeKind.ESCALATION: ("Сведения об истёкшем сроке", "уведомление руководства о нарушении срока"),
    NoticeKind.COMPETENCE_DISPUTE: ("Определение компетентного органа", "уведомление о споре о компетенции"),
    NoticeKind.NO_REPLY: ("Нет ответа автора", "уведомление об отсутствии ответа автора"),
    NoticeKind.THREAT: (
        "Угроза или намерение причинить вред",
        "уведомление об угрозе или намерении причинить вред",
    ),
    NoticeKind.GOVERNOR_REPORT: ("Доклад Губернатору", "доклад Губернатору"),
    NoticeKind.SURGE: ("Повышенная активность", "уведомление о повышенной активности по теме"),
    NoticeKind.WEEKLY_SUMMARY: ("Сводка за неделю", "еженедельная сводка"),
    NoticeKind.DIGEST: ("Просроченные действия", "напоминание о нарушенных сроках"),
    NoticeKind.WITHDRAWN_BREACH: (
        "Отметка о нарушении снята",
        "уведомление об отмене записи о нарушении срока",
    ),
    NoticeKind.REOPENED: ("Сообщение открыто снова", "уведомление о возобновлении работы с сообщением"),
    NoticeKind.VOID_AFTER_BREACH: (
        "Закрыто как ошибочное после нарушения срока",
        "уведомление о закрытии ошибочно зарегистрированного сообщения после нарушения срока",
    ),
    NoticeKind.SPLIT_AFTER_BREACH: (
        "Выделено после истечения срока",
        "уведомление о выделении сообщения после истечения срока",
    ),
    NoticeKind.CHARGE_CORRECTED: (
        "Исправлено, за кем учтено нарушение",
        "уведомление об исправлении того, за кем учтено нарушение срока",
    ),
    NoticeKind.SUBSTITUTION: ("Отсутствие и замещение", "уведомление о начале замещения"),
    NoticeKind.UNACKNOWLEDGED: (
        "Ознакомление не подтверждено",
        "уведомление о неподтверждённом уведомлении руководства",
    ),
    NoticeKind.KEY_EXPIRY: ("Истекает ключ аккаунта", "уведомление об истечении ключа аккаунта"),
    NoticeKind.PUBLICATION_FAILED: (
        "Ответ не размещён программой",
        "уведомление о том, что программа не разместила ответ",
    ),
    NoticeKind.ANSWER_UNCONFIRMED: (
        "В сети размещён отозванный текст",
        "уведомление о размещённом тексте, согласование которого отозвано",
    ),
    NoticeKind.ANSWER_EDITED: ("Размещённый ответ изменён", "уведомление об изменении размещённого ответа"),
    NoticeKind.ANSWER_DELETED: ("Размещённый ответ удалён", "уведомление об удалении размещённого ответа"),
    NoticeKind.POST_EDITED: ("Автор изменил публикацию", "уведомление об изменении публикации её автором"),
    NoticeKind.PROMISE_WARNING: (
        "Приближается обещанный срок",
        "уведомление о приближении срока, обещанного в ответе",
    ),
    NoticeKind.PROMISE_QUESTION: ("Сделано?", "вопрос об исполнении обещанного в ответе"),
    NoticeKind.PROMISE_MOVED: ("Обещание перенесено", "уведомление о переносе обещанного в ответе"),
    NoticeKind.PROMISE_BROKEN: (
        "Исполнение обещания не подтверждено",
        "уведомление о том, что исполнение обещанного в ответе не подтверждено",
    ),
}
NOTICE_KINDS: Final[Mapping[NoticeKind, str]] = {key: title for key, (title, _) in _NOTICE_KINDS.items()}
NOTICES_NAMED: Final[Mapping[NoticeKind, str]] = {key: named for key, (_, named) in _NOTICE_KINDS.items()}


PROMISE_STATES: Final[Mapping[PromiseState, str]] = {
    PromiseState.GIVEN: "Дано",
    PromiseState.MOVED: "Перенесено",
    PromiseState.KEPT: "Исполнено",
    PromiseState.BROKEN: "Исполнение не подтверждено",
}


TABLES: Final[Mapping[type[StrEnum], Mapping[Any, str]]] = {
    Network: NETWORKS,
    Importance: IMPORTANCE,
    Stage: STAGES,
    Outcome: OUTCOMES,
    Verdict: VERDICTS,
    DraftKind: DRAFT_KINDS,
    DraftStatus: DRAFT_STATUSES,
    DeclineGround: DECLINE_GROUNDS,
    CloseReason: CLOSE_REASONS,
    ReferralTo: REFERRED_TO,
    DestructionBasis: DESTRUCTION_BASES,
    Role: ROLES,
    LimitName: LIMITS,
    NoticeKind: NOTICE_KINDS,
    PromiseState: PROMISE_STATES,
}
"""The table of titles of each enumeration."""


def title(value: StrEnum) -> str:
    """What people read for a value of the order's enumerations, in the words of the act in force."""
    return said(TABLES[type(value)][value])


def role(value: Role) -> str:
    """A role inside a sentence, nominative: «куратор», «начальник Департамента», «Губернатор»."""
    title = said(ROLES[value])
    return title if value is Role.GOVERNOR else f"{title[0].lower()}{title[1:]}"


def limit(name: LimitName) -> str:
    """A limit inside a sentence, nominative: «срок согласования»."""
    return f"срок{LIMITS[name].removeprefix('Срок')}"


def of_limit(name: LimitName) -> str:
    """A limit inside a sentence, genitive: «срока согласования»."""
    return f"срока{LIMITS[name].removeprefix('Срок')}"
