"""Condition of this machine: the release, files it keeps and is given, room on its disks, the calendar."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path

from calendar_rules import CalendarError, production_calendar
from calendar_rules.moments import As, moment_text
from calendar_rules.russian import number
from service.installation.condition import Line, ok, soon, wrong
from service.journal import anchors
from service.keys import command_keys, key_files
from service.keys.key_files import KeysError
from settings import Settings
from telemetry import certificates
from telemetry.heartbeat import LITTLE_ROOM, RELEASE

ANCHORED_EVERY = timedelta(hours=26)
CERTIFICATE_ENDS = timedelta(days=30)
_LITTLE_SHARE = 0.1
_LITTLE = 2**30  # bytes
_VERY_LITTLE = 4 * LITTLE_ROOM
_CERTIFICATES = "Сертификаты"
_GIGABYTE, _MEGABYTE = 2**30, 2**20


def lines(settings: Settings, zone: tzinfo, now: datetime) -> list[Line]:
    """Moments are told in `zone`. It reads files, and asks nobody."""
    return [
        ok("version", "Версия", f"{RELEASE}"),
        *_disks(settings),
        _anchors(settings.anchors_file, now),
        _keys(settings),
        *_certificates(settings, zone, now),
        _calendar(settings, now.astimezone(zone).date()),
    ]


def _disks(settings: Settings) -> Iterator[Line]:
    places = [settings.data, settings.anchors]
    if settings.sqlite_file is not None:
        places.append(settings.sqlite_file.parent)
    told: set[int] = set()
    for place in places:
        if not place.is_dir() or (disk := place.stat().st_dev) in told:
            continue
        told.add(disk)
        usage = shutil.disk_usage(place)
        share = usage.free / usage.total
        free = number(round(usage.free / _GIGABYTE, 1))
        says = f"{place}: свободно {free} ГБ, {share:.0%}"
        name, title, cure = "disk", "Диск", "Освободите место или увеличьте диск."
        if usage.free < _VERY_LITTLE:
            yield wrong(name, title, f"{place}: свободно {usage.free // _MEGABYTE} МБ", cure)
        elif usage.free < _LITTLE or share < _LITTLE_SHARE:
            yield soon(name, title, says, cure)
        else:
            yield ok(name, title, says)


def _anchors(file: Path, now: datetime) -> Line:
    name, title = "anchors", "Закрепление журналов"
    try:
        last = anchors.newest(file)
    except OSError as error:
        return wrong(name, title, f"{file} не читается ({error.strerror})", "Проверьте права на файл.")
    if last is None:
        return soon(
            name,
            title,
            f"строк в {file} нет",
            "Первая появится там, где рабочий процесс, после первой ночи. Если она прошла, проверьте OTKLIK_ANCHORS.",
        )
    says = f"последнее за {last.day:%d.%m.%Y}"
    if now - last.made_at > ANCHORED_EVERY:
        return wrong(name, title, says, "Посмотрите журнал рабочего процесса и строку «Ночные работы».")
    return ok(name, title, says)


def _keys(settings: Settings) -> Line:
    name, title = "keys", "Ключи"
    try:
        if settings.keys is None and not key_files.is_there(settings.keys_file):
            return soon(
                name,
                title,
                f"файла {settings.keys_file} здесь нет",
                "Если процессы работают на этой машине, верните файл из копии (docs/run/security.md).",
            )
        keys = command_keys.load(settings)
    except KeysError as error:
        return wrong(name, title, str(error), "Верните ключи из копии (docs/run/security.md).")
    return ok(name, title, f"текущий {keys.id_of(keys.current)}")


def _certificates(settings: Settings, zone: tzinfo, now: datetime) -> Iterator[Line]:
    for one in certificates.known(settings):
        if one.ends is None:
            cure = "Проверьте путь в настройках и права на файл."
            yield wrong("certificates", _CERTIFICATES, f"{one.file} не читается", cure)
        else:
            yield certificate(str(one.file), one.ends, zone, now)


def certificate(whose: str, ends: datetime, zone: tzinfo, now: datetime) -> Line:
    """How long a certificate is good, of a file or as a server presents it."""
    says = f"{whose} до {moment_text(ends.astimezone(zone), As.ROW)}"
    if ends > now + CERTIFICATE_ENDS:
        return ok("certificates", _CERTIFICATES, says)
    cure = "Замените его (docs/run/installation.md, «Certificates») и перезапустите тех, кто его читает."
    return (wrong if ends <= now else soon)("certificates", _CERTIFICATES, says, cure)


def _calendar(settings: Settings, today: date) -> Line:
    name, title = "calendar", "Производственный календарь"
    try:
        calendar, _ = production_calendar.with_edition(settings.calendar or production_calendar.DATA_FILE)
    except CalendarError as error:
        return wrong(
            name, title, str(error), "Исправьте файл OTKLIK_CALENDAR (docs/run/new-calendar-year.md)."
        )
    says = f"загружен по {calendar.last_year} год"
    if ending := production_calendar.ending(today, calendar):
        return (wrong if calendar.runs_out_in(today) < 0 else soon)(name, title, says, ending)
    return ok(name, title, says)
