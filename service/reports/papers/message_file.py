"""File of one message («Материалы по сообщению»)."""

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Fact(_Part):
    """What is told, and of what."""

    what: str
    told: str


class Event(_Part):
    """Something that happened: a row of the journal with its number, or a notice."""

    at: str
    number: int | None = None
    title: str
    who: str
    lines: tuple[Fact, ...] = ()


class Stretch(_Part):
    """A stretch of a limit's reckoning."""

    since: str
    until: str
    counted: str
    reason: str


class LimitTold(_Part):
    """A run of a limit, with its reckoning and whom its breach is charged to."""

    title: str
    facts: tuple[Fact, ...]
    stretches: tuple[Stretch, ...]


class FileTold(_Part):
    """A file of the message. `name` is under what it is inside; empty: it is not, since it is too large."""

    name: str
    title: str
    type: str
    size: str
    digest: str
    added: str


class MessageFile(_Part):
    """Everything of one message."""

    authority: str
    title: str
    as_of: str
    made_at: tuple[int, int, int]
    act: str
    facts: tuple[Fact, ...]
    text: str
    drafts: tuple[tuple[Fact, ...], ...]
    charged: tuple[str, ...]
    events: tuple[Event, ...]
    limits: tuple[LimitTold, ...]
    files: tuple[FileTold, ...]
    certificate: tuple[Fact, ...]
    signatory: str
    drawn_up: str


class MessageFileJob(_Part):
    """A file to be printed; `folder` has its attachments under their names."""

    told: MessageFile
    folder: str
