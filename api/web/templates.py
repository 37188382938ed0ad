"""Templates of the pages, and how they write moments, amounts and titles.

It is long because every style sheet and every filter that pages share is named in this one place.
"""

import hashlib
import math
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    PackageLoader,
    StrictUndefined,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from api.web.act_words import ActWords
from api.web.clauses import clause, with_clauses
from api.web.isolation import Isolation, set_off
from api.web.message.fields import Field, Given
from calendar_rules import titles as order_titles
from calendar_rules.explanation import uncapitalised
from calendar_rules.moments import As, moment_text, near, until
from calendar_rules.russian import WORKING_DAY, counted, initials, percent, short_amount, tenths
from service.messages import attachments
from service.messages.direction import turns
from service.messages.lines import subject
from service.messages.searching import spans as spans_of
from service.messages.searching import words_of
from service.messages.time_left import Day, OpenDuty

if TYPE_CHECKING:
    from api.web.message.attempt import Attempt
    from api.web.message.choices import Choices

_LOCALE = "ru"
_plural_form = Locale(_LOCALE).plural_form
_STATIC = "/static/"
_ALL_SHEETS = "css/otklik.css"
"""The style sheets of every page as one file, that a page need not ask for each."""
SHEETS = (
    "base",
    "bar",
    "strip",
    "text",
    "button",
    "tag",
    "filters",
    "message",
    "path",
    "form",
    "files",
    "limits",
    "calendar",
    "overview",
    "surges",
    "panel",
    "rows",
    "queue",
    "ledger",
    "board",
    "administration",
    "routing",
    *("writing", "promises"),
    "story",
    "notices",
    "channels",
    "weeks",
    "publishing",
    "acts",
    "found",
    "help",
    "session",
    "entrance",
    "forced-colors",
)
"""In this order: of two rules of a layer that weigh the same, the later one wins."""
_IMPORT = re.compile(r'^import .* from "\./([\w.]+)";$', re.MULTILINE)


_LOADERS: list[BaseLoader] = [PackageLoader("api", "web")]


@cache
def find_also(package: str, folder: str) -> None:
    """Let the templates of a package above this one be found too, behind those here."""
    _LOADERS.append(PackageLoader(package, folder))


@cache
def environment() -> Environment:
    """The templates of every page; a name that a page was not given is an error, not an empty place."""
    made = Environment(
        loader=ChoiceLoader(_LOADERS),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        auto_reload=False,  # else each part of a page is looked for on the disk
        extensions=[Isolation, ActWords],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "moment": moment,
        "weekday_moment": weekday_moment,
        "day": day,
        "short_day": short_day,
        "numeric_day": numeric_day,
        "clock": clock,
        "saved": saved,
        "amount": short_amount,
        "title": order_titles.title,
        "uncapitalised": uncapitalised,
        "lines": lines,
        "initials": initials,
        "letters": letters,
        "subject": subject,
        "marked": marked,
        "plural": plural,
        "tenths": tenths,
        "number": number,
        "percent": percent,
        "step": order_titles.STEPS.__getitem__,
        "left": time_left,
        "spans": spans,
        "seconds": seconds,
        "near": near,
        "until": until,
        "version": row_version,
        "tone": tone,
        "clauses": with_clauses,
    }
    made.globals |= {
        "static": static,
        "modules": modules,
        "icon": icon,
        "largest_file": attachments.LARGEST,
        "clause": clause,
        "options": options,
        "field": field,
    }
    return made


