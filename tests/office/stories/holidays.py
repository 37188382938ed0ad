"""A shortened day and the long days off behind it."""

from tests.office.matter import Matter
from tests.office.month import Month
from tests.office.story import story

EVE = Month.EVE


@story("Выявлено в сокращённый день, отвечено после праздников", EVE, "14:00", "Не вывезли ёлки и мусор.")
async def over_the_days_off(m: Matter) -> None:
    await m.later(20)
    await m.route("housing", topic="garbage-collection", location="г. Иваново")
    await m.day(EVE + 1, "10:00")
    await m.answered("Мусор вывезен.")


@story("Выявлено в праздник", EVE, "12:00", "Гололёд на мосту.", off=True)
async def in_the_days_off(m: Matter) -> None:
    await m.day(EVE + 1, "09:40")
    await m.route("roads", topic="bridges", location="г. Кинешма")
    await m.later(60)
    await m.answered("Мост обработан.")


@story(
    "Промежуточный ответ накануне праздников, второй промежуточный и окончательный",
    EVE - 1,
    "09:10",
    "Школу обещали открыть и не открыли.",
)
async def interim_over_the_days_off(m: Matter) -> None:
    await m.later(10)
    await m.route("education", location="г. Иваново, м. Московский")
    await m.later(40)
    await m.answered("Идёт приёмка здания.", kind="interim", minutes=20, then=5)
    due = m.run("final_draft")["due_at"]
    await m.day(EVE + 2, "10:00")
    await m.answered("Приёмка продлена.", kind="interim", minutes=20, then=5, url=m.answer_link(2))
    assert m.run("final_draft")["due_at"] == due
    await m.past("final_draft", -60)
    await m.step(
        "responsible-education", "/drafts", {"kind": "answer", "text": "Школа откроется в понедельник."}
    )
    await m.later(20)
    await m.approve()
    await m.later(5)
    await m.step("responsible-education", "/publication", {"url": m.answer_link(3)})


@story("Запрос перед праздниками, автор молчит", EVE - 2, "14:00", "Плохо топят.")
async def request_before_the_days_off(m: Matter) -> None:
    await m.later(10)
    await m.route("housing")
    await m.later(30)
    await m.answered("Уточните адрес дома.", kind="clarification", minutes=20, then=5)
    await m.day(EVE + 3, "10:00")


@story("Ждёт решения куратора до конца месяца", 20, "09:10", "Не работает светофор у рынка.")
async def waits_for_the_curator(m: Matter) -> None:
    await m.later(20)
    await m.route("roads", topic="road-marking-signs", location="г. Шуя")
    await m.later(60)
    await m.submit(text="Светофор отремонтирован.")


@story("Ждёт направления до конца месяца", 20, "09:30", "Нет автобуса вечером.", curator="curator2")
async def waits_for_routing(m: Matter) -> None:
    await m.later(10)


@story("Ждёт назначенного исполнителя", 20, "09:40", "Прохудилась крыша.")
async def waits_for_an_assignee(m: Matter) -> None:
    await m.later(10)
    await m.route("housing", topic="roof-entrance", location="г. Кинешма")
    await m.assign("executor-housing")
    await m.later(10)


@story("Ждёт органа, исполнитель которого отсутствует", 20, "10:00", "Карантин в школе?")
async def waits_for_a_body_without_its_executor(m: Matter) -> None:
    await m.later(10)
    await m.route("education", location="г. Шуя")
    await m.later(10)
