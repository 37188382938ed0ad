"""What axe finds on the pages: nothing, in both themes; and no page is wider than a telephone."""

import json
import re
from pathlib import Path

import pytest

from api.web.install import install
from tests.browser.browser import HERE
from tests.browser.conftest import Office

_AXE = HERE / "node_modules/axe-core/axe.min.js"
PAGES = [
    ("curator", "/"),
    ("curator", "/messages"),
    ("curator", "/messages/new"),
    ("curator", "/board"),
    ("head", "/overview"),
    ("executor-roads", "/notices"),
    ("executor-roads", "/profile"),
    ("admin", "/admin"),
    ("admin", "/admin/people"),
    ("admin", "/admin/access"),
    ("admin", "/admin/calendar"),
    (None, "/sign-in"),
    ("curator", "a message of the queue"),
    ("executor-roads", "a message of the list"),
]


def _axe() -> str:
    if not _AXE.exists():
        install(HERE)
    return Path(_AXE).read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_and_nothing_is_too_wide(office: Office, scheme: str) -> None:
    axe, found = _axe(), {}
    people = {}
    for person, named in PAGES:
        if person not in people:
            people[person] = await office.person(person, width=1280, scheme=scheme)
        page = people[person]
        address = named
        if not named.startswith("/"):
            await page.goto("/" if "queue" in named else "/messages?stage=preparation")
            address = await page.get_by_role("link", name=re.compile("^№")).first.get_attribute("href") or "/"
        await page.goto(address)
        await page.evaluate(axe)
        judged = await page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
        )
        for violation in judged["violations"]:
            found[f"{address} {violation['id']}"] = [node["html"][:120] for node in violation["nodes"][:3]]
        await page.set_viewport_size({"width": 320, "height": 740})
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found[f"{address} at 320 px"] = [f"{wide} px too wide"]
        await page.set_viewport_size({"width": 1280, "height": 1080})
    assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)
