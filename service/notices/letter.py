"""Letters for a channel: notices in plain text and as HTML, with links, and nothing of a message itself.

What is sent is made of notices alone, and they name a message by its number (`service/notices/notice_text.py`).
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape
from types import MappingProxyType
from urllib.parse import urlsplit

from calendar_rules import titles
from calendar_rules.act_words import said
from calendar_rules.moments import As, moment_text
from calendar_rules.russian import Noun, counted
from calendar_rules.vocabulary import NoticeKind
from service.messages.direction import without_controls
from service.people.person_names import short
from store.database.columns import ERASED
from store.notices.tables import NoticeRow

_NO_NAMES: Mapping[str, str] = MappingProxyType({})
GATHERED_AT_MOST = 100
"""Notices that go at once; what is more goes next."""
_ACKNOWLEDGED = frozenset({NoticeKind.ESCALATION, NoticeKind.UNACKNOWLEDGED})
_PRESSING = frozenset({NoticeKind.BREACH, NoticeKind.THREAT, NoticeKind.GOVERNOR_REPORT, *_ACKNOWLEDGED})
_NOTICES = Noun("уведомление", "уведомления", "уведомлений", "уведомления")
_MESSAGES = Noun("сообщении", "сообщениях", "сообщениях", "сообщения")
_FOOT = "Письмо отправлено системой «Отклик», отвечать на него не нужно. Каналы уведомлений: {profile}"


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as it is told: `acts`, where its addressee has to acknowledge it there."""

    heading: str
    about: str
    text: str
    link: str
    acts: bool
    pressing: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """One sending: `id` and `thread` are stable, and `notices` are the ids of what is told in it."""

    id: str
    thread: str
    subject: str
    lines: Sequence[Line]
    notices: Sequence[int]
    profile: str
    inbox: str

    @property
    def plain(self) -> str:
        """The text of a mail."""
        parts = [self._opening] if len(self.lines) > 1 else []
        parts += [_plain(line) for line in self.lines]
        return "\n\n".join([*parts, f"-- \n{_FOOT.format(profile=self.profile)}"]) + "\n"

    def short(self, room: int) -> str:
        """The text for a messenger, of at most so many characters: what does not fit is to be read in the inbox."""
        shown = [_plain(line) for line in self.lines]
        whole = "\n\n".join(shown)
        left = len(shown)
        while len(whole) > room and left > 1:
            left -= 1
            more = counted(len(shown) - left, _NOTICES)
            whole = "\n\n".join([*shown[:left], f"И ещё {more}: {self.inbox}"])
        return whole[:room]

    @property
    def html(self) -> str:
        """The text of a mail, for those who read it so; nothing in it is fetched from anywhere."""
        opening = f'<p style="{_SMALL}">{escape(self._opening)}</p>' if len(self.lines) > 1 else ""
        items = "".join(map(_html, self.lines))
        profile = f'<a href="{escape(self.profile)}" style="color:#59636e">каналы уведомлений</a>'
        return (
            '<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
            f"<title>{escape(self.subject)}</title></head>"
            f'<body style="margin:0;padding:24px 16px;{_FONT}"><div style="max-width:600px;margin:0 auto">'
            f"{opening}{items}"
            f'<p style="{_SMALL};margin-top:28px">Письмо отправлено системой «Отклик», отвечать на него не нужно. '
            f"Изменить {profile}.</p></div></body></html>"
        )

    @property
    def _opening(self) -> str:
        return f"{counted(len(self.lines), _NOTICES).capitalize()}."


_FONT = "font:16px/1.5 'Golos Text','Segoe UI',Arial,sans-serif"
_SMALL = "font-size:13px;line-height:1.45;color:#59636e"


def _plain(line: Line) -> str:
    act = "Подтвердить ознакомление" if line.acts else "Открыть"
    about = f" · {line.about}" if line.about else ""
    return f"{line.heading}{about}\n{line.text}\n{act}: {line.link}"


def _html(line: Line) -> str:
    edge = "#c0362c" if line.pressing else "#c9d1d9"
    act = (
        f'<a href="{escape(line.link)}" style="display:inline-block;padding:8px 16px;border-radius:6px;'
        'background:#0b57a4;color:#ffffff;text-decoration:none">Подтвердить ознакомление</a>'
        if line.acts
        else f'<a href="{escape(line.link)}" style="color:#0b57a4">Открыть в «Отклике»</a>'
    )
    about = f'<p style="{_SMALL};margin:0">{escape(line.about)}</p>' if line.about else ""
    return (
        f'<div style="border-left:4px solid {edge};padding:2px 0 2px 14px;margin:0 0 22px">'
        f'<p style="margin:0;font-weight:600">{escape(line.heading)}</p>{about}'
        f'<p style="margin:6px 0 10px">{escape(line.text)}</p><p style="margin:0">{act}</p></div>'
    )


