"""Whether an answer's text stands behind a public link: the check of everything that was published by hand (cl. 13)."""

import asyncio
from http import HTTPStatus

import httpx2

from activities.networks.fetching import Fetched, Fetcher
from activities.networks.page.posts import part_of
from activities.networks.port import NetworkRefusalError, Seen, Stands
from activities.networks.web_text import holds, is_edited, normalised, parsed, text_of

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_LONGEST_SHOWN = 20_000
_NOT_SHOWN = (
    "На странице нет текста ответа. Сайт может показывать ответы только в браузере или после входа: откройте ссылку и "
    "проверьте сами."
)


class PageStanding:
    """A page is fetched once for a check, as a person would open it."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    async def seen(self, url: str, text: str) -> Seen:
        """What stands behind a link. Refuses nothing: what cannot be seen is unknown, and says why.

        Where the page was read and the text is not on it, the state is unknown too, with an empty `text`: a page that
        once showed the answer has then lost it, and one that never did may show it to browsers alone.
        """
        try:
            fetched = await self._fetcher.get(url)
        except NetworkRefusalError as error:
            return Seen(Stands.UNKNOWN, why=error.advice)
        if fetched.status in _GONE:
            return Seen(Stands.DELETED)
        if not httpx2.codes.is_success(fetched.status):
            return Seen(
                Stands.UNKNOWN,
                why=f"Сайт не показал страницу (ответ {fetched.status}). Откройте ссылку и проверьте сами.",
            )
        return await asyncio.to_thread(_judged, fetched, url, text)


def _judged(fetched: Fetched, url: str, text: str) -> Seen:
    tree = parsed(fetched.content, fetched.headers.get("content-type"))
    page = text_of(tree.root) if tree.root is not None else ""
    part = part_of(tree, url)
    # First at the very place that the link names: the same words may answer somebody else on the page.
    if part is not None and not holds(part, text) and is_edited(part, text):
        return Seen(Stands.EDITED, part[:_LONGEST_SHOWN])
    if holds(page, text):
        return Seen(Stands.STANDS, text)
    if part is None and is_edited(page, text):
        return Seen(Stands.EDITED)
    if normalised(text) and _is_in_a_script(fetched.content, text):
        return Seen(Stands.STANDS, text)
    return Seen(Stands.UNKNOWN, "", _NOT_SHOWN)


def _is_in_a_script(content: bytes, text: str) -> bool:
    """Whether the page carries the text for its own scripts to show, in letters or in the codes of JSON."""
    raw = content.decode("utf-8", "replace")
    return holds(raw, text) or holds(raw, text.encode("unicode_escape").decode("ascii"))
