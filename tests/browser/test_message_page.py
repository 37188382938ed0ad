"""Reading, deciding and going on to the next message: what stands where on a message's page, and by which keys."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.acts import at, begin
from tests.browser.conftest import Office
from tests.browser.test_roads import register, route

_WIDTHS = ((1920, 1080), (1366, 768), (360, 800))


async def test_what_the_citizen_writes_is_in_view_before_the_form_at_every_width(office: Office) -> None:
    curator = await office.person("curator")
    await register(curator, "На Суворова яма у моста.")
    written = curator.get_by_role("region", name="Что пишет житель")
    form = curator.get_by_role("region", name="Что сделать").get_by_role("form", name="Направить")
    for width, height in _WIDTHS:
        await curator.set_viewport_size({"width": width, "height": height})
        text, act = await written.bounding_box(), await form.bounding_box()
        assert text
        assert act
        assert text["y"] < height / 2 + 100, width
        assert text["y"] <= act["y"] + 40, width
        button = await form.get_by_role("button", name=re.compile("^Направить")).bounding_box()
        assert button
        # The acts stay in view, whatever the length of the form.
        assert button["y"] + button["height"] <= height, width
        if width < 400:
            assert button["height"] >= 48


async def test_rare_acts_open_under_one_button_also_without_scripts(office: Office) -> None:
    curator = await office.person("curator", scripts=False)
    await register(curator, "На Суворова яма у рынка.")
    decline = curator.get_by_role("button", name="Не подлежит ответу")
    await expect(decline).to_be_hidden()
    await curator.get_by_role("button", name="Ещё", exact=True).click()
    await decline.click()
    await expect(curator.get_by_role("form", name="Не подлежит ответу")).to_be_visible()


@pytest.mark.installation
async def test_bodies_are_found_in_any_form_of_their_name(office: Office) -> None:
    curator = await office.person("curator")
    await register(curator, "На Суворова яма у театра.")
    bodies = curator.get_by_role("form", name="Направить").get_by_label("Органы")
    options = curator.get_by_role("listbox", name="Варианты").get_by_role("option")
    await bodies.fill("Иваново")
    await expect(options.first).to_have_text("Администрация города Иванова")
    await bodies.fill("такого органа нет")
    await expect(options).to_have_text(["Ничего не найдено"])
    await bodies.press("Enter")
    await expect(
        curator.get_by_role("list", name="Выбрано, по порядку").get_by_role("listitem")
    ).to_have_count(0)
    await bodies.fill("Иваново")
    await bodies.press("Enter")
    chosen = curator.get_by_role("list", name="Выбрано, по порядку").get_by_role("listitem")
    await expect(chosen).to_contain_text("Администрация города Иванова")


async def test_j_and_k_lead_through_the_list_one_came_from(office: Office) -> None:
    curator = await office.person("curator")
    word = "пролётка"
    numbers = [await register(curator, f"{word} {place} перекрыла проезд.") for place in range(3)]
    await curator.goto(f"/messages?q={word}")
    shown = [
        (await link.get_attribute("href") or "").rpartition("/")[2]
        for link in await curator.get_by_role("link", name=re.compile(f"^№ .*{word}")).all()
    ]
    assert sorted(shown[:3]) == sorted(numbers)
    await curator.get_by_role("link", name=f"№ {shown[0]}").click()
    await expect(curator.get_by_role("link", name=re.compile("^← Сообщения · 1 из "))).to_be_visible()
    await expect(curator.get_by_role("link", name="Предыдущее")).to_be_hidden()
    await curator.keyboard.press("KeyJ")
    await curator.wait_for_url(re.compile(f"/messages/{shown[1]}$"))
    await expect(curator.get_by_role("link", name=re.compile("^← Сообщения · 2 из "))).to_be_visible()
    await curator.keyboard.press("KeyK")
    await curator.wait_for_url(re.compile(f"/messages/{shown[0]}$"))
    await curator.get_by_role("link", name="Следующее").click()
    await curator.wait_for_url(re.compile(f"/messages/{shown[1]}$"))


async def test_after_an_act_the_next_message_is_offered_under_the_hand(office: Office) -> None:
    curator = await office.person("curator")
    await register(curator, "На Суворова яма у вокзала.")
    await register(curator, "На Суворова яма у почты.")
    await route(curator, "дорожного хозяйства")
    following = curator.get_by_role("link", name=re.compile("^Следующее: № "))
    await expect(following).to_be_focused()
    there = await following.get_attribute("href") or ""
    await curator.keyboard.press("Enter")
    await curator.wait_for_url(re.compile(f"{there}$"))


@pytest.mark.installation
async def test_the_last_body_and_the_final_answer_have_before_them_what_was_said(office: Office) -> None:
    case = await begin(office, to=["housing", "roads"])
    await case.contribute(text="Тепло дали в восемь утра.")
    page = await at(office, "executor-roads", case)
    told, form = (
        page.get_by_text("Тепло дали в восемь утра.").first,
        page.get_by_role("form", name="Отправить на согласование"),
    )
    above, below = await told.bounding_box(), await form.bounding_box()
    assert above
    assert below
    assert above["y"] < below["y"]
    await case.answer("interim", text="Ответим до конца месяца.")
    page = await at(office, "executor-roads", case)
    promised = page.get_by_role("region", name="Уже размещено")
    await expect(promised).to_contain_text("Ответим до конца месяца.")
