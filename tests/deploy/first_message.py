"""The first message of a new installation, by a curator in a browser, with all that the pages load on the way."""

from httpx import AsyncClient
from playwright.async_api import Response, async_playwright

from tests.browser.browser import launch
from tests.browser.test_first_start import CURATOR, sign_in, take_own_password
from tests.browser.test_roads import register, route
from tests.patience import PATIENCE


async def first_message(address: str, given: str) -> list[str]:
    """The curator takes a password of their own, registers a message, routes it and prints what there is of it.

    `given`: the password that they got. Returns what was wrong: scripts that failed, files that were not there.
    """
    wrong: list[str] = []

    def look(answer: Response) -> None:
        if answer.status >= 400:
            wrong.append(f"{answer.status} {answer.url}")

    async with async_playwright() as playwright:
        browser = await launch(playwright)
        context = await browser.new_context(base_url=address, locale="ru-RU")
        page = await context.new_page()
        page.set_default_timeout(1000 * PATIENCE)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("response", look)
        await sign_in(page, "curator", given)
        await take_own_password(page, given)
        number = await register(page, "На Лежневской яма во всю полосу.")
        await route(page, "дорожного")
        await page.goto("/docs")
        await browser.close()
    async with AsyncClient(base_url=address, trust_env=False, timeout=PATIENCE) as http:
        form = {"username": "curator", "password": CURATOR}
        token = (await http.post("/api/token", data=form)).raise_for_status().json()["access_token"]
        by_curator = {"Authorization": f"Bearer {token}"}
        printed = await http.get(f"/api/messages/{number}/file.pdf", headers=by_curator)
        if not printed.content.startswith(b"%PDF"):
            wrong.append(f"{printed.status_code} {printed.url}")
    return wrong
