"""Verdict of a message as it is shown: what a person has decided, and what the words of a found reply suggest."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.vocabulary import Verdict
from service.access import note as access_note
from service.messages.author_words import judge
from store.verdicts.verdicts import Given, Reply


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class SuggestedVerdict(_View):
    """Оценка, которая следует из слов того, что найдено под ответом; решает куратор."""

    value: Verdict
    because: list[str] = Field(description="Слова, из-за которых она предложена, как они написаны.")
    reply: str = Field(description="Номер найденной публикации.")
    text: str
    url: str
    author: str
    at: datetime
    by_author: bool = Field(description="Подписано именем автора сообщения; иначе под ответом пишет другой.")


class GivenVerdict(_View):
    """Оценка, которую внёс сотрудник."""

    value: Verdict
    text: str | None = Field(description="Что написал автор.")
    url: str | None = Field(description="Где он это написал.")
    person: str
    acting_for: str | None
    at: datetime


class VerdictView(_View):
    """Что автор говорит об ответе: content — доволен, not_content — не решено, none — ничего или ничего ясного."""

    value: Verdict
    suggested: SuggestedVerdict | None = Field(description="null — под ответом ничего нового не найдено.")
    text: str | None
    url: str | None
    person: str | None = Field(description="Кто внёс оценку; null — её никто не вносил.")
    acting_for: str | None
    at: datetime | None
    history: list[GivenVerdict] = Field(description="Все внесённые оценки, последняя сверху (п. 19).")


class Verdicts:
    """Verdicts of some messages; slow where there are replies, whose words are read: for a thread."""

    def __init__(
        self,
        given: Mapping[int, Sequence[Given]] | None = None,
        replies: Mapping[int, Sequence[Reply]] | None = None,
    ) -> None:
        self._given = given or {}
        self._suggested = {message: _suggested(found) for message, found in (replies or {}).items() if found}
        # What is shown of what was found is on record as in the feed.
        access_note.shows_candidates(int(shown.reply) for shown in self._suggested.values())

    def of(self, message: str, zone: tzinfo | None) -> VerdictView:
        """The verdict of an answered message; moments in the zone."""
        history = [
            GivenVerdict.model_construct(
                value=one.value,
                text=one.text,
                url=one.url,
                person=one.person,
                acting_for=one.acting_for,
                at=one.at.astimezone(zone),
            )
            for one in self._given.get(int(message), ())
        ]
        suggested = self._suggested.get(int(message))
        if suggested is not None:
            suggested = suggested.model_copy(update={"at": suggested.at.astimezone(zone)})
        last = history[0] if history else None
        return VerdictView.model_construct(
            value=last.value if last else Verdict.NONE,
            suggested=suggested,
            text=last.text if last else None,
            url=last.url if last else None,
            person=last.person if last else None,
            acting_for=last.acting_for if last else None,
            at=last.at if last else None,
            history=history,
        )


def _suggested(replies: Sequence[Reply]) -> SuggestedVerdict:
    """What the replies say, the last first: the author's own before those of others, those that say something first."""
    judged = [(reply, judge(reply.text)) for reply in replies]
    reply, judgement = max(judged, key=lambda one: (one[0].by_author, one[1].value is not Verdict.NONE))
    return SuggestedVerdict(
        value=judgement.value,
        because=list(judgement.because),
        reply=str(reply.candidate),
        text=reply.text,
        url=reply.url,
        author=reply.author,
        at=reply.at,
        by_author=reply.by_author,
    )
