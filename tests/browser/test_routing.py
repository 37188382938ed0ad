"""A curator sees what routing would bring before it is sent, and what the message may repeat."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Office
from tests.browser.test_roads import choose, register, route


async def test_the_forecast_follows_what_is_typed(office: Office) -> None:
    curator = await office.person("curator")
    await register(curator, "На Кузнечной провал у колодца.")
    forecast = curator.get_by_role("region", name="Прогноз сроков")
    await expect(forecast).to_contain_text("Проект ответа, п. 10")
    ordinary = await forecast.locator("dd").last.inner_text()
    form = curator.get_by_role("form", name="Направить")
    await form.get_by_label("Сокращённый срок").fill("4")
    await expect(forecast.locator("dd").last).not_to_have_text(ordinary)
    await form.get_by_label("Сокращённый срок").fill("часа четыре")
    await expect(forecast).to_contain_text("Укажите часы числом")
    await form.get_by_label("Сокращённый срок").fill("2")
    await choose(form.get_by_label("Органы"), "дорожного хозяйства", "здравоохранения")
    await expect(forecast).to_contain_text("Органы не успевают по очереди")


async def test_the_form_moves_nothing_as_its_script_comes(office: Office) -> None:
    curator = await office.person("curator")
    await register(curator, "На Кузнечной погас фонарь у перехода.")
    form = curator.get_by_role("form", name="Направить")
    await expect(form.get_by_role("combobox", name="Органы")).to_be_visible()
    with_script = await form.bounding_box()
    await curator.route("**/js/otklik.js", lambda route: route.abort())
    await curator.reload()
    await expect(form.get_by_role("listbox", name="Органы")).to_be_visible()
    without = await form.bounding_box()
    assert with_script is not None and without is not None
    office.forgive("net::ERR_FAILED")
    assert abs(with_script["height"] - without["height"]) < 1


@pytest.mark.installation
async def test_bodies_are_put_in_order_by_keys_and_stay_so_where_the_form_is_refused(office: Office) -> None:
    curator = await office.person("curator")
    await register(curator, "На Суворова не чистят тротуар у школы.")
    form = curator.get_by_role("form", name="Направить")
    bodies = form.get_by_label("Органы")
    await choose(bodies, "дорожного хозяйства", "здравоохранения")
    await bodies.press("Alt+ArrowUp")
    chosen = form.get_by_role("list", name="Выбрано, по порядку").get_by_role("listitem")
    await expect(chosen.first).to_contain_text("здравоохранения")
    await form.get_by_role("button", name="Ниже: Департамент здравоохранения").focus()
    await curator.keyboard.press("Alt+ArrowDown")
    await expect(chosen.last).to_contain_text("здравоохранения")
    await curator.keyboard.press("Alt+ArrowUp")
    await expect(chosen.first).to_contain_text("здравоохранения")
    await expect(form.get_by_role("button", name="Ниже: Департамент здравоохранения")).to_be_focused()
    await form.get_by_role("button", name="Направить").click()
    await expect(form.get_by_role("alert")).to_be_visible()
    await expect(chosen.first).to_contain_text("здравоохранения")


async def test_an_earlier_message_of_the_same_place_is_taken_as_repeated(office: Office) -> None:
    curator = await office.person("curator")
    first = await register(curator, "Светофор у вокзала мигает жёлтым третий день.")
    await route(curator, "дорожного хозяйства")
    await curator.goto("/")
    await register(curator, "Каждое утро затор: регулировщика нет.")
    form = curator.get_by_role("form", name="Направить")
    await choose(form.get_by_label("Тема"), "Ямы")
    await form.get_by_label("Место").fill("г. Кинешма, ул. Советская, 4")
    similar = curator.get_by_role("region", name="Похожие сообщения")
    of_first = similar.get_by_role("listitem").filter(has_text=f"№ {first} ")
    await expect(of_first).to_contain_text("тот же автор, те же тема и место")
    await of_first.get_by_role("button", name="Повторное").click()
    await expect(form.get_by_label("Повторное к сообщению")).to_have_value(first)


@pytest.mark.installation
async def test_what_was_left_open_is_not_chosen_where_the_form_is_refused(office: Office) -> None:
    curator = await office.person("curator", scripts=False)
    await register(curator, "На Лесной не вывозят снег.")
    form = curator.get_by_role("form", name="Направить")
    await form.get_by_role("button", name="Направить").click()
    await expect(form.get_by_role("alert")).to_contain_text("Укажите тему.")
    await expect(form.get_by_label("Тема")).to_have_value("")


@pytest.mark.installation
async def test_what_is_suggested_fills_its_field_by_one_press(office: Office) -> None:
    curator = await office.person("curator")
    await register(curator, "В Кинешме на Правды яма на яме, выбоины, пробили колесо, асфальт разбит.")
    form = curator.get_by_role("form", name="Направить")
    suggested = curator.get_by_role("group", name="Подсказки")
    await suggested.get_by_role("button", name="Тема: Ямы и выбоины на дорогах").click()
    await expect(form.get_by_label("Тема")).to_have_value("Ямы и выбоины на дорогах")
    await suggested.get_by_role("button", name="Место: Кинешма").click()
    await expect(form.get_by_label("Место")).to_have_value("Кинешма")
    # A body is suggested once messages of the topic were routed: here as the page has it then.
    await curator.evaluate(
        """() => {
          const place = document.querySelector('[data-suggested="location"]');
          const body = place.cloneNode(true);
          body.dataset.suggested = "bodies";
          body.value = "roads";
          body.textContent = "Орган: дороги";
          place.after(body);
        }"""
    )
    body = suggested.get_by_role("button", name="Орган: ").first
    await body.click()
    await body.click()
    await expect(form.get_by_role("list", name="Выбрано, по порядку").get_by_role("listitem")).to_have_count(
        1
    )


@pytest.mark.installation
async def test_a_digit_takes_its_suggestion_and_says_why_unless_one_is_typing(office: Office) -> None:
    curator = await office.person("curator")
    await register(curator, "В Кинешме на Правды не горят фонари, темно, столбы без ламп.")
    form = curator.get_by_role("form", name="Направить")
    lights = form.get_by_role("button", name="Тема: Уличное освещение")
    await expect(lights.locator("kbd")).to_have_text("1")
    reason = form.get_by_role("group", name="Подсказки").first
    await expect(reason).to_contain_text("вероятность")
    await expect(reason).to_contain_text("«столб»")
    # Nothing is chosen before somebody has.
    await expect(form.get_by_label("Тема")).to_have_value("")
    place = form.get_by_label("Место")
    await place.fill("дом ")
    await place.press("End")
    await place.press("1")
    await expect(place).to_have_value("дом 1")
    await expect(form.get_by_label("Тема")).to_have_value("")
    await place.evaluate("field => field.blur()")
    await curator.keyboard.press("1")
    await expect(form.get_by_label("Тема")).to_have_value("Уличное освещение")
    await curator.keyboard.press("2")
    await expect(place).to_have_value("Кинешма")
