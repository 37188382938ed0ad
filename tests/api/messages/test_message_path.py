"""The page of a message says where it stands on its path, whose turn it is, and what one may do."""

import re

from tests.api.messages.case import Case
from tests.api.messages.conftest import Begin
from tests.api.messages.test_story_page import markup, page_of

_TAG = re.compile(r"<[^>]+>")


def words(part: str) -> str:
    return " ".join(_TAG.sub(" ", part).split())


async def steps(case: Case, person: str) -> list[str]:
    """The steps of the path as they are read; the current one begins with «→»."""
    found = (await markup(case, person)).split('aria-label="Путь"')[1].split("</ol>")[0]
    return [("→ " if "aria-current" in part else "") + words("<" + part) for part in found.split("<li")[1:]]


async def region(case: Case, person: str, name: str) -> str:
    return words((await markup(case, person)).split(f'aria-label="{name}">')[1].split("</section>")[0])


async def test_the_path_says_what_is_done_whose_turn_it_is_and_until_when(begin: Begin) -> None:
    case = await begin("mon 09:00")
    assert (await steps(case, "curator"))[:2] == ["→ Направление решаете вы", "Подготовка"]
    await case.at("mon 09:30")
    await case.route("roads")
    routed, preparation, *_, answer = await steps(case, "curator")
    assert routed == "✓ Направление (выполнено) 9:30 · Соколова В. А."
    assert preparation.startswith("→ Подготовка ждём: ")
    assert preparation.endswith(", исполнитель не назначен")
    # The draft is due four working hours before the answer.
    assert answer == "Ответ размещён до завтра, 9:45 · запас 4 ч 00 мин"
    told = await region(case, "curator", "Что сделать")
    assert told.startswith("Сейчас от вас ничего не требуется. Ждём проект ответа: ")
    assert "до 14:45." in told
    assert "Сейчас от вас ничего не требуется" not in await page_of(case, "executor-roads")
    assert (await steps(case, "executor-roads"))[1] == "→ Подготовка готовите вы"

    # A return stands beside the main act in the hour in which it is allowed.
    opener = '<button type="button" popovertarget="form-return_to_curator">'
    rare = '<button type="button" class="plain" popovertarget="form-return_to_curator">'
    now = await markup(case, "executor-roads")
    assert (opener in now, rare in now) == (True, False)
    await case.at("mon 15:00")
    later = await markup(case, "executor-roads")
    assert (opener in later, rare in later) == (False, True)
    assert (await steps(case, "executor-roads"))[1] == "→ Подготовка просрочено · готовите вы"


async def test_limits_that_were_met_are_one_line_and_a_closed_message_begins_with_its_outcome(
    begin: Begin,
) -> None:
    case = await begin("mon 09:00", to=["roads"])
    await case.submit()
    assert "Выполнено в срок: 2 · снято: 1" in await region(case, "curator", "Сроки")
    await case.approve()
    await case.publish()
    found = await page_of(case, "curator")
    outcome = re.search(r"Ответ размещён сегодня, \d+:\d\d, в срок", found)
    assert outcome
    assert outcome.start() < found.index("Что пишет житель")
    assert (await steps(case, "curator"))[-1].startswith("→ Ответ размещён")


async def test_a_message_that_gets_no_answer_does_not_end_as_answered(begin: Begin) -> None:
    case = await begin("mon 09:00")
    await case.step("curator", "/decline", {"ground": "obscene_or_insulting"})
    assert (await steps(case, "curator"))[-1] == "→ Не подлежит обработке и ответу"
    assert "Ответ размещён" not in await page_of(case, "curator")


async def test_what_was_answered_to_the_message_that_is_repeated_stands_beside_it(begin: Begin) -> None:
    first = await begin("mon 09:00", to=["roads"])
    await first.answer(text="Яму засыплем в четверг.")
    again = await begin("mon 09:00")
    await again.route("roads", repeats=first.id)
    told = await region(again, "executor-roads", "Что пишет житель")
    assert f"Прошлый ответ, № {first.id} Яму засыплем в четверг." in told