def marked(text: str, sought: str | None) -> str | Markup:
    """A text with the words marked that were sought by `sought`; unchanged where none stands in it."""
    words = words_of(sought) if sought else ()
    found = spans_of(text, words) if words and not turns(text) else []
    if not found:
        return text
    parts, at = [], 0
    for start, end in found:
        parts += [escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        at = end
    return Markup("").join([*parts, escape(text[at:])])


@pass_context
def moment(context: Context, value: datetime) -> str:
    """A moment in its own zone: «сегодня, 9:44», «пн 30 ноября, 9:44», by the clock that the page itself shows.

    That is the message's own (`own_now`) where the page is of one message, else the shell's.
    """
    shell = context.get("shell")
    return near(value, context.get("own_now") or (shell.now if shell else datetime.now(value.tzinfo)))


def weekday_moment(value: datetime) -> str:
    """A moment with its day of the week, within a sentence: «вт 24 ноября, 9:45»; the year where it is another."""
    return moment_text(value, As.WEEKDAY, now=datetime.now(value.tzinfo))


def day(value: date | datetime) -> str:
    """A day: «чт, 26 ноября»."""
    return format_date(value, "EEE, d MMMM", locale=_LOCALE)


def short_day(value: date) -> str:
    """A day where there is little room: «26 нояб.»."""
    return format_date(value, "d MMM", locale=_LOCALE)


def numeric_day(value: date) -> str:
    """The day of a document: «26.11.2026»."""
    return f"{value:%d.%m.%Y}"


def clock(value: datetime) -> str:
    """The time of day of a moment in its own zone: «9:44»."""
    return moment_text(value, As.HOUR)


def saved(value: datetime) -> str:
    """When what is typed was saved, in its own zone, as the contract says it: «09:44»."""
    return moment_text(value, As.CLOCK)


@lru_cache(maxsize=1024)
def number(value: int) -> str:
    """A number with its thousands set off: «4 096»."""
    return format_decimal(value, locale=_LOCALE)


def plural(count: int, one: str, few: str, many: str) -> str:
    """The form of a word that goes with the number."""
    return {"one": one, "few": few}.get(_plural_form(count), many)


def seconds(value: datetime) -> int:
    """A moment as scripts count: seconds of 1970."""
    return int(value.timestamp())


def spans(duty: OpenDuty) -> str:
    """What is left of a duty, and the time in which it runs, for the script that ticks.

    Seconds left where the first span begins, then the days, each its spans as `start-end,start-end`, in seconds of 1970
    by the wall's clock.
    """
    days = _written(duty.days, duty.ahead // timedelta(seconds=1))
    return f"{math.floor(duty.left_at_first)} {days}".rstrip()


@lru_cache(maxsize=1024)
def _written(days: tuple[Day, ...], ahead: int) -> str:
    """The same days stand in many rows."""
    return " ".join(",".join(f"{span.start - ahead}-{span.end - ahead}" for span in day) for day in days)


def row_version(shown: Markup, duty: OpenDuty | None) -> str:
    """What is another where a row of a list looks another way than by the passing of time, which the page has tick.

    `shown` is the row without the time left of its duty.
    """
    times = (duty.due_at, duty.warn_at, duty.is_late, duty.ahead, duty.now.date()) if duty else ()
    return f"{zlib.crc32(f'{shown}{times}'.encode()):08x}"


def options(choices: Iterable[tuple[str, str, str]], chosen: Iterable[str]) -> Markup:
    """The options of a field: of each its key, its title and its group; the same stand in many forms."""
    return _options(tuple(choices), frozenset(chosen))


@lru_cache(maxsize=256)
def _options(choices: tuple[tuple[str, str, str], ...], chosen: frozenset[str]) -> Markup:
    return _macro_of_forms("each_option")(choices, chosen)


def field(item: Field, prefix: str, choices: "Choices", attempt: "Attempt | None", filled: Given) -> Markup:
    """A field of a form as it is filled in; one that is empty, or of many to choose from, stands in many forms.

    Of what somebody has written nothing is kept.
    """
    offered = tuple(choices.of[item.options]) if item.options else ()
    chosen = tuple(filled.get(item.name) or ())
    if attempt is None and (offered or not any(chosen)):
        return _field(item, prefix, offered, chosen)
    return _macro_of_forms("each_field")(item, prefix, offered, attempt, filled)


@lru_cache(maxsize=1024)
def _field(
    item: Field, prefix: str, offered: tuple[tuple[str, str, str], ...], chosen: tuple[str, ...]
) -> Markup:
    return _macro_of_forms("each_field")(item, prefix, offered, None, {item.name: chosen})


def _macro_of_forms(name: str) -> Callable[..., Markup]:
    made: Macro = getattr(environment().get_template("shell/form.html").module, name)
    return lambda *shown: Markup(made(*shown))  # noqa: S704 - a macro has escaped what it was given


def lines(text: str) -> Markup:
    """A text with its line ends."""
    return Markup("<br>").join(set_off(line) for line in text.splitlines())


def letters(name: str) -> str:
    """The first letters of a family name and a given one, where there is no room for more: «ИМ»."""
    return "".join(part[0] for part in name.split()[:2])


def tone(name: str) -> int:
    """One of five colours for whoever has this name, the same everywhere."""
    return zlib.crc32(name.encode()) % 5


def icon(name: str) -> Markup:
    """An icon of the sprite, which says nothing to a screen reader."""
    address = static("icons.svg")
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(address, name)


def static(name: str) -> str:
    """The address of a file of the program: another one once any of them is another, so that each may be kept for good.

    Scripts and styles name one another by where they lie, so all of them have one version.
    """
    return f"{_STATIC}{version()}/{name}"


@cache
def modules(name: str) -> tuple[str, ...]:
    """Every file that a script imports as it is loaded, directly or not, in the order they are met.

    A page names them all, so that the browser asks for them at once and not one after the other.
    """
    folder, found = name.rpartition("/")[0], [name]
    for importer in found:  # grows meanwhile
        for imported in _IMPORT.findall(content(importer).decode()):
            if (file := f"{folder}/{imported}") not in found:
                found.append(file)
    return tuple(found[1:])


@cache
def version() -> str:
    """The version of all files of the program."""
    digest = hashlib.sha256()
    for file in _files(resources.files("api").joinpath("web", "static")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _files(folder: Traversable) -> Iterator[Traversable]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _files(item)
        else:
            yield item


@cache
def content(name: str) -> bytes:
    """The bytes of a file of the program. Raises FileNotFoundError."""
    if name == _ALL_SHEETS:
        return b"\n".join(content(f"css/{sheet}.css") for sheet in SHEETS)
    return resources.files("api").joinpath("web", "static", *name.split("/")).read_bytes()


def time_left(duty: OpenDuty) -> str:
    """What is left or overdue: «2 рабочих дня 7 ч», «1 ч 04 мин», «−35 мин».

    The first minute past due is one: nobody reads «−0 мин».
    """
    if days := duty.days_left:
        hours = days.rest // timedelta(hours=1)
        return counted(days.days, WORKING_DAY) + (f" {hours} ч" if hours else "")
    minutes = abs(duty.left) // timedelta(minutes=1)
    sign, minutes = ("−", max(minutes, 1)) if duty.is_late else ("", minutes)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours} ч {minutes:02} мин" if hours else f"{sign}{minutes} мин"
