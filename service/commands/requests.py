"""Bodies of requests about messages.

Their docstrings and descriptions are what the API says of itself, so they are in Russian. It is long because every
command has its body here.
"""

import re
from datetime import date
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from calendar_rules.vocabulary import (
    CloseReason,
    DeclineGround,
    DestructionBasis,
    DraftKind,
    Importance,
    Network,
    ReferralTo,
)
from service.access.values import DayOrInstant, Duration, Instant
from service.access.wording import (
    FRAGMENT_TOO_SHORT,
    NO_EVIDENCE,
    NOTHING_TO_CORRECT,
    REFERRAL_WITH_ANOTHER_REASON,
)
from service.messages.posts.link import LinkError, parse

_FEWEST = 3
"""Letters and digits: fewer would be found in every second word."""


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("russian", "текст не должен быть пустым.")
    return _storable(text)


def _storable(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("russian", "в тексте недопустимый знак с кодом 0, уберите его.")
    return text


def _long_enough(fragment: str) -> str:
    if sum(sign.isalnum() for sign in fragment) < _FEWEST:
        raise PydanticCustomError("russian", FRAGMENT_TOO_SHORT)
    return fragment


def _web_link(url: str) -> str:
    try:
        parse(url)
    except LinkError as error:
        raise PydanticCustomError("russian", "{reason}", {"reason": str(error)}) from error
    return url


def _no_repeats(keys: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(keys)) < len(keys):
        raise PydanticCustomError("russian", "значения не должны повторяться.")
    return keys


# What the validators say in Russian, for programs.
_SOMETHING: JsonDict = {"minLength": 1, "pattern": r"\S"}
_WEB: JsonDict = {"format": "uri", "pattern": "^https?://"}

Text = Annotated[
    str,
    Field(max_length=20_000, examples=["Яму засыпали сегодня утром."], json_schema_extra=_SOMETHING),
    AfterValidator(_not_blank),
]
TextOrNone = Annotated[
    str,
    Field(max_length=20_000),
    AfterValidator(_storable),
]
Link = Annotated[
    str,
    Field(max_length=20_000, examples=["https://vk.com/wall-1_1"], json_schema_extra=_WEB),
    AfterValidator(_web_link),
]
ShortText = Annotated[
    str,
    Field(max_length=500, json_schema_extra=_SOMETHING),
    AfterValidator(_not_blank),
]
Fragment = Annotated[
    str,
    Field(max_length=20_000, json_schema_extra={"minLength": 3}),
    AfterValidator(_not_blank),
    AfterValidator(_long_enough),
]
Key = Annotated[str, Field(max_length=200, json_schema_extra=_SOMETHING), AfterValidator(_not_blank)]
Keys = Annotated[tuple[Key, ...], Field(min_length=1, max_length=50), AfterValidator(_no_repeats)]
Attachments = Annotated[tuple[Key, ...], Field(max_length=50), AfterValidator(_no_repeats)]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Registration(_Body):
    """Сообщение, выявленное куратором (п. 7)."""

    network: Network = Field(description="Сеть, в которой размещено сообщение (п. 3).")
    url: Link = Field(description="Ссылка на публикацию.")
    author: Text = Field(description="Имя автора в сети.", examples=["Житель Заречного"])
    attachments: Attachments = Field(
        default=(),
        description="Номера загруженных снимков (`POST /api/attachments`): они принадлежат сообщению.",
    )
    text: TextOrNone = Field(
        description="Текст сообщения; может быть пустым, если есть снимки.",
        examples=["На Советской яма во всю полосу."],
    )
    detected_at: Instant | None = Field(
        default=None, description="Момент выявления, не позже текущего; если не указан — текущий."
    )
    starts_at: Instant | None = Field(
        default=None, description="Только в учебном режиме: будущий момент, с которого идут часы сообщения."
    )

    @field_validator("text")
    @classmethod
    def _says_something(cls, text: str, given: ValidationInfo) -> str:
        # What is wrong with the pictures is said of them.
        if text.strip() or given.data.get("attachments", True):
            return text
        raise PydanticCustomError(
            "russian", "текст не должен быть пустым, если к сообщению не приложен снимок."
        )


class RouteBody(_Body):
    """Куда направляется сообщение и о чём оно (п. 7, 15, 16)."""

    bodies: Keys = Field(
        description="Органы в порядке подготовки; последний готовит ответ.", examples=[["roads"]]
    )
    topic: Key = Field(description="Ключ темы из справочника.", examples=["potholes"])
    location: ShortText = Field(description="Локация.", examples=["г. Заречный, ул. Советская"])
    importance: Importance = Field(description="Категория важности.")
    reduced_term: Duration | None = Field(
        default=None, description="Сокращённый срок ответа, рабочее время (п. 7).", examples=["PT4H"]
    )
    repeats: Key | None = Field(
        default=None,
        description="Номер более раннего сообщения, которое повторяется (п. 16).",
        examples=["7"],
    )


class ReturnBody(_Body):
    """Возврат: вопрос не относится к компетенции органа (п. 8)."""

    reason: Text = Field(
        description="Почему вопрос не относится к компетенции органа.",
        examples=["Улица находится на балансе города."],
    )
    competent_body: Key | None = Field(
        default=None, description="Ключ компетентного органа, если он известен.", examples=["kineshma-city"]
    )


class ContributionBody(_Body):
    """Информация одного органа для общего ответа (п. 15)."""

    text: Text = Field(
        description="Информация органа.",
        examples=["Ремонт теплотрассы завершён 20 ноября."],
    )
    attachments: Attachments = Field(default=(), description="Номера загруженных вложений.")


class PromiseBody(_Body):
    """Что обещано и к какому сроку."""

    what: ShortText = Field(description="Что будет сделано.", examples=["Засыпать яму у дома 14."])
    by: DayOrInstant = Field(description="К какому дню или моменту, позже текущего.", examples=["2026-12-05"])


class KeptBody(_Body):
    """Чем подтверждено, что обещанное сделано: ссылкой, снимком или примечанием."""

    evidence: Key | None = Field(
        default=None, description="Ссылка, по которой видно, что сделано, или номер загруженного вложения."
    )
    note: Text | None = Field(default=None, description="Примечание.", examples=["Яму засыпали 4 декабря."])

    @model_validator(mode="after")
    def _is_proved(self) -> Self:
        if self.evidence is None and self.note is None:
            raise PydanticCustomError("russian", NO_EVIDENCE)
        return self


class MovedBody(_Body):
    """К какому сроку переносится обещание и почему."""

    by: DayOrInstant = Field(description="Новый день или момент, позже текущего.")
    reason: Text = Field(description="Причина.", examples=["Не поступил асфальт."])


class DraftBody(_Body):
    """Проект для согласования (п. 10)."""

    kind: DraftKind = Field(description="Вид проекта.")
    text: Text = Field(description="Текст проекта.", examples=["Здравствуйте! Яму засыпали сегодня утром."])
    measures: Text | None = Field(
        default=None,
        description="Принятые меры или ход решения вопроса; для повторного обязательно (п. 16).",
        examples=["Участок внесён в план ремонта, работы начнутся 1 декабря."],
    )
    attachments: Attachments = Field(default=(), description="Номера загруженных вложений.")
    promises: tuple[PromiseBody, ...] = Field(
        default=(), max_length=20, description="Что текст обещает и к какому сроку."
    )
    taken_from: Key | None = Field(
        default=None,
        description="Номер сообщения, с ответа на которое начат проект; записывается, пока в тексте есть заметная "
        "часть того ответа.",
        examples=["7"],
    )


class CommentBody(_Body):
    """Что нужно доработать (п. 11)."""

    comment: Text = Field(description="Замечания.", examples=["Укажите срок и исполнителя работ."])


class PublicationBody(_Body):
    """Где размещён ответ (п. 13)."""

    url: Link = Field(
        description="Ссылка на размещённый ответ.", examples=["https://vk.com/wall-1_1?reply=2"]
    )
    proof: Key | None = Field(
        default=None, description="Номер загруженного вложения: снимок экрана размещённого ответа."
    )


class DeclineBody(_Body):
    """Почему сообщение не подлежит обработке и ответу (п. 18)."""

    ground: DeclineGround = Field(description="Основание по пункту 18.")


class AuthorReplyBody(_Body):
    """Что ответил автор на запрос (уточнение)."""

    text: Text = Field(description="Ответ автора.", examples=["Яма напротив дома 14, у остановки."])


class ReferralBody(_Body):
    """Куда переданы сведения из сообщения и каким документом."""

    to: ReferralTo = Field(description="Куда передано.")
    document: ShortText | None = Field(
        default=None, description="Вид и номер документа.", examples=["Письмо № 01-14/233"]
    )
    dated: date | None = Field(default=None, description="Дата документа.", examples=["2026-11-23"])
    note: Text | None = Field(default=None, description="Примечание.", examples=["Передано дежурному."])


class CloseBody(_Body):
    """Почему сообщение закрывается без ответа."""

    reason: CloseReason = Field(description="Причина.")
    referral: ReferralBody | None = Field(
        default=None,
        description="Куда передано; только с причинами other_region и handed_to_appeals.",
    )

    @model_validator(mode="after")
    def _is_passed_on(self) -> Self:
        if self.referral is not None and self.reason not in PASSED_ON:
            raise PydanticCustomError("russian", REFERRAL_WITH_ANOTHER_REASON)
        return self


PASSED_ON = (CloseReason.OTHER_REGION, CloseReason.HANDED_TO_APPEALS)
"""The ends with which it may be said to whom the matter was passed on."""


class CorrectionBody(_Body):
    """Что было внесено неверно, как должно быть и почему исправлено (п. 7); неназванное остаётся прежним."""

    network: Network | None = Field(default=None, description="Сеть, в которой размещено сообщение.")
    url: Link | None = Field(
        default=None, description="Ссылка на сообщение.", examples=["https://vk.com/wall-1_3"]
    )
    author: Text | None = Field(default=None, description="Имя автора.", examples=["Жительница Заречного"])
    text: Text | None = Field(
        default=None,
        description="Текст сообщения.",
        examples=["На улице Советской яма во всю полосу."],
    )
    topic: Key | None = Field(
        default=None, description="Ключ темы из справочника; после направления.", examples=["potholes"]
    )
    location: ShortText | None = Field(
        default=None, description="Локация; после направления.", examples=["г. Заречный, ул. Советская, 14"]
    )
    importance: Importance | None = Field(default=None, description="Категория важности; после направления.")
    reason: Text = Field(description="Причина исправления.", examples=["Опечатка в ссылке."])

    @model_validator(mode="after")
    def _something_is_corrected(self) -> Self:
        if all(getattr(self, field) is None for field in CORRECTED):
            raise PydanticCustomError("russian", NOTHING_TO_CORRECT)
        return self


CORRECTED = ("network", "url", "author", "text", "topic", "location", "importance")
"""The fields of a message that can be corrected."""


class NoteBody(_Body):
    """Заметка к сообщению с подтверждением, например снимком экрана публикации, которая может исчезнуть."""

    text: Text = Field(description="Текст заметки.", examples=["Публикация удалена, снимок экрана приложен."])
    attachments: Attachments = Field(default=(), description="Номера загруженных вложений.")


class AssigneeBody(_Body):
    """Кто из исполнителей органа работает с сообщением; null — любой."""

    person: Key | None = Field(
        description="Имя для входа исполнителя органа, который сейчас работает с сообщением; null — не назначен.",
        examples=["executor-roads"],
    )


class CuratorBody(_Body):
    """Куратор, которому передаётся сообщение."""

    person: Key = Field(description="Имя для входа куратора.", examples=["curator2"])


class LinkBody(_Body):
    """Верная ссылка на размещённый текст и причина исправления (п. 13)."""

    url: Link = Field(
        description="Верная ссылка на размещённый текст.", examples=["https://vk.com/wall-1_1?reply=3"]
    )
    reason: Text = Field(description="Причина исправления.", examples=["Указана ссылка на другую запись."])


class ReopenBody(_Body):
    """Почему завершение было ошибочным."""

    reason: Text = Field(description="Причина.", examples=["Закрыто по ошибке."])
    at: Instant | None = Field(
        default=None,
        description="Только в учебном режиме: момент по часам сообщения, в который оно открывается снова.",
    )


class TransferBody(_Body):
    """Орган-преемник, которому переходит сообщение органа, прекратившего деятельность."""

    body: Key = Field(description="Ключ органа-преемника.", examples=["housing"])
    reason: Text = Field(description="Причина.", examples=["Орган реорганизован приказом № 12."])


class SplitBody(_Body):
    """Второй вопрос той же публикации, который становится отдельным сообщением."""

    text: Text = Field(description="Текст второй части.", examples=["И в подъезде третий день нет света."])
    topic: Key | None = Field(default=None, description="Ключ темы из справочника.", examples=["potholes"])


_SIGNS_OF_A_NUMBER = re.compile(r"(?:[0-9 №/().,:–-]|(?<![^\W\d_])[A-ZА-ЯЁ]{1,2}(?=-?[0-9]))+")


def _number_of_a_document(given: str) -> str:
    number = given.strip().removeprefix("№").strip()
    if not _SIGNS_OF_A_NUMBER.fullmatch(number) or not re.search("[0-9]", number):
        raise PydanticCustomError(
            "russian",
            "нужен только номер документа, например «2-14/2027»: цифры и знаки номера, без слов и имён.",
        )
    return number


DocumentNumber = Annotated[
    str, Field(max_length=40, examples=["2-14/2027"]), AfterValidator(_number_of_a_document)
]


class ErasureBody(_Body):
    """На каком основании уничтожаются персональные данные (152-ФЗ)."""

    basis: DestructionBasis = Field(description="Основание.")
    document: DocumentNumber | None = Field(
        default=None, description="Номер документа: цифры и знаки номера, без слов и имён."
    )
    dated: date | None = Field(default=None, description="Дата документа.", examples=["2026-11-23"])


class RedactionBody(ErasureBody):
    """Что убрать из сообщения и на каком основании (152-ФЗ)."""

    fragment: Fragment = Field(
        description="Слова, которые нужно убрать, как они написаны, или номер вложения.",
        examples=["+7 910 123-45-67"],
    )


class GovernorReportBody(_Body):
    """Почему сообщение докладывается Губернатору (п. 21)."""

    reason: Text = Field(
        description="Причина доклада.", examples=["Без отопления остались три дома и школа."]
    )
