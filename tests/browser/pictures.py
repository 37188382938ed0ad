"""The pictures of the documents: one message's road, and stops on it where a picture is worth taking.

Who is in them is invented: the people of the demo, and an author made up here.
"""

import base64
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.browser.acts import step_of
from tests.browser.conftest import Office, new_link
from tests.browser.test_roads import choose, draft, register, route

IMAGES = Path(__file__).parents[2] / "docs/images"
WIDTH, HEIGHT = 1280, 720  # pixels: readable where a document shows it 900 wide
QUALITY = 30  # of WebP, of 100: letters stay clean, and a page takes some 40 KB

# Of a whole page as much as there is on it.
_PLACE = """shown => {
  const box = shown.getBoundingClientRect();
  const page = shown === document.body ? document.querySelector("main").getBoundingClientRect().bottom : box.height;
  return {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: page};
}"""

Stop = Callable[[str, Locator], Awaitable[None]]
"""What is done at a stop: the picture's name, and what it shows."""

ASKED = "На Советской яма во всю полосу, объезжают по встречной. Вчера чуть не сбили ребёнка. Пишу уже второй раз."
FIRST = (
    "Здравствуйте! Ваше обращение передано в подрядную организацию. Работы будут выполнены в кратчайшие сроки. "
    "С уважением, Департамент дорожного хозяйства и транспорта Ивановской области."
)
SECOND = (
    "Здравствуйте! Яму у дома 4 подрядчик засыплет завтра до 18:00, до этого её оградят. За работами проследит "
    "дорожная инспекция. С уважением, Департамент дорожного хозяйства и транспорта Ивановской области."
)
REMARK = "Назовите день и исполнителя работ."


async def write_down(name: str, shown: Locator) -> None:
    """Keep the picture among those of the documents, without the strip of training."""
    page = shown.page
    await page.evaluate("document.querySelector('.strip')?.setAttribute('hidden', '')")
    box = await shown.evaluate(_PLACE)
    clip = {**box, "height": min(box["height"], HEIGHT), "scale": 1}
    session = await page.context.new_cdp_session(page)
    taken = await session.send(
        "Page.captureScreenshot",
        {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True},
    )
    (IMAGES / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))


async def along_the_road(office: Office, stop: Stop) -> None:
    """A message from its registration to its answer, with a rework on the way; stops where people act."""
    curator = await office.person("curator", width=WIDTH, height=HEIGHT)
    executor = await office.person("executor-roads", width=WIDTH, height=HEIGHT)
    number = await _begin(curator, stop)
    await executor.goto(f"/messages/{number}")
    await draft(executor, FIRST)
    await _send_back(curator)
    await _write(executor, stop)
    await stop("approval", await _page_of(curator, "Согласовать"))
    limits = curator.get_by_role("heading", name="Сроки").locator("xpath=..")
    await limits.get_by_text("Как посчитано").first.click()
    await stop("limits", limits)
    await curator.get_by_role("button", name="Согласовать").click()
    await expect(executor.get_by_role("form", name="Подтвердить размещение")).to_be_visible()
    await executor.goto(executor.url)
    await stop("publication", await _page_of(executor, "Подтвердить размещение"))


async def _begin(curator: Page, stop: Stop) -> str:
    await curator.get_by_role("link", name="Зарегистрировать").click()
    form = curator.get_by_role("form", name="Зарегистрировать")
    await form.get_by_label("Ссылка").fill(new_link())
    await form.get_by_label("Автор").fill("Мария из Кинешмы")
    await form.get_by_label("Текст").fill(ASKED)
    await expect(form.get_by_label("Сеть")).to_have_value("vkontakte")
    await stop("registering", curator.get_by_role("dialog"))
    await curator.keyboard.press("Escape")
    number = await register(curator, ASKED)
    routing = curator.get_by_role("form", name="Направить")
    await choose(routing.get_by_label("Тема"), "Ямы")
    await routing.get_by_label("Место").fill("г. Кинешма, ул. Советская")
    await choose(routing.get_by_label("Органы"), "дорожного хозяйства")
    await expect(curator.get_by_text("Если направить сейчас")).to_be_visible()
    await stop("routing", curator.locator("body"))
    await curator.goto("/")
    await stop("queue", curator.locator("body"))
    await curator.goto("/board")
    await stop("board", curator.locator("body"))
    await curator.goto(f"/messages/{number}")
    await route(curator, "дорожного хозяйства")
    return number


async def _send_back(curator: Page) -> None:
    form = curator.get_by_role("form", name="На доработку")
    await form.get_by_label("Замечания").fill(REMARK)
    await form.get_by_role("button", name="На доработку").click()
    await expect(step_of(curator)).to_contain_text("доработка")


async def _write(executor: Page, stop: Stop) -> None:
    form = executor.get_by_role("form", name="Отправить на согласование")
    await expect(executor.get_by_text(REMARK).first).to_be_visible()
    await form.get_by_label("Текст ответа").fill(FIRST)
    await expect(
        executor.get_by_role("list", name="Советы по тексту").get_by_role("listitem").first
    ).to_be_visible()
    await stop("writing", executor.locator("body"))
    await form.get_by_label("Текст ответа").fill(SECOND)
    await form.get_by_role("button", name="Отправить на согласование").click()
    await expect(
        executor.get_by_role("form", name="Отозвать проект")
        .or_(executor.get_by_role("button", name="Отозвать проект"))
        .first
    ).to_be_visible()


async def _page_of(person: Page, command: str) -> Locator:
    """The whole page, once the form of a command is on it."""
    await expect(person.get_by_role("form", name=command)).to_be_visible()
    return person.locator("body")


async def over_the_work(office: Office, stop: Stop) -> None:
    """What those see who answer for a body, oversee bodies, or keep the installation."""
    people: dict[str, Page] = {}
    for sign_in, address, heading, name in (
        ("head", "/overview", "Обзор", "overview"),
        ("responsible-roads", "/people/executor-roads", "Отсутствия и замещения", "absence"),
        ("admin", "/admin", "Чего не хватает", "administration"),
        ("admin", "/admin/access", "Журнал доступа", "access"),
        ("admin", "/admin/calendar", "Календарь и порядок", "calendar"),
        # Nobody signs in there; the first of its posts is answered.
        ("admin", "/demo-network/1", "Публикация", "demo-network"),
    ):
        if sign_in not in people:
            people[sign_in] = await office.person(sign_in, width=WIDTH, height=HEIGHT)
        page = people[sign_in]
        await page.goto(address)
        await expect(page.get_by_role("heading", name=heading)).to_be_visible()
        await stop(name, page.locator("body"))
