"""Every limit passed, with who answers for it (cl. 20)."""

from tests.office.matter import Matter
from tests.office.story import story


@story("Направлено поздно", 2, "14:00", "Бродячие собаки у школы.")
async def routed_late(m: Matter) -> None:
    await m.past("routing", 25)
    await m.route("education", topic="stray-dogs", location="г. Наволоки")
    await m.later(50)
    await m.answered("Собаки отловлены.")


@story("Проект представлен поздно", 3, "09:25", "Нет лекарств по льготе.")
async def drafted_late(m: Matter) -> None:
    await m.later(20)
    await m.route("health", topic="medicines", location="г. Шуя")
    await m.past("draft", 30)
    await m.answered("Лекарства поступили в аптеку № 3.", minutes=10)


@story("Согласовано поздно", 4, "09:40", "Платёжка за отопление выросла вдвое.")
async def approved_late(m: Matter) -> None:
    await m.later(10)
    await m.route("housing", topic="utility-bills", location="г. Кохма")
    await m.later(40)
    await m.submit(text="Сделан перерасчёт.")
    await m.past("approval", 20)
    await m.approved_and_placed(10)


@story("Доработано поздно", 5, "09:10", "Автобус без отопления.")
async def reworked_late(m: Matter) -> None:
    await m.later(10)
    await m.route("roads", topic="bus-condition", location="г. Иваново, маршрут 20")
    await m.later(30)
    await m.submit(text="Проверим.")
    await m.later(20)
    await m.rework("Что сделано?")
    await m.past("rework", 15)
    await m.answered("Автобус снят с линии, печка заменена.", minutes=10)


@story("Размещено поздно", 6, "09:40", "Зал в клубе не топят.")
async def published_late(m: Matter) -> None:
    await m.later(10)
    await m.route("culture", location="п. Пестяки")
    await m.later(30)
    await m.submit(text="Отопление зала включено.")
    await m.later(15)
    await m.approve()
    await m.past("publication", 20)
    await m.publish()


@story(
    "Ответ опоздал на согласовании: недостаток куратора",
    7,
    "10:00",
    "Нет учителя математики.",
    curator="curator2",
)
async def answer_late_at_the_curator(m: Matter) -> None:
    await m.later(30)
    await m.route("education", topic="teachers", location="г. Родники")
    await m.past("answer", -20)
    await m.submit(text="Учитель выходит с понедельника.")
    await m.past("answer", 30)
    await m.approved_and_placed(10)


@story("Ответ опоздал у органа, который молчит", 8, "09:10", "Не платят детские.")
async def answer_late_at_the_body(m: Matter) -> None:
    await m.later(30)
    await m.route("social", location="г. Комсомольск")
    await m.past("answer", 60)
    await m.answered("Выплата произведена.", minutes=10)


@story(
    "Выявлено поздно: срок истёк до регистрации",
    9,
    "09:00",
    "Сообщение недельной давности о снеге.",
    found=(4, "10:00"),
)
async def detected_late(m: Matter) -> None:
    assert m.run("answer")["inherited"]
    await m.later(20)
    await m.route("roads", topic="snow-removal", location="г. Южа")
    await m.later(40)
    await m.answered("Снег вывезен.", minutes=10)


@story("Направление заняло весь срок: орган не виновен", 10, "09:30", "Дым от котельной.")
async def all_the_time_spent_routing(m: Matter) -> None:
    await m.past("answer", 45)
    await m.route("housing", topic="air-pollution", location="г. Гаврилов Посад")
    assert m.run("draft")["inherited"]
    await m.later(40)
    await m.answered("Котельная переведена на газ.", minutes=10)


@story("Окончательный проект опоздал", 3, "13:50", "Нет детского хирурга.")
async def final_draft_late(m: Matter) -> None:
    await m.later(20)
    await m.route("health", topic="doctor-shortage", location="г. Кинешма")
    await m.later(40)
    await m.answered("Вакансия открыта, ищем врача.", kind="interim", minutes=20, then=10)
    await m.past("final_draft", 60)
    await m.day(14, "09:30")
    await m.answered("Хирург принят на работу.", minutes=20, then=10, url=m.answer_link(2))
