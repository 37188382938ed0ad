"""The list's filter on its page: how many are found, each condition taken away alone, views taken back."""

import re

import pytest
from httpx import AsyncClient

from store.database.engines import Database
from tests.api.messages.test_list_pages import At, at, three

__all__ = ["at", "three"]

CHIP = re.compile(
    r'<form method="get" action="/messages">((?:<input [^>]*>)*)<button aria-label="Убрать: ([^"]*)"'
)
OFFER = re.compile(r'<form method="get" action="/messages">((?:<input [^>]*>)*)<button>(Убрать [^<]*)<')
SENT = re.compile(r'name="([^"]*)" value="([^"]*)"')


def found(page: str) -> int:
    (number,) = re.findall(r"Найдено (\d+)", page)
    return int(number)


def listed(page: str) -> list[str]:
    return re.findall(r'aria-label="№ (\d+)\.', page)


async def shown(browser: AsyncClient, **asked: str) -> str:
    answer = await browser.get("/messages", params=asked)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({}, ["3", "2", "1"]),
        ({"overdue": "false"}, ["3", "2"]),
        ({"q": "№ 2", "sort": "due"}, ["2"]),
        ({"q": "b", "body": "roads"}, []),
    ],
)
async def test_all_that_is_found_is_counted_whatever_is_shown(
    at: At, three: Database, monkeypatch: pytest.MonkeyPatch, asked: dict[str, str], numbers: list[str]
) -> None:
    monkeypatch.setattr("api.web.messages.routes.SHOWN", 1)
    curator = await at("curator")
    page, seen = await shown(curator, **asked), []
    while True:
        assert found(page) == len(numbers)
        seen += listed(page)
        further = re.findall(r'href="/messages\?([^"]+)" rel="next"', page)
        if not further:
            break
        page = (await curator.get(f"/messages?{further[0].replace('&amp;', '&')}")).text
    assert seen == numbers


async def test_every_condition_that_a_list_knows_can_be_taken_away(at: At, three: Database) -> None:
    moment = "2026-11-23T09:00:00+03:00"
    said = {
        "stage=approval": "Согласование",
        "body=roads": "Дороги",
        "network=forum": "Форумы",
        "topic=pits": "Ямы",
        "importance=high": "Высокая важность",
        "outcome=answered": "Ответ размещён",
        "curator=curator": "Куратор: Curator",
        "assignee=executor-roads": "Исполнитель: Executor-Roads",
        "surge=1": "Сообщения повышенной активности № 1",
        "void=true": "Только зарегистрированные ошибочно",
        "verdict=none": "Оценки нет",
        f"detected_from={moment}": "Выявлено с 23.11.2026",
        "detected_to=2026-11-24T00:00:00+03:00": "Выявлено по 23.11.2026",
        f"due_before={moment}": "Срок раньше пн 23 ноября, 9:00",
        f"published_from={moment}": "Размещено с пн 23 ноября, 9:00",
        f"breached_from={moment}&breached_to={moment}": "Срок нарушен с пн 23 ноября, 9:00 до пн 23 ноября, 9:00",
    }
    curator = await at("curator")
    for query, words in said.items():
        asked = dict(pair.split("=", 1) for pair in query.split("&"))
        ((inputs, chip),) = CHIP.findall(await shown(curator, **asked))
        assert (chip.replace("\u2068", "").replace("\u2069", ""), inputs) == (words, "")


async def test_an_empty_list_says_which_condition_to_drop_and_each_is_taken_away_alone(
    at: At, three: Database
) -> None:
    assert found(await shown(await at("executor-roads"))) == 0  # only what one may see is counted
    asked = {"overdue": "true", "q": "2", "open": "true"}
    page = await shown(await at("curator"), **asked, cursor="due..3", sort="due")
    offers = [words for _, words in OFFER.findall(page)]
    assert offers == ["Убрать «2»: найдётся 1", "Убрать «срок нарушен»: найдётся 1"]
    chips = {said: SENT.findall(inputs) for inputs, said in CHIP.findall(page)}
    assert list(chips) == ["«2»", "Не завершена", "Срок нарушен"]
    for said, gone in zip(chips, ("q", "open", "overdue"), strict=True):
        assert chips[said] == [item for item in (*asked.items(), ("sort", "due")) if item[0] != gone]
    assert "Сбросить всё" in page


async def test_the_column_by_which_a_list_is_sorted_says_so_and_the_other_sorts_it(
    at: At, three: Database
) -> None:
    curator = await at("curator")
    by_number, by_due = await shown(curator, open="true"), await shown(curator, open="true", sort="due")
    assert 'class="source" aria-sort="descending"' in by_number and "ascending" not in by_number
    assert 'href="/messages?open=true&amp;sort=due"' in by_number
    assert 'class="time" aria-sort="ascending"' in by_due and "descending" not in by_due
    assert 'href="/messages?open=true"' in by_due


async def test_of_what_is_found_by_words_no_more_than_so_many_are_counted(
    at: At, three: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.web.messages.routes.SHOWN", 1)
    monkeypatch.setattr("store.messages.listing.MOST_COUNTED_BY_WORDS", 1)
    curator = await at("curator")
    assert "Найдено больше 1<" in await shown(curator, q="b")
    assert found(await shown(curator)) == 3
    monkeypatch.setattr("store.messages.listing.MOST_COUNTED", 2)
    assert "Найдено больше 2<" in await shown(curator)
