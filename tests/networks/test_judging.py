"""Judges: processes that end with what takes more than its bounds, and are there again for what comes next."""

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.networks.platforms.judging import TOO_LONG, TOO_MUCH, Bounds, Judges, _Judge
from service.networks.platforms.page.content import News, Page
from service.networks.platforms.page.shown import Shown
from service.networks.platforms.port import Fault, NetworkRefusalError, Seen, Stands
from tests.networks import poisons
from tests.patience import PATIENCE

ANSWER = "Добрый день! Фонарь у дома 5 заменён 26 ноября. Если свет пропадёт снова, напишите нам."


def page(html: str) -> Page:
    return Page(
        content=html.encode(),
        content_type="text/html",
        url="https://forum.example/topic",
        query=None,
        seen=None,
        since=datetime.now(UTC),
    )


def shown(html: str, text: str = ANSWER) -> Shown:
    return Shown(content=html.encode(), content_type="text/html", url="https://forum.example/a", text=text)


async def refused_for_good(judges: Judges) -> NetworkRefusalError:
    with pytest.raises(NetworkRefusalError) as refusal:
        await judges.judged(HONEST.model_copy(update={"content_type": "image/png"}), News)
    return refusal.value


HONEST = page('<div id="p1" class="post">Яма у дома 5</div>')
ENDLESS = next(it for it in poisons.FURTHER if it.name.startswith("formatting")).body.decode()
LARGE = shown(f"<p>{'а ' * 600_000}")
LONG = page(f'<div id="p1" class="post">{"Яма " * 200}')


@pytest.fixture(scope="module")
def judges() -> Judges:
    return Judges()


async def refused(judges: Judges, job: Page | Shown) -> NetworkRefusalError:
    with pytest.raises(NetworkRefusalError) as refusal:
        if isinstance(job, Page):
            await judges.judged(job, News)
        else:
            await judges.judged(job, Seen)
    assert refusal.value.fault is Fault.LATER
    return refusal.value


async def text(judges: Judges) -> str:
    (found,) = (await judges.judged(HONEST, News)).found
    return found.text


def waiting(judges: Judges) -> _Judge:
    """The one that has the next job."""
    return judges._idle[-1]


def stopped(judges: Judges) -> None:
    """The one that waits does not go on; nobody waits long for it."""
    judge = waiting(judges)
    os.kill(judge.number, signal.SIGSTOP)
    judge._bounds = Bounds(within=0.2)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110  of a process nobody tells an event
            await asyncio.sleep(0.01)


def killed(number: int) -> None:
    os.kill(number, signal.SIGKILL)
    os.waitid(os.P_PID, number, os.WEXITED | os.WNOWAIT)


def is_there(number: int) -> bool:
    return Path(f"/proc/{number}").exists()


def environment(number: int) -> bytes:
    return Path(f"/proc/{number}/environ").read_bytes()


def as_it_is(_judges: Judges) -> None:
    """What ends the judge is in what it judges."""


@pytest.mark.parametrize(
    ("bounds", "job", "before", "advice", "code"),
    [
        (Bounds(processor=0.2), page(ENDLESS), as_it_is, TOO_LONG, "judging: processor"),
        (Bounds(), HONEST, stopped, TOO_LONG, "judging: time"),
        (Bounds(memory=104 * 2**20), LARGE, as_it_is, TOO_MUCH, "judging: memory"),
        (Bounds(reply=500), LONG, as_it_is, TOO_MUCH, "judging: size"),
    ],
    ids=["processor", "clock", "memory", "reply"],
)
async def test_what_takes_more_than_its_bounds_ends_its_judge_and_the_next_has_another(
    bounds: Bounds, job: Page | Shown, before: Callable[[Judges], None], advice: str, code: str
) -> None:
    judges = Judges(bounds)
    assert await text(judges) == "Яма у дома 5"
    first = waiting(judges).number
    before(judges)
    refusal = await refused(judges, job)
    assert (refusal.advice, refusal.code) == (advice, code)
    await until(lambda: not is_there(first))
    assert await text(judges) == "Яма у дома 5"
    assert waiting(judges).number != first


async def test_what_is_in_order_is_judged_by_the_same_process(judges: Judges) -> None:
    await text(judges)
    first = waiting(judges).number
    assert await judges.judged(shown(f"<p>{ANSWER}</p>"), Seen) == Seen(Stands.STANDS, ANSWER)
    refusal = await refused_for_good(judges)
    assert refusal.code == "type"
    assert waiting(judges).number == first


async def test_one_that_ended_while_it_waited_is_missed_by_nobody(judges: Judges) -> None:
    await text(judges)
    first = waiting(judges).number
    killed(first)
    assert await text(judges) == "Яма у дома 5"


async def test_a_judge_has_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_COMMAND_KEYS", "secret")
    monkeypatch.setenv("PGPASSWORD", "secret")
    fresh = Judges()
    await text(fresh)
    assert b"secret" not in environment(waiting(fresh).number)


async def test_more_than_there_are_judges_for_wait_their_turn(judges: Judges) -> None:
    assert await asyncio.gather(*(text(judges) for _ in range(6))) == ["Яма у дома 5"] * 6


async def test_a_judgement_that_nobody_waits_for_any_more_is_ended(judges: Judges) -> None:
    await text(judges)
    asking = asyncio.create_task(text(judges))
    stopped_at = waiting(judges)
    os.kill(stopped_at.number, signal.SIGSTOP)
    await until(lambda: stopped_at not in judges._idle)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await text(judges) == "Яма у дома 5"
    assert waiting(judges).number != stopped_at.number


@pytest.mark.parametrize("before", [0, 120_000], ids=["at once", "behind a long text"])
async def test_an_answer_that_was_edited_is_known_on_a_page_of_any_length(
    judges: Judges, before: int
) -> None:
    edited = ANSWER.replace("26 ноября", "вчера вечером")
    others = "Администрация сообщает о ходе работ. " * (before // 37)
    seen = await judges.judged(shown(f"<p>{others}</p><p>{edited}</p><p>{others}</p>"), Seen)
    assert seen.state is Stands.EDITED
