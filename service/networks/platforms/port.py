"""Port to a network, whichever it is; an adapter states what its network lets it do.

Everything else is done by hand (cl. 3, 13): a link, a screenshot, and a check of the page where it is public.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from calendar_rules.vocabulary import Network


class Platform(StrEnum):
    """Whose calls an adapter speaks. Some of clause 3's networks are several platforms, or any site."""

    VKONTAKTE = "vkontakte"
    ODNOKLASSNIKI = "odnoklassniki"
    YOUTUBE = "youtube"
    TELEGRAM = "telegram"
    MAX = "max"
    FEED = "feed"
    PAGE = "page"
    DEMO = "demo"


class Ability(StrEnum):
    """What a platform lets a program do."""

    READ = "read"
    RECEIVE_PUSHES = "receive_pushes"
    PUBLISH_ON_OWN_PAGES = "publish_on_own_pages"
    PUBLISH_ELSEWHERE = "publish_elsewhere"
    VERIFY = "verify"


class SourceKind(StrEnum):
    """What a source of candidates is."""

    SEARCH = "search"
    COMMUNITY = "community"
    CHANNEL = "channel"
    FEED = "feed"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` of one key within `within`."""

    calls: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a platform before it is asked.

    - `network`: of clause 3, to which its posts belong; None where that is for the source to say.
    - `kinds`: of sources that it can be.
    - `max_length`: characters of an answer that it takes; `max_length_with_files` of one with attachments, where fewer.
    - `attachments`: first parts of media types that go with an answer published by program, such as `image`, each with
      the largest size of a file, in bytes; `most_attachments` of them.
    - `credentials`: names of the parts of a key, as they are asked for and kept; those of `optional` may be missing.
    - `key_named`: what key its sources are read with, and who gets it, in Russian in the nominative; for a person.
    - `reads_any_page`: with such a key whatever is public is read, whosever page it is. Else a source is read with the
      key of an account whose page it is, and with no other.
    - `read_together`: the part of a key by which its sources are read in one look (`Together`).
    - `sees_all`: its keys are shown what anybody is, so that what one of them is not shown is gone; where only the key
      of the page's own account sees it, another's "not found" says nothing.
    - `names_answers`: it takes a name of ours with an answer, and of one name shows only the first.
    - `finds_own`: our own answer can be looked for. Where it cannot, `find_own` refuses, for a person to look: it is
      called only after a try of which nothing is known, and what was certainly refused may be tried again without it.
    """

    network: Network | None
    abilities: frozenset[Ability]
    kinds: frozenset[SourceKind]
    max_length: int
    rate: Rate
    max_length_with_files: int | None = None
    attachments: Mapping[str, int] = field(default_factory=dict)
    most_attachments: int = 0
    credentials: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()
    key_named: str = "ключ аккаунта"
    reads_any_page: bool = False
    read_together: str | None = None
    sees_all: bool = False
    names_answers: bool = False
    finds_own: bool = True


class Fault(StrEnum):
    """What a refusal asks for."""

    LATER = "later"
    """The same again after a while: too many calls, an error of the network, no connection."""
    UNKNOWN = "unknown"
    """The connection ended before the answer: what was asked for may have been done."""
    PERSON = "person"
    """A person has to do something: a new key, comments opened, a captcha. By hand meanwhile."""
    DATA = "data"
    """What was asked is wrong and will be refused again: text too long, no such post."""
    GONE = "gone"
    """What was asked for is not there any more."""


class NetworkRefusalError(Exception):
    """A network did not do what it was asked.

    `advice` is Russian, for the person who has to know: what happened and what to do; it names no key and quotes no
    text. `code` is the network's own, for the log. `after`: how long the network asks to wait, where it says so.
    """

    def __init__(self, fault: Fault, advice: str, *, code: str = "", after: timedelta | None = None) -> None:
        super().__init__(f"{fault}: {code}" if code else str(fault))
        self.fault = fault
        self.advice = advice
        self.code = code
        self.after = after


@dataclass(frozen=True, slots=True)
class Key:
    """The key of an account, opened for one call and never kept: `credentials` by the names of `Traits`.

    `id` names it in the limiter and in logs. `own_page` is the address of the account in the network.
    """

    id: str
    own_page: str
    credentials: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Where:
    """A source as an adapter reads it. `cursor` is what the adapter returned last, of its own form; {} at first."""

    kind: SourceKind
    address: str
    query: str | None
    cursor: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A post or comment that was found. `url` leads to it; `parent_url` to the post or comment that it answers.

    `shows` says in Russian what one without a text shows: «фотография».
    """

    url: str
    author: str
    text: str
    posted_at: datetime | None
    parent_url: str | None = None
    author_url: str | None = None
    shows: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at a source brought.

    `cursor` goes into the next look. `address`: where the source has moved for good. `again_after`: the network asks
    not to be looked at earlier. `changed`: what was found before and reads otherwise now, as it stands.
    """

    found: Sequence[Found]
    cursor: Mapping[str, Any]
    address: str | None = None
    again_after: timedelta | None = None
    more: bool = False
    changed: Sequence[Found] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with an answer. `type` is its media type."""

    name: str
    type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to stand under `post_url`. `name` is ours, the same at every try; the first began at `written_at`."""

    post_url: str
    text: str
    name: str
    written_at: datetime
    files: Sequence[File] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """An answer that stands at `url`."""

    url: str
    at: datetime | None = None


class Stands(StrEnum):
    """Whether a published answer is there."""

    STANDS = "stands"
    EDITED = "edited"
    DELETED = "deleted"
    UNKNOWN = "unknown"
    """It could not be seen: no access, no connection, no way to ask."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check saw. `text` is what stands there now, where it was read; `why` is Russian where it is unknown.

    Unknown with an empty text: the page was read and the answer is not on it. One that was seen there before is gone
    then; one that never was may be shown to browsers alone.
    """

    state: Stands
    text: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Pushed:
    """A push as it arrived: `headers` by their names in lower case."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """What to answer a push with, and what it told.

    `event`: its own name, by which the same push is known when it comes twice; None where it has none. `removed`: links
    to what was deleted; `edited` to what was changed, and `changed` is how that reads now.
    """

    status: int
    body: str = ""
    event: str | None = None
    found: Sequence[Found] = ()
    removed: Sequence[str] = ()
    edited: Sequence[str] = ()
    changed: Sequence[Found] = ()


class Adapter:
    """A platform. Every call raises NetworkRefusalError; what `traits` does not state is never called.

    An adapter makes one attempt, keeps nothing between calls and never sleeps: pauses and rates are its caller's.
    `key` is None where the call needs none. Adapters inherit what their platforms do not let a program do.
    """

    @property
    def platform(self) -> Platform:
        """Whose calls it speaks."""
        raise NotImplementedError

    @property
    def traits(self) -> Traits:
        """What is known of the platform."""
        raise NotImplementedError

    async def read(self, where: Where, key: Key | None) -> Reading:
        """What is new at a source, the oldest first."""
        raise NotImplementedError

    async def publish(self, answer: Answer, key: Key) -> Published:
        """Put an answer under a post; of one `Answer.name` at most one where the network can tell."""
        raise NotImplementedError

    async def find_own(self, answer: Answer, key: Key) -> Published | None:
        """Our own answer under the post, looked for by its text: before a second try, and after a lost reply."""
        raise NotImplementedError

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        """Whether the answer with this text stands at its link."""
        raise NotImplementedError

    async def receive(self, pushed: Pushed, key: Key) -> PushAnswer:
        """Judge a push: 403 where it is not the network's. Asks nobody."""
        raise NotImplementedError


class Together(Adapter):
    """A platform that tells each thing once to whoever asks with a key: all sources of the key are read in one look."""

    async def read_together(
        self, sources: Sequence[tuple[Where, Key]]
    ) -> Sequence[Reading | NetworkRefusalError]:
        """What is new at each source, in their order: what was written at one is never found in another.

        What a look has brought is forgotten by the platform only once a later one is given the cursors of it, so that
        the cursors of all are kept together. A refusal in place of a reading is of that source alone.
        """
        raise NotImplementedError
