"""Joint answers (cl. 15)."""

from tests.office.matter import Matter
from tests.office.story import story


@story("Общий ответ двух органов", 3, "09:05", "Из-за ремонта теплотрассы разбили дорогу.")
async def of_two(m: Matter) -> None:
    await m.later(15)
    await m.route("housing", "roads", topic="road-repair", location="г. Кинешма, ул. Ленина")
    await m.later(60)
    await m.contribute("Теплотрасса сдана, вскрытие закрыто щебнем.")
    await m.later(60)
    await m.answered("Асфальт восстановят за счёт подрядчика теплосети.", minutes=10)


@story(
    "Общий ответ трёх органов, информация возвращена на доработку",
    4,
    "09:00",
    "В посёлке нет ни дороги, ни врача, ни клуба.",
)
async def of_three_with_a_rework(m: Matter) -> None:
    await m.later(10)
    await m.route("health", "culture", "roads", topic="rural-roads", location="п. Каминский")
    await m.later(40)
    await m.contribute("Фельдшер приезжает.")
    await m.later(10)
    await m.rework_contribution("По каким дням приезжает фельдшер?")
    assert m.body == "health"
    await m.later(30)
    await m.contribute("Фельдшер приезжает по средам.")
    await m.later(30)
    await m.contribute("Клуб открыт после ремонта.")
    await m.later(60)
    await m.answered("Фельдшер — по средам, клуб открыт, дорога в плане этого года.", minutes=20, then=10)


@story(
    "Второй орган вернул, порядок изменён",
    5,
    "09:00",
    "Льготный проезд до больницы не работает.",
    curator="curator2",
)
async def second_returns(m: Matter) -> None:
    await m.later(10)
    await m.route("social", "health", topic="fares", location="г. Юрьевец")
    await m.later(40)
    await m.contribute("Льгота начислена на карту.")
    await m.later(20)
    await m.give_back(reason="Проезд не относится к здравоохранению.", competent_body="roads")
    await m.later(15)
    await m.route("roads", topic="fares", location="г. Юрьевец")
    assert m.view["bodies"] == ["social", "roads"]
    assert len(m.view["contributions"]) == 1
    await m.later(60)
    await m.answered("Перевозчик заменил терминал, льгота действует.", minutes=10)


@story(
    "Длинная последовательность при сокращённом сроке", 6, "09:00", "Прорвало трубу у садика, дорогу залило."
)
async def too_long_a_sequence(m: Matter) -> None:
    await m.later(30)
    await m.route(
        "education", "housing", "roads", topic="cold-water", reduced_term="PT6H", location="г. Иваново"
    )
    assert m.view["forecast_at"] is not None
    await m.later(70)
    await m.contribute("Дети переведены в соседнюю группу.")
    await m.later(70)
    await m.contribute("Труба заменена.")
    # Clause 15: the last body too has its two hours.
    assert m.run("draft")["due_at"] >= m.run("contribution")["due_at"]
    await m.later(60)
    await m.answered("Проезд открыт, наледь убрана.", minutes=10)


@story("Информация представлена поздно", 8, "09:00", "Скорая не может проехать к больнице.")
async def contribution_late(m: Matter) -> None:
    await m.later(15)
    await m.route("roads", "health", topic="ambulance", importance="raised", location="г. Заволжск")
    await m.past("contribution", 20)
    await m.contribute("Проезд расчищен.")
    await m.later(60)
    await m.answered("Проезд к приёмному покою открыт.", minutes=20, then=10)


@story("Орган, который действует позже, направлен первым", 10, "09:20", "Грязная вода в школе.")
async def order_changed(m: Matter) -> None:
    await m.later(10)
    await m.route("education", "housing", topic="cold-water", location="с. Писцово")
    await m.later(15)
    await m.route("housing", "education", topic="cold-water", location="с. Писцово")
    assert m.body == "housing"
    await m.later(45)
    await m.contribute("Промыта сеть, проба чистая.")
    await m.later(45)
    await m.answered("Вода в школе соответствует норме.", minutes=10)
