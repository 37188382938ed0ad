"""What a weekly summary says (cl. 21): one set of numbers for page, DOCX, XLSX and PDF, and the API's answer.

Nothing in it names an author, a link, a text or a citizen. Durations are working time of the holder. Titles are kept
with the numbers, since a summary stays as it was made, whatever becomes of the directory.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import CloseReason, DeclineGround

FEWEST_FOR_SHARES = 5
"""Of fewer messages no share is told: one more or less would change it too much."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Figures(_Part):
    """Что стало с сообщениями, выявленными за неделю, и со сроками по ним.

    `in_time` и `breached` считаются у того, за кем срок, остальные числа — у каждого органа, которому сообщение
    направлялось, `answered` — у подготовившего ответ.
    """

    received: int = Field(default=0, description="Выявлено.")
    answered: int = Field(default=0, description="Ответ размещён.")
    declined: int = Field(default=0, description="Не подлежат обработке и ответу (п. 18).")
    unanswered: int = Field(default=0, description="Закрыто без ответа.")
    open: int = Field(default=0, description="В работе.")
    in_time: int = Field(default=0, description="Сроков, исполненных не позже наступления.")
    breached: int = Field(default=0, description="Сроков, наступивших неисполненными.")
    returns: int = Field(default=0, description="Возвратов куратору (п. 8).")
    rework_rounds: int = Field(default=0, description="Возвратов текстов на доработку (п. 12, 15).")


class Compared(Figures):
    """Числа недели; `previous` — те же числа недели перед ней."""

    previous: Figures = Figures()


class BodyFigures(Compared):
    """Числа одного органа."""

    body: str
    title: str


class TopicFigures(Compared):
    """Числа одной темы; null: сообщения, которые ещё не направлены."""

    topic: str | None
    title: str


class Declined(_Part):
    """Сообщения, не подлежащие обработке и ответу, по основанию (п. 18)."""

    ground: DeclineGround
    count: int


class ClosedOtherwise(_Part):
    """Сообщения, закрытые без ответа, по причине."""

    reason: CloseReason
    count: int


class Balance(_Part):
    """opening + received + reopened = answered + declined + closed_otherwise + closing, в сообщениях."""

    opening: int
    received: int
    reopened: int
    answered: int
    declined: tuple[Declined, ...]
    closed_otherwise: tuple[ClosedOtherwise, ...]
    closing: int


class LimitFigures(_Part):
    """Как соблюдался один срок: исполненные или наступившие за неделю, и просроченные к её концу.

    `median`, `ninth_decile`, `longest` — рабочее время от начала срока до исполнения; null: ни один не исполнен.
    """

    holder: HolderRole
    body: str | None = Field(description="Ключ органа; null: кураторы.")
    title: str
    limit: LimitName
    clause: int
    in_time: int
    late: int
    open_overdue: int
    median: timedelta | None
    ninth_decile: timedelta | None
    longest: timedelta | None


class Quality(_Part):
    """Качество работы органа; `body` null: все вместе."""

    body: str | None
    title: str
    drafts: int = Field(description="Проектов, по которым за неделю принято решение.")
    accepted_at_once: int = Field(description="Из них согласовано без доработки.")
    rework_rounds: int
    returns: int
    misroutings: int = Field(description="Сообщений, направленных заново мимо этого органа.")
    interim_promised: int = Field(
        description="Окончательных ответов после промежуточного, срок которых на этой неделе."
    )
    interim_kept: int
    repeated: int
    answers: int
    answers_with_photo: int


class Dimension(StrEnum):
    """`topic` — тема; `location` — населённый пункт; `network` — сеть."""

    TOPIC = "topic"
    LOCATION = "location"
    NETWORK = "network"


class Trend(_Part):
    """Выявленные сообщения рядом с неделей перед этой и со средним за четыре недели перед ней."""

    dimension: Dimension
    key: str
    title: str
    count: int
    previous: int
    mean_of_four: float


class Hour(_Part):
    """Сообщения, выявленные в один час одного дня недели, по времени Департамента."""

    weekday: int = Field(ge=1, le=7)
    hour: int = Field(ge=0, le=23)
    count: int


class WeekPoint(_Part):
    """Одна неделя из ряда: выявленные сообщения, соблюдённые и нарушенные сроки по ним."""

    week: str
    received: int
    in_time: int
    breached: int


class SurgeOfWeek(_Part):
    """Повышенная активность, которая на этой неделе началась или продолжалась и о которой сообщено."""

    topic: str | None = Field(
        description="Ключ темы; null: схожие сообщения, тема которых ещё не определена."
    )
    title: str
    location: str | None
    began_at: datetime
    over_at: datetime | None
    count: int = Field(description="Наибольшее число сообщений за срок, указанный в правовом акте.")
    usual: float


class GovernorReport(_Part):
    """Сообщение, о котором за неделю доложено Губернатору."""

    message: str
    at: datetime
    topic: str | None
    title: str | None = Field(default=None, description="Название темы.")


class Definition(_Part):
    """Что означает слово сводки."""

    term: str
    meaning: str


class WeeklySummary(_Part):
    """Сводка за одну неделю по ИСО 8601, по времени Департамента."""

    week: str = Field(pattern=r"^\d{4}-W\d{2}$", examples=["2026-W47"])
    version: int = Field(description="Номер составления; 0: предварительные числа незаконченной недели.")
    made_at: datetime
    made_by: str | None = Field(description="Имя для входа составившего; null: составлена по расписанию.")
    first_day: date
    last_day: date
    totals: Compared
    bodies: tuple[BodyFigures, ...]
    topics: tuple[TopicFigures, ...]
    balance: Balance
    limits: tuple[LimitFigures, ...]
    quality: tuple[Quality, ...]
    trends: tuple[Trend, ...]
    hours: tuple[Hour, ...]
    weeks: tuple[WeekPoint, ...] = Field(description="Двенадцать недель до этой и она сама.")
    escalations: int
    acknowledged: int
    passed_on: int = Field(description="Не подтверждены в срок и переданы руководителю.")
    surges: tuple[SurgeOfWeek, ...]
    governor_reports: tuple[GovernorReport, ...]
    gaps: tuple[str, ...] = Field(description="Чего в данных недостаёт.")
    definitions: tuple[Definition, ...]
