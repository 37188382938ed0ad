"""Check of an answer behind a public link, for everything that was published by hand (cl. 13)."""

from http import HTTPStatus

import httpx2

from service.networks.platforms.fetching import Fetcher
from service.networks.platforms.page.content import Shown
from service.networks.platforms.port import NetworkRefusalError, Seen, Stands
from service.networks.platforms.sandbox import Sandbox, shared

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class PageStanding:
    """A page is fetched once for a check, as a person would open it."""

    def __init__(self, fetcher: Fetcher, sandbox: Sandbox | None = None) -> None:
        self._fetcher, self._sandbox = fetcher, sandbox or shared()

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
        job = Shown(
            content=fetched.content, content_type=fetched.headers.get("content-type", ""), url=url, text=text
        )
        try:
            return await self._sandbox.run(job, Seen)
        except NetworkRefusalError as error:
            return Seen(Stands.UNKNOWN, why=error.advice)
