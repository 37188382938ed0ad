"""Condition of what the database knows: its schema, processes and their clocks, what waits, copies, keys, networks."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from calendar_rules.moments import As, moment_text
from calendar_rules.russian import short_amount
from calendar_rules.titles import LIMITS, NETWORKS
from calendar_rules.vocabulary import Network
from service.installation.condition import Line, ok, soon, wrong
from service.notices.undelivered import LONG
from store.database.engines import Database
from store.database.session import Session
from store.migrations import revision
from store.networks import keys as network_keys
from store.networks import sources
from store.notices import deliveries
from store.oversight import work_metrics
from store.oversight.work_metrics import WorkMetrics
from store.processes import rows
from store.processes.rows import Kind, Process
from telemetry.heartbeat import RELEASE
from telemetry.process_clock import NOTICEABLE, TOLERABLE, apart_text, way

WAITS_LONG = timedelta(seconds=30)
UNSERVED_LONG = timedelta(minutes=1)
COPY_IS_OLD, COPY_IS_MISSING = timedelta(hours=26), timedelta(days=7)
KEY_ENDS = timedelta(days=7)
_FAILS_OFTEN = 3
"""Looks at a source in a row that have failed: one or two of them networks bring about by themselves."""
_NAMED = 3

_TITLES = {Kind.API: "веб-сервис", Kind.WORKER: "рабочий процесс"}


async def lines(database: Database, zone: tzinfo, now: datetime) -> list[Line]:
    """Moments are told in `zone`. Raises an error of the database where it does not answer."""
    if database.file is not None and not database.file.exists():
        # SQLite would make one.
        return [wrong("schema", "Структура базы данных", revision.UNPREPARED, "")]
    async with database.read() as session:
        connection = await session.connection()
        found, flaw = await connection.run_sync(revision.of), await connection.run_sync(revision.flaw)
        if flaw is not None:
            return [wrong("schema", "Структура базы данных", flaw, "")]
        processes = await connection.run_sync(rows.known)
        theirs = await connection.run_sync(rows.database_now)
        figures = await work_metrics.read(session, now)
        return [
            ok("schema", "Структура базы данных", f"редакция {found}, {database.dialect}"),
            *_processes(processes),
            _clocks(processes, theirs - now),
            _outbox(figures, now),
            _limits(figures, now),
            _copy(figures, zone, now),
            await _keys(session, zone, now),
            await _sources(session),
            await _channels(session, now),
        ]


def _where(process: Process) -> str:
    return f"{_TITLES[process.kind]} на {process.host} (процесс {process.pid})"


def _processes(known: Sequence[Process]) -> Iterator[Line]:
    alive = [one for one in known if one.is_alive]
    for kind, title, cure in (
        (Kind.API, "Веб-сервисы", "Запустите otklik api."),
        (Kind.WORKER, "Рабочие процессы", "Запустите otklik worker: без него сроки никто не ведёт."),
    ):
        own = [one for one in alive if one.kind is kind]
        gone = [one for one in known if one.kind is kind and not one.is_alive]
        told = ", ".join(f"{one.host}, процесс {one.pid}, версия {one.version}" for one in own)
        if not own:
            yield wrong(str(kind), title, "ни один не работает", cure)
        elif gone:
            silent = "; ".join(f"{_where(one)} молчит {short_amount(one.silent)}" for one in gone)
            yield soon(
                str(kind),
                title,
                f"{told}; {silent}",
                "Если его не остановили намеренно, посмотрите его журнал и запустите снова.",
            )
        else:
            yield ok(str(kind), title, told)
    versions = sorted({RELEASE, *(one.version for one in alive)})
    if len(versions) > 1:
        yield soon(
            "versions",
            "Версии",
            f"работают разные: {', '.join(versions)}",
            "Завершите обновление: замените оставшиеся процессы прежней версии.",
        )


def _clocks(known: Sequence[Process], ahead: timedelta) -> Line:
    """`ahead`: how much the database's clock is ahead of this process's."""
    name, title = "clocks", "Часы"
    off = [(_where(one), one.offset) for one in known if one.is_alive and abs(one.offset) > NOTICEABLE]
    if abs(ahead) > NOTICEABLE:
        off.append(("эта машина", ahead))
    if not off:
        return ok(name, title, "всех процессов совпадают с часами базы данных")
    told = "; ".join(f"{where}: {way(offset)} на {apart_text(offset)}" for where, offset in off)
    cure = "Настройте синхронизацию времени на этой машине и на сервере базы данных (chrony, NTP)."
    if any(abs(offset) > TOLERABLE for _, offset in off):
        return wrong(name, title, f"{told}; команды там не принимаются", cure)
    return soon(name, title, told, cure)


def _outbox(figures: WorkMetrics, now: datetime) -> Line:
    name, title = "outbox", "Очередь команд"
    count = sum(waiting.count for waiting in figures.waiting.values())
    if not count:
        return ok(name, title, "пуста")
    oldest = now - min(waiting.oldest for waiting in figures.waiting.values())
    told = f"ждут: {count}, дольше всех {short_amount(oldest)}"
    if oldest < WAITS_LONG:
        return ok(name, title, told)
    return wrong(
        name,
        title,
        told,
        "Проверьте Temporal и рабочие процессы: команды приняты и будут выполнены, повторять их не нужно.",
    )


def _limits(figures: WorkMetrics, now: datetime) -> Line:
    name, title = "limits", "Сроки"
    late = {
        limit: now - one.unserved_since
        for limit, one in figures.limits.items()
        if one.unserved_since is not None and now - one.unserved_since > UNSERVED_LONG
    }
    if not late:
        return ok(name, title, f"под контролем: {sum(one.count for one in figures.limits.values())}")
    told = ", ".join(f"{LIMITS[limit]} {short_amount(by)}" for limit, by in late.items())  # type: ignore[index]
    return wrong(
        name,
        title,
        f"наступили и не обработаны: {told}",
        "Проверьте рабочие процессы и Temporal; нарушения будут датированы верно. Если они работают, выполните "
        "otklik verify.",
    )


def _copy(figures: WorkMetrics, zone: tzinfo, now: datetime) -> Line:
    name, title = "copy", "Резервная копия"
    cure = "Снимите копию (docs/run/backup.md) и запишите это: otklik backup taken."
    if figures.last_copy is None:
        return soon(name, title, "ни одной не записано", cure)
    told = f"последняя {_moment(figures.last_copy, zone)}"
    age = now - figures.last_copy
    if age > COPY_IS_MISSING:
        return wrong(name, title, told, cure)
    return soon(name, title, told, cure) if age > COPY_IS_OLD else ok(name, title, told)


async def _keys(session: Session, zone: tzinfo, now: datetime) -> Line:
    name, title = "account_keys", "Ключи аккаунтов"
    found = await network_keys.expiring(session, now + KEY_ENDS)
    told = ", ".join(
        f"{NETWORKS[Network(key.network)]}, {key.url}: до {_moment(key.expires_at, zone)}"
        for key in found
        if key.expires_at
    )
    if not found:
        return ok(name, title, f"не истекают ближайшие {KEY_ENDS.days} дней")
    cure = "Замените их на странице «Ключи аккаунтов» (/admin/accounts)."
    is_over = any(key.expires_at and key.expires_at <= now for key in found)
    return (wrong if is_over else soon)(name, title, told, cure)


async def _sources(session: Session) -> Line:
    name, title = "sources", "Сети"
    polled = [source for source in await sources.all_of_them(session) if source.active]
    failing = [source for source in polled if source.failures >= _FAILS_OFTEN]
    if not failing:
        return ok(name, title, f"источников: {len(polled)}, все отвечают" if polled else "источников нет")
    told = "; ".join(f"«{source.title}»: {source.last_error}" for source in failing[:_NAMED])
    return soon(
        name,
        title,
        f"не отвечают {len(failing)} из {len(polled)}: {told}",
        "Что делать с каждым, сказано на странице «Источники» (/sources).",
    )


async def _channels(session: Session, now: datetime) -> Line:
    name, title = "channels", "Каналы уведомлений"
    found = await deliveries.undelivered(session, now - LONG)
    if not found:
        return ok(name, title, "всё доставляется")
    return soon(
        name,
        title,
        f"не доходит по каналам: {len(found)}",
        "Что и почему, показывает страница «Недоставленные уведомления» (/admin/undelivered).",
    )


def _moment(at: datetime, zone: tzinfo) -> str:
    return moment_text(at.astimezone(zone), As.ROW)