class Letters:
    """Makes letters of one installation: `public_url` is where people open it, moments are told in `zone`."""

    def __init__(self, public_url: str, zone: tzinfo) -> None:
        self._base = public_url
        self._zone = zone
        self.host = urlsplit(public_url).hostname or "localhost"

    def name(self, channel: int, notices: Collection[int]) -> str:
        """What a sending of these notices is called: the same at every attempt, in this installation alone."""
        content = f"{self._base}\n{channel}\n{','.join(map(str, sorted(notices)))}"
        return hashlib.sha256(content.encode()).hexdigest()[:32]

    def of(self, name: str, notices: Sequence[NoticeRow], names: Mapping[str, str] = _NO_NAMES) -> Letter:
        """The letter in which these notices, of one person and at least one, are told.

        `names` are those of the absent in whose place they are told, by sign-in.
        """
        messages = {notice.message for notice in notices}
        return Letter(
            id=name,
            thread=self._thread(notices, messages),
            subject=_subject(notices, messages),
            lines=[self._line(notice, names) for notice in notices],
            notices=[notice.id or 0 for notice in notices],
            profile=f"{self._base}/profile#channels",
            inbox=f"{self._base}/notices",
        )

    def trial(self, channel: int, at: datetime) -> Letter:
        """What is sent to see whether a channel works."""
        line = Line(
            heading="Проверка канала",
            about=moment_text(at.astimezone(self._zone), As.HEADING),
            text="Уведомления «Отклика» доходят сюда. Делать ничего не нужно.",
            link=f"{self._base}/profile#channels",
            acts=False,
            pressing=False,
        )
        name = hashlib.sha256(f"{self._base}\ntrial\n{channel}\n{at.isoformat()}".encode()).hexdigest()[:32]
        return Letter(
            id=name,
            thread=self._digest("trial"),
            subject="Проверка канала уведомлений",
            lines=[line],
            notices=[],
            profile=f"{self._base}/profile#channels",
            inbox=f"{self._base}/notices",
        )

    def _thread(self, notices: Sequence[NoticeRow], messages: set[int | None]) -> str:
        """All of one message is one thread; what is of no message is one by its kind; the rest is gathered."""
        if len(messages) == 1 and (number := next(iter(messages))) is not None:
            return self._digest(f"message-{number}")
        kinds = {notice.kind for notice in notices}
        if messages == {None} and len(kinds) == 1:
            return self._digest(next(iter(kinds)))
        return self._digest("gathered")

    def _digest(self, thread: str) -> str:
        own = hashlib.sha256(self._base.encode()).hexdigest()[:8]
        return f"{thread.replace('_', '-')}.{own}"

    def _line(self, notice: NoticeRow, names: Mapping[str, str]) -> Line:
        kind = NoticeKind(notice.kind)
        acts = kind in _ACKNOWLEDGED and notice.acknowledged_at is None
        if acts:
            link = f"{self._base}/notices/{notice.id}"
        elif notice.message is not None:
            link = f"{self._base}/messages/{notice.message}"
        else:
            link = f"{self._base}/notices#notice-{notice.id}"
        about = moment_text(notice.deliver_from.astimezone(self._zone), As.HEADING)
        absent = names.get(notice.acting_for or "")
        return Line(
            heading=said(titles.NOTICE_KINDS[kind]),
            about=f"{about} · за отсутствующего сотрудника: {short(absent)}" if absent else about,
            text="Данные сообщения удалены." if notice.text == ERASED else without_controls(notice.text),
            link=link,
            acts=acts,
            pressing=kind in _PRESSING,
        )


def _subject(notices: Sequence[NoticeRow], messages: set[int | None]) -> str:
    if len(notices) == 1:
        (notice,) = notices
        heading = said(titles.NOTICE_KINDS[NoticeKind(notice.kind)])
        if notice.message is None:
            return heading
        return f"Сообщение № {notice.message}: {heading[0].lower()}{heading[1:]}"
    number = next(iter(messages)) if len(messages) == 1 else None
    told = counted(len(notices), _NOTICES)
    if number is not None:
        return f"Сообщение № {number}: {told}"
    named = len(messages - {None})
    return f"{told.capitalize()} о {counted(named, _MESSAGES)}" if named > 1 else told.capitalize()
