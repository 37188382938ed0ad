"""The queue: rows in groups, the preview of the one that is chosen, and what waits for one step."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Office
from tests.browser.test_roads import register


def row(number: str) -> re.Pattern[str]:
    return re.compile(rf"^№ {number}\.")


async def test_the_row_that_is_chosen_is_read_beside_the_queue(office: Office) -> None:
    curator = await office.person("curator")
    first, second = [await register(curator, f"Не горит фонарь у дома {house}.") for house in (31, 32)]
    await curator.goto("/")
    preview = curator.get_by_role("region", name="Просмотр")
    for number, house in ((first, 31), (second, 32)):
        await curator.get_by_role("link", name=row(number)).focus()
        await expect(preview).to_contain_text(f"Не горит фонарь у дома {house}.")
    await expect(preview.get_by_role("link", name="Направить…")).to_be_visible()
    await curator.keyboard.press("Enter")
    await expect(curator.get_by_role("heading", level=1)).to_contain_text(f"№ {second}")


@pytest.mark.installation
async def test_a_narrow_screen_has_no_preview(office: Office) -> None:
    curator = await office.person("curator", width=1366)
    await register(curator, "Не горит фонарь у дома 33.")
    await curator.goto("/")
    await expect(curator.get_by_role("heading", level=2).first).to_be_visible()
    await expect(curator.get_by_role("region", name="Просмотр")).to_be_hidden()


@pytest.mark.installation
async def test_a_step_is_looked_at_alone_without_scripts(office: Office) -> None:
    curator = await office.person("curator")
    await register(curator, "Не горит фонарь у дома 34.")
    still = await office.person("curator", scripts=False)
    steps = still.get_by_role("navigation", name="Что сделать")
    whole = await still.title()
    await steps.get_by_role("link", name=re.compile("^Направить")).click()
    count = int(await steps.get_by_role("link", name=re.compile("^Направить")).locator("b").inner_text())
    await expect(still.locator("[data-row]")).to_have_count(count)
    assert set(await still.locator("[data-row] .step").all_inner_texts()) == {"направить"}
    assert await still.title() == whole
