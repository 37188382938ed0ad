"""Not our competence (cl. 8): returns in the hour and after it, and disputes."""

from tests.office.matter import Matter
from tests.office.story import story


@story("Возврат в течение часа", 2, "10:20", "Не горят фонари на Кузнецова.")
async def returned_in_time(m: Matter) -> None:
    await m.later(10)
    await m.route("roads", topic="street-lighting", location="г. Иваново, ул. Кузнецова")
    await m.later(35)
    await m.give_back(
        reason="Освещением занимается жилищно-коммунальное хозяйство.", competent_body="housing"
    )
    await m.later(20)
    await m.route("housing", topic="street-lighting", location="г. Иваново, ул. Кузнецова")
    await m.later(60)
    await m.answered("Заменены 14 светильников.")


@story("Спор о компетенции: два возврата", 6, "09:10", "Нет подвоза детей из деревни.", curator="curator2")
async def disputed(m: Matter) -> None:
    await m.later(15)
    await m.route("education", topic="school-transport", location="д. Ломы")
    await m.later(30)
    await m.give_back(reason="Маршрут муниципальный.", competent_body="roads")
    await m.later(20)
    await m.route("roads", topic="school-transport", location="д. Ломы")
    await m.later(30)
    await m.give_back(reason="Школьные автобусы ведёт образование.", competent_body="education")
    assert m.view["stage"] == "routing"
    await m.note("Согласовано с обоими органами по телефону.", person="head")
    await m.later(30)
    await m.route("education", topic="school-transport", location="д. Ломы")
    await m.later(60)
    await m.answered("Автобус выйдет на маршрут с понедельника.")


@story("Возврат позже часа", 7, "09:00", "Сломаны качели во дворе.")
async def returned_late(m: Matter) -> None:
    await m.later(15)
    await m.route("culture", topic="playgrounds", location="г. Вичуга")
    await m.past("return", 25)
    await m.give_back(reason="Двор не в ведении культуры.")
    assert m.run("return")["breached_at"] is not None
    await m.later(15)
    await m.route("housing", topic="playgrounds", location="г. Вичуга")
    await m.later(60)
    await m.answered("Качели отремонтированы.")


@story("Срок ответа истёк, пока возврат ждал куратора", 10, "09:00", "Свалка у реки.")
async def late_while_a_return_waits(m: Matter) -> None:
    await m.later(20)
    await m.route("culture", topic="illegal-dumps", location="г. Пучеж")
    await m.later(20)
    await m.give_back(reason="Не культура.", competent_body="housing")
    await m.past("answer", 30)
    assert m.run("answer")["holder"] == {"role": "curator", "body": None}
    await m.route("housing", topic="illegal-dumps", location="г. Пучеж")
    await m.later(30)
    await m.answered("Свалка ликвидирована.", minutes=10)


@story("Возврат после отзыва проекта", 11, "09:00", "Кто чистит остановку?")
async def returned_after_a_withdrawal(m: Matter) -> None:
    await m.later(10)
    await m.route("roads", topic="bus-stops", location="г. Тейково")
    await m.later(20)
    await m.submit(text="Остановку почистят.")
    await m.later(10)
    await m.withdraw()
    await m.give_back(reason="Остановка на балансе города.")
    await m.later(15)
    await m.route("housing", topic="bus-stops", location="г. Тейково")
    await m.later(40)
    await m.answered("Остановка очищена.")
