"""Bodies of requests about messages."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from calendar_rules.vocabulary import CloseReason, DeclineGround, DraftKind, Importance, Network
from service.times import Duration, Instant
from store.posts.link import LinkError, parse


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("russian", "текст не должен быть пустым.")
    if "\x00" in text:
        raise PydanticCustomError("russian", "в тексте недопустимый знак с кодом 0, уберите его.")
    return text


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
Link = Annotated[
    str,
    Field(max_length=20_000, examples=["https://vk.com/wall-1_1"], json_schema_extra=_WEB),
    AfterValidator(_web_link),
]
Key = Annotated[str, Field(max_length=200, json_schema_extra=_SOMETHING), AfterValidator(_not_blank)]
Keys = Annotated[tuple[Key, ...], Field(min_length=1, max_length=50), AfterValidator(_no_repeats)]
Attachments = Annotated[tuple[Key, ...], Field(max_length=50), AfterValidator(_no_repeats)]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Registration(_Body):
    """A message found by the curator (cl. 7)."""

    network: Network
    url: Link
    author: Text = Field(examples=["Житель Кинешмы"])
    text: Text
    detected_at: Instant | None = Field(
        default=None, description="Когда выявлено; не в будущем. Без него — сейчас."
    )
    starts_at: Instant | None = Field(
        default=None, description="Только в учебном режиме: будущий момент, с которого идут часы сообщения."
    )


class RouteBody(_Body):
    """Where the message goes, and what it is about (cl. 7, 15, 16)."""

    bodies: Keys = Field(
        description="Органы в порядке подготовки; последний готовит ответ.", examples=[["roads"]]
    )
    topic: Key = Field(description="Ключ темы из справочника.")
    location: Text = Field(examples=["г. Кинешма, ул. Советская"])
    importance: Importance
    reduced_term: Duration | None = Field(
        default=None, description="Сокращённый срок ответа, рабочее время.", examples=["PT4H"]
    )
    repeats: Key | None = Field(
        default=None, description="Номер более раннего сообщения, которое повторяется."
    )


class ReturnBody(_Body):
    """Not our competence (cl. 8)."""

    reason: Text
    competent_body: Key | None = None


class ContributionBody(_Body):
    """One body's part of a joint answer (cl. 15)."""

    text: Text
    attachments: Attachments = ()


class DraftBody(_Body):
    """A draft for approval (cl. 10)."""

    kind: DraftKind
    text: Text
    measures: Text | None = Field(
        default=None, description="Для ответа на повторное сообщение обязательно (п. 16)."
    )
    attachments: Attachments = ()


class CommentBody(_Body):
    """What is to be reworked (cl. 11)."""

    comment: Text


class PublicationBody(_Body):
    """Where the answer stands (cl. 13)."""

    url: Link


class DeclineBody(_Body):
    """Why it is not processed (cl. 18)."""

    ground: DeclineGround


class AuthorReplyBody(_Body):
    """What the author answered."""

    text: Text


class CloseBody(_Body):
    """Why it is closed without an answer."""

    reason: CloseReason


class GovernorReportBody(_Body):
    """Why the Governor should know (cl. 21)."""

    reason: Text


class ErasureBody(_Body):
    """On what ground texts are erased (152-FZ)."""

    ground: Text
