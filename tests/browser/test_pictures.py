"""The pictures of the documents can be taken today: each place exists. `make pictures` takes them again."""

import os
import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Office
from tests.browser.pictures import IMAGES, along_the_road, over_the_work, write_down
from tests.documents import DOCS, README, links

LARGEST, LARGEST_TOGETHER = 60_000, 1_000_000  # bytes
ANEW = "OTKLIK_PICTURES"
"""Set by `make pictures`: what is seen is written down."""


def named() -> set[str]:
    """The pictures that documents show."""
    shown = {link for document in (README, *DOCS.rglob("*.md")) for link in links(document)}
    return {re.sub(r".*/|\.webp$", "", link) for link in shown if link.endswith(".webp")}


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in IMAGES.glob("*.webp")}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}
    assert sum(sizes.values()) <= LARGEST_TOGETHER


@pytest.mark.installation
async def test_every_picture_of_the_documents_can_be_taken_and_no_other_is_kept(office: Office) -> None:
    seen: set[str] = set()

    async def stop(name: str, shown: Locator) -> None:
        await expect(shown).to_be_visible()
        seen.add(name)
        if ANEW in os.environ:
            await write_down(name, shown)

    await along_the_road(office, stop)
    await over_the_work(office, stop)
    assert seen == named() == {path.stem for path in IMAGES.glob("*.webp")}
