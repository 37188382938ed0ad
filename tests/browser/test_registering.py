"""A curator registers in seconds: a link is recognised, a known one is told, a screenshot becomes evidence."""

import re
from base64 import b64encode

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect

from tests.api.messages.pictures import PNG
from tests.browser.conftest import Office, new_link
from tests.browser.test_roads import register

_PASTE = """(where, [kind, content]) => {
  const held = new DataTransfer();
  if (kind === "text") held.setData("text/plain", content);
  else {
    const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
    held.items.add(new File([bytes], "image.png", { type: "image/png" }));
  }
  where.dispatchEvent(new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true }));
}"""


async def begin(page: Page) -> Locator:
    """The form over the queue, as it opens by its key."""
    await page.keyboard.press("KeyN")
    form = page.get_by_role("dialog").get_by_role("form", name="Зарегистрировать")
    await expect(form.get_by_label("Ссылка")).to_be_focused()
    return form


async def test_a_pasted_link_tells_its_network_and_that_it_is_new(office: Office) -> None:
    curator = await office.person("curator")
    form = await begin(curator)
    await form.get_by_label("Ссылка").evaluate(
        _PASTE, ["text", "Смотрите: https://ok.ru/group/238/topic/987654321987 вот"]
    )
    await expect(form.get_by_label("Сеть")).to_have_value("odnoklassniki")
    await expect(form.get_by_label("Ссылка")).to_have_value("https://ok.ru/group/238/topic/987654321987")
    await expect(form.locator(".recognised")).to_contain_text("ещё не зарегистрирована")
    await form.get_by_label("Ссылка").fill("https://vk.com\\wall-1_2")
    await expect(form.locator(".recognised")).to_contain_text("обратная косая черта")


async def test_a_known_link_is_told_at_once_with_its_first_message(office: Office) -> None:
    curator, url = await office.person("curator"), new_link()
    number = await register(curator, "Не работает лифт в третьем подъезде.", url)
    form = await begin(curator)
    await form.get_by_label("Текст").fill("Набрано заранее.")
    await form.get_by_label("Ссылка").fill(url.replace("vk.com", "m.vk.com"))
    first = form.get_by_role("link", name=f"№ {number} Не работает лифт")
    await expect(first).to_be_visible()
    await expect(form.get_by_label("Текст")).to_have_value("Набрано заранее.")
    await first.click()
    await expect(curator.get_by_role("heading", level=1)).to_contain_text(f"Сообщение № {number}")


async def test_a_pasted_screenshot_becomes_evidence_and_stays_while_the_form_is_refused(
    office: Office,
) -> None:
    curator = await office.person("curator")
    form = await begin(curator)
    await form.get_by_label("Ссылка").fill(new_link())
    await expect(form.get_by_label("Сеть")).to_have_value("vkontakte")
    await form.get_by_label("Текст").fill("Публикацию могут удалить.")
    await form.get_by_label("Автор").evaluate(_PASTE, ["picture", b64encode(PNG).decode()])
    await expect(form.get_by_role("button", name="Убрать: снимок")).to_be_visible()
    await curator.keyboard.press("Control+Enter")
    await expect(form.get_by_role("alert")).to_contain_text("Укажите автора.")
    await form.get_by_label("Автор").fill("Житель Кинешмы")
    await curator.keyboard.press("Control+Enter")
    await curator.wait_for_url(re.compile(r"/messages/\d+$"))
    await expect(curator.get_by_role("img", name="снимок")).to_be_visible()
    await expect(curator.get_by_text("Добавлена заметка")).to_be_visible()


@pytest.mark.installation
async def test_without_scripts_a_file_that_is_no_picture_is_told_before_anything_is_registered(
    office: Office,
) -> None:
    curator, url = await office.person("curator", scripts=False), new_link()
    await curator.goto("/messages/new")
    form = curator.get_by_role("form", name="Зарегистрировать")
    await form.get_by_label("Ссылка").fill(url)
    await form.get_by_label("Сеть").select_option("vkontakte")
    await form.get_by_label("Автор").fill("Житель Шуи")
    await form.get_by_label("Текст").fill("Ливневая канализация забита.")
    attachments = form.get_by_label("Вложения")
    await attachments.set_input_files([FilePayload(name="снимок.png", mimeType="image/png", buffer=b"text")])
    await form.get_by_role("button", name="Зарегистрировать").click()
    await expect(form.get_by_role("alert")).to_contain_text("Вложения: снимок.png")
    await expect(form.get_by_label("Текст")).to_have_value("Ливневая канализация забита.")
    await attachments.set_input_files([FilePayload(name="снимок.png", mimeType="image/png", buffer=PNG)])
    await form.get_by_role("button", name="Зарегистрировать").click()
    await curator.wait_for_url(re.compile(r"/messages/\d+$"))
    await expect(curator.get_by_role("img", name="снимок.png")).to_be_visible()


@pytest.mark.installation
async def test_a_network_nobody_chose_is_the_one_the_link_says(office: Office) -> None:
    curator = await office.person("curator", scripts=False)
    await curator.goto("/messages/new")
    form = curator.get_by_role("form", name="Зарегистрировать")
    await form.get_by_label("Ссылка").fill("https://gorod.example.ru/238")
    await form.get_by_label("Автор").fill("Житель Вичуги")
    await form.get_by_label("Текст").fill("Не вывозят мусор.")
    await form.get_by_role("button", name="Зарегистрировать").click()
    await expect(form.get_by_role("alert")).to_contain_text("Укажите сеть.")
    await form.get_by_label("Ссылка").fill(new_link())
    await form.get_by_role("button", name="Зарегистрировать").click()
    await curator.wait_for_url(re.compile(r"/messages/\d+$"))
    await expect(curator.get_by_text("ВКонтакте").first).to_be_visible()


@pytest.mark.installation
async def test_a_network_that_is_not_the_link_s_is_put_right_by_one_press(office: Office) -> None:
    curator = await office.person("curator")
    form = await begin(curator)
    await form.get_by_label("Сеть").select_option("forum")
    await form.get_by_label("Ссылка").fill("https://ok.ru/group/5238/topic/238")
    await form.get_by_role("button", name="Исправить на «Одноклассники»").click()
    await expect(form.get_by_label("Сеть")).to_have_value("odnoklassniki")
    await expect(form.get_by_text("Сеть: Одноклассники. Публикация ещё не зарегистрирована.")).to_be_visible()
