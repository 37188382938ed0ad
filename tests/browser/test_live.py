"""Live pages: another person's act shows on open pages, and takes nothing away from whoever is typing."""

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from tests.browser.acts import begin
from tests.browser.conftest import Office
from tests.browser.test_roads import register, route


async def test_what_is_typed_stays_while_the_page_renews_itself(office: Office) -> None:
    curator, other = await office.person("curator"), await office.person("curator2")
    number = await register(curator, "Запись к кардиологу только на февраль.")
    await curator.get_by_role("button", name="Ещё", exact=True).click()
    await curator.get_by_role("button", name="Добавить заметку").click()
    note = curator.get_by_role("form", name="Добавить заметку").get_by_label("Заметка")
    await note.fill("Позвонили в поликлинику")
    place = curator.get_by_role("form", name="Направить").get_by_label("Место")
    await place.fill("г. Тейково", force=True)
    await note.focus()
    await other.goto(f"/messages/{number}")
    await other.get_by_role("button", name="Ещё", exact=True).click()
    await other.get_by_role("button", name="Доложить Губернатору").click()
    report = other.get_by_role("form", name="Доложить Губернатору")
    await report.get_by_label("Причина").fill("Без приёма остались три района.")
    await report.get_by_role("button", name="Доложить Губернатору").click()
    await expect(curator.locator(".journal").get_by_text("Доложено Губернатору")).to_be_visible()
    await expect(note).to_have_value("Позвонили в поликлинику")
    await expect(note).to_be_focused()
    await expect(place).to_have_value("г. Тейково")
    # What a renewal leaves alone came without what stands in it, and stands there still.
    await expect(curator.get_by_role("region", name="Прогноз сроков")).to_contain_text("Проект ответа, п. 10")
    await expect(
        curator.get_by_role("region", name="Похожие сообщения").locator("[data-kept]")
    ).not_to_be_empty()


@pytest.mark.parametrize("another_is_open", [True, pytest.param(False, marks=pytest.mark.installation)])
async def test_what_happens_while_a_page_is_loading_shows_on_it(
    office: Office, another_is_open: bool
) -> None:
    curator, executor = await office.person("curator"), await office.person("executor-roads")
    number = await register(curator, "Яма у дома 6.")
    await route(curator, "дорожного хозяйства")
    page = await executor.context.new_page() if another_is_open else executor
    happened = asyncio.Event()

    async def late(script: Route) -> None:
        await happened.wait()
        await script.continue_()

    await page.route("**/js/otklik.js", late)
    await page.goto(f"/messages/{number}", wait_until="commit")
    await expect(page.get_by_role("heading", name="Ход")).to_be_visible()
    await office.people.post("curator", f"/messages/{number}/notes", {"text": "Звонили в отдел."})
    happened.set()
    await expect(page.get_by_text("Звонили в отдел.").first).to_be_visible()


@pytest.mark.installation
async def test_a_page_that_cannot_have_what_listens_says_so_and_goes_on_trying(office: Office) -> None:
    executor, away = await office.person("executor-roads"), True

    async def lost_while_away(route: Route) -> None:
        await (route.abort() if away else route.continue_())

    await executor.context.route("**/live_worker.js", lost_while_away)
    await executor.goto("/notices")
    gone = executor.get_by_text(re.compile(r"^Нет связи с \d{2}:\d{2}, текст сохранён$"))
    await expect(gone).to_be_visible()
    away = False
    await expect(gone).to_be_hidden()
    office.forgive("ERR_FAILED")


_WATCH = """() => {
  window.moved = 0;
  window.movers = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
      window.moved += entry.value;
      for (const { node, previousRect: was, currentRect: is } of entry.sources) {
        const what = node?.outerHTML?.slice(0, 120) ?? node?.textContent;
        window.movers.push(`${what}: ${JSON.stringify(was)} -> ${JSON.stringify(is)}`);
      }
    }
  });
  observer.observe({ type: "layout-shift" });
}"""
_NOTHING = 0.005
"""What rounds to a cumulative layout shift of 0.00."""


async def test_nothing_moves_under_the_hand_while_changes_arrive(office: Office) -> None:
    case = await begin(office, text="Кинешма: на мосту не горит фонарь.")
    message, queue = await office.person("curator"), await office.person("curator")
    await message.goto(f"/messages/{case.id}")
    await queue.locator(f"#row-{case.id}").hover()
    for page in (message, queue):
        await page.evaluate("document.fonts.ready.then(() => true)")
        await page.evaluate(_WATCH)
    await case.step("curator2", "/notes", {"text": "Позвонили в электросети."})
    await begin(office, text="Кинешма: на набережной не горит фонарь.")
    await expect(message.get_by_text("Позвонили в электросети.").first).to_be_visible()
    await expect(queue.get_by_role("button", name=re.compile("^Показать"))).to_be_visible()
    for page in (message, queue):
        assert await page.evaluate("window.moved") < _NOTHING, await page.evaluate("window.movers")
