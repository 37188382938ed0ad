"""Summary of a period (cl. 21): one set of numbers for page, DOCX, XLSX and PDF, and the API's answer.

The weekly summary is that of a week and of the whole region; a report of any period, maybe of one body, says more.

Nothing in it names an author, a link, a text or a citizen. Durations are working time of the holder. Titles are kept
with the numbers, since a summary stays as it was made, whatever becomes of the directory.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, computed_field

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import CloseReason, DeclineGround
from service.reports.weekly.period import Unit

FEWEST_FOR_SHARES = 5
"""Of fewer messages no share is told: one more or less would change it too much."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Figures(_Part):
    """Что стало с сообщениями, выявленными за период, и со сроками по ним.

    `in_time` считается у того, за кем срок, `breached` — у тех, за кем учтено нарушение, остальные числа — у каждого
    органа, которому сообщение направлялось, `answered` и оценки авторов — у подготовившего ответ.
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
    content: int = Field(default=0, description="Из answered: автор доволен ответом.")
    discontent: int = Field(default=0, description="Из answered: автор говорит, что не решено.")
    unclear: int = Field(default=0, description="Из answered: из слов автора ничего не ясно.")
    none: int = Field(default=0, description="Из answered: оценки автора нет.")


class Compared(Figures):
    """Числа периода; `previous` — те же числа такого же периода перед ним."""

    previous: Figures = Figures()


class BodyFigures(Compared):
    """Числа одного органа."""

    body: str
    title: str


class TopicFigures(Compared):
    """Числа одной темы; null: сообщения, которые ещё не направлены, а при `ended` — завершены без направления."""

    topic: str | None
    title: str
    ended: bool = False


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


class Kept(_Part):
    """Сроки, исполненные или наступившие за период: в срок, с нарушением; и просроченные к его концу."""

    in_time: int = 0
    late: int = 0
    open_overdue: int = 0


class LimitFigures(Kept):
    """Как соблюдался один срок: у того, за кем он, а нарушенный — у тех, за кем учтено нарушение.

    `previous` — то же за такой же период раньше, null в сводке за неделю. `median`, `ninth_decile`, `longest` — рабочее
    время от начала срока до исполнения; null: ни один не исполнен.
    """

    holder: HolderRole
    body: str | None = Field(description="Ключ органа; null: кураторы.")
    title: str
    limit: LimitName
    clause: int
    median: timedelta | None
    ninth_decile: timedelta | None
    longest: timedelta | None
    previous: Kept | None = None


class QualityCounts(_Part):
    """Решения по проектам, возвраты и обещанные ответы."""

    drafts: int = Field(default=0, description="Проектов, по которым за период принято решение.")
    accepted_at_once: int = Field(default=0, description="Из них согласовано без доработки.")
    rework_rounds: int = 0
    returns: int = 0
    misroutings: int = Field(default=0, description="Сообщений, направленных заново мимо этого органа.")
    interim_promised: int = Field(
        default=0, description="Окончательных ответов после промежуточного, срок которых наступил за период."
    )
    interim_kept: int = 0
    repeated: int = 0
    answers: int = 0
    answers_with_photo: int = 0


class Quality(QualityCounts):
    """Качество работы органа; `body` null: все вместе. `previous` — как у сроков."""

    body: str | None
    title: str
    previous: QualityCounts | None = None


class PromiseFigures(_Part):
    """Обещания, данные в ответах органа; `body` null: все вместе. Сроками порядка они не являются."""

    body: str | None
    title: str
    given: int = Field(default=0, description="Дано за период.")
    kept: int = Field(default=0, description="Исполнено за период.")
    moved: int = Field(default=0, description="Переносов за период.")
    broken: int = Field(
        default=0, description="Не исполнено: срок, который назвал орган, наступил за период."
    )


class Dimension(StrEnum):
    """`topic` — тема; `location` — населённый пункт; `network` — сеть."""

    TOPIC = "topic"
    LOCATION = "location"
    NETWORK = "network"


class Trend(_Part):
    """Выявленные сообщения рядом с таким же периодом раньше и со средним за четыре таких периода перед этим."""

    dimension: Dimension
    key: str
    title: str
    count: int
    previous: int
    mean_of_four: float


class Point(_Part):
    """Один период из ряда: выявленные сообщения, соблюдённые и нарушенные сроки по ним."""

    period: str
    received: int
    in_time: int
    breached: int


class SurgeOfWeek(_Part):
    """Повышенная активность, которая за период началась или продолжалась и о которой сообщено."""

    surge: int | None = Field(default=None, description="Номер повышенной активности.")
    topic: str = Field(description="Ключ темы.")
    title: str
    location: str | None
    began_at: datetime
    over_at: datetime | None
    count: int = Field(description="Наибольшее число сообщений за срок, указанный в правовом акте.")
    usual: float


class GovernorReport(_Part):
    """Сообщение, о котором за период доложено Губернатору."""

    message: str
    at: datetime
    topic: str | None
    title: str | None = Field(default=None, description="Название темы.")


class Definition(_Part):
    """Что означает слово сводки."""

    term: str
    meaning: str


class AsMade(_Part):
    """Числа предыдущей недели, как они стоят в её сводке, если теперь они другие: версия и когда она составлена."""

    version: int
    made_at: datetime
    totals: Figures


class Noted(_Part):
    """Нарушения, наступившие за период, и те из них, о которых указаны принятые меры (п. 20)."""

    breaches: int = 0
    noted: int = 0


class Measures(Noted):
    """То же рядом с таким же периодом раньше."""

    previous: Noted


class RepeatedAuthor(_Part):
    """Автор, от которого за период выявлено несколько сообщений; имя его — в самом раннем из них."""

    message: str
    network: str
    count: int


class Authors(_Part):
    """Авторы, обращавшиеся за период неоднократно, и сколько сообщений от них."""

    authors: int
    messages: int
    previous_authors: int
    previous_messages: int
    listed: tuple[RepeatedAuthor, ...] = Field(description="С наибольшим числом сообщений, первыми.")


class StepCount(_Part):
    """Сколько раз за период выполнен один шаг."""

    limit: LimitName
    count: int


class Worker(_Part):
    """Нагрузка одного сотрудника; `person` null: в органе не назначен никто."""

    person: str | None
    name: str
    body: str | None = Field(description="Ключ органа; null: куратор.")
    body_title: str | None = None
    open: int = Field(description="Сообщений в работе сейчас.")
    steps: tuple[StepCount, ...]
    done: int = Field(description="Шагов, выполненных за период.")
    per_day: float = Field(description="Из них на один рабочий день.")


class Load(_Part):
    """Нагрузка кураторов и исполнителей."""

    working_days: int = Field(description="Рабочих дней Департамента за период, до этого момента.")
    workers: tuple[Worker, ...]


class WeeklySummary(_Part):
    """Числа одного периода, по времени Департамента: всей области или одного органа."""

    period: str = Field(description="Название периода.", examples=["2026-W47"])
    unit: Unit = Unit.WEEK
    body: str | None = Field(default=None, description="Ключ органа; null: вся область.")
    body_title: str | None = None
    version: int = Field(description="Номер составления; 0: числа на этот момент.")
    is_report: bool = Field(
        default=False, description="Составлен по запросу, за любой период; не сводка за неделю."
    )
    is_over: bool = Field(default=True, description="Закончился ли период.")
    made_at: datetime
    made_by: str | None = Field(description="Имя для входа составившего; null: составлена по расписанию.")
    first_day: date
    last_day: date
    totals: Compared
    curators: Compared = Field(default=Compared(), description="Сроки, которые за кураторами.")
    nobodys: int = Field(
        default=0,
        description="Из `totals.breached` не учтены ни за кем: сроки отдельных шагов вместе длиннее срока ответа.",
    )
    as_made: AsMade | None = None
    bodies: tuple[BodyFigures, ...]
    topics: tuple[TopicFigures, ...]
    balance: Balance
    limits: tuple[LimitFigures, ...]
    limits_total: Kept = Field(default=Kept(), description="Каждый срок один раз, за кем бы он ни был учтён.")
    limits_total_before: Kept | None = Field(default=None, description="То же за такой же период раньше.")
    quality: tuple[Quality, ...]
    promises: tuple[PromiseFigures, ...] = ()
    trends: tuple[Trend, ...]
    weeks: tuple[Point, ...] = Field(description="Такие же периоды до этого и он сам, последним.")
    measures: Measures | None = None
    authors: Authors | None = None
    load: Load | None = None
    escalations: int
    acknowledged: int
    unacknowledged: int = Field(
        description="Получение никем не подтверждено; с `acknowledged` — все `escalations`."
    )
    surges: tuple[SurgeOfWeek, ...]
    governor_reports: tuple[GovernorReport, ...]
    gaps: tuple[str, ...] = Field(description="Неполнота сведений.")
    definitions: tuple[Definition, ...]

    @computed_field(description="Период не закончился, или сводка за неделю ещё не составлена.")  # type: ignore[prop-decorator]
    @property
    def preliminary(self) -> bool:
        """Whether the numbers are those of now, and will be others."""
        return not self.is_over if self.is_report else self.version == 0

    @computed_field(description="Неделя по ИСО 8601; null для других периодов.", examples=["2026-W47"])  # type: ignore[prop-decorator]
    @property
    def week(self) -> str | None:
        """The name of the week, of a week."""
        return self.period if self.unit is Unit.WEEK else None
