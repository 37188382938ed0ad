"""Illness, leave, assignments, and who acts in whose place (cl. 6)."""

from tests.office.matter import Matter
from tests.office.story import story


@story("Исполнитель болен: работает замещающий", 8, "09:40", "Не дозвониться в регистратуру.")
async def substitute_works(m: Matter) -> None:
    await m.later(10)
    await m.route("health", location="г. Фурманов")
    await m.later(40)
    text = {"kind": "answer", "text": "Телефон исправен, добавлена линия."}
    await m.step("executor-social", "/drafts", text)
    await m.later(15)
    await m.approve()
    await m.later(5)
    await m.step("executor-social", "/publication", {"url": m.answer_link(1)})


@story("Заболел и замещающий", 9, "10:00", "Аптека закрыта без объявления.")
async def substitute_of_a_substitute(m: Matter) -> None:
    await m.later(10)
    await m.route("health", topic="medicines", location="г. Пучеж")
    await m.later(40)
    await m.step(
        "responsible-social", "/drafts", {"kind": "answer", "text": "Аптека работает с 9 до 17 часов."}
    )
    await m.later(15)
    await m.approve()
    await m.later(5)
    await m.step("responsible-social", "/publication", {"url": m.answer_link(1)})


@story("Исполнитель назначен, и срок не соблюдён", 10, "09:10", "Тротуар во льду.")
async def assigned_and_late(m: Matter) -> None:
    await m.later(10)
    await m.route("roads", topic="sidewalks", location="г. Иваново, пр. Текстильщиков")
    await m.later(15)
    await m.assign("executor-roads")
    assert m.view["assignee"] == "executor-roads"
    await m.past("draft", 15)
    await m.answered("Тротуар посыпан.", minutes=10)


@story("Назначение снято", 11, "09:15", "Дом культуры продают?")
async def assignment_taken_back(m: Matter) -> None:
    await m.later(10)
    await m.route("culture", location="г. Комсомольск")
    await m.assign("executor-culture")
    await m.later(10)
    await m.assign(None)
    await m.later(40)
    await m.answered("Дом культуры не продаётся.")


@story("Ответственный отвечает сам", 5, "10:00", "Глава молчит, отвечайте вы.", network="odnoklassniki")
async def responsible_acts(m: Matter) -> None:
    await m.later(10)
    await m.route("housing", topic="managing-company", location="г. Вичуга")
    await m.later(40)
    draft = {"kind": "answer", "text": "Управляющей организации выдано предписание."}
    await m.step("responsible-housing", "/drafts", draft)
    await m.later(15)
    await m.approve()
    await m.later(5)
    await m.step("responsible-housing", "/publication", {"url": m.answer_link(1)})


@story("Передано другому куратору", 4, "10:20", "Нет тренера в секции.", curator="curator2")
async def handed_over(m: Matter) -> None:
    await m.later(20)
    await m.hand_over("curator", by="curator2")
    assert m.view["curator"] == "curator"
    m.curator = "curator"
    await m.later(10)
    await m.route("education", topic="extra-education", location="г. Тейково")
    await m.later(40)
    await m.answered("Тренер принят.")


@story("Начальник передаёт сообщения куратора в отпуске", 13, "09:20", "Нет сиделки.", curator="curator2")
async def handed_over_by_the_head(m: Matter) -> None:
    await m.later(20)
    await m.route("social", topic="social-care", location="г. Шуя")
    await m.later(30)
    await m.note("Автор просит перезвонить.", person="executor-social")
    await m.day(14, "09:20")
    await m.hand_over("curator", by="head")
    m.curator = "curator"
    await m.answered("Сиделка назначена.", minutes=20, then=5)


@story("Куратор в отпуске, направляет замещающий", 15, "09:10", "Нет автобуса до дач.", curator="curator2")
async def substitute_curator(m: Matter) -> None:
    await m.later(15)
    await m.route("roads", person="head", topic="bus-routes", location="г. Кохма")
    # For whom a substitute routes it, theirs it is.
    assert m.view["curator"] == "curator2"
    await m.later(40)
    await m.submit(text="Рейс добавлен.")
    await m.later(15)
    await m.approved_and_placed(5, person="head")


@story("Исполнитель отсутствует без срока", 18, "09:20", "Холод в группе детского сада.")
async def away_for_long(m: Matter) -> None:
    await m.later(10)
    await m.route("education", topic="kindergarten-places", location="г. Родники")
    await m.later(40)
    draft = {"kind": "answer", "text": "Отопление группы восстановлено."}
    await m.step("responsible-education", "/drafts", draft)
    await m.later(10)
    await m.approve()
    await m.later(5)
    await m.step("responsible-education", "/publication", {"url": m.answer_link(1)})


@story("Нарушение в отсутствие ответственного", 19, "09:10", "Мост закрыт без объезда.")
async def late_while_the_responsible_is_away(m: Matter) -> None:
    await m.later(10)
    await m.route("roads", topic="bridges", location="г. Юрьевец")
    await m.past("draft", 20)
    await m.answered("Объезд открыт.", minutes=10)
