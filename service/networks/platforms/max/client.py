"""One call of MAX's API."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from service.networks.platforms.exchange import Replied, asked_to_wait, exchange, silent
from service.networks.platforms.meanings import meanings_of
from service.networks.platforms.port import Platform

MEANINGS: Final = meanings_of(Platform.MAX)
TITLE: Final = MEANINGS.title


async def call(
    base: str,
    token: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    content: object = None,
) -> Any:
    """What the API gives for a path: by GET, or with content by POST. Raises NetworkRefusalError."""
    acts = content is not None
    replied = await exchange(
        TITLE,
        "POST" if acts else "GET",
        f"{base}{path}",
        acts=acts,
        query=query,
        content=content,
        headers={"Authorization": token},
    )
    given = _parsed(replied)
    code = str(given.get("code") or "") if isinstance(given, Mapping) else ""
    is_refused = isinstance(given, Mapping) and given.get("success") is False
    if replied.status == HTTPStatus.OK and not is_refused:
        if given is None:
            raise silent(TITLE, acts=acts)
        return given
    # Its own refusals may be of a good status, which the table has for them.
    status = str(replied.status)
    if status not in MEANINGS.by_code:
        raise silent(TITLE, acts=acts)
    raise MEANINGS.refusal(
        f"{status} {code}".strip(), status, words=code, after=asked_to_wait(replied.headers)
    )


def _parsed(replied: Replied) -> Any:
    try:
        return json.loads(replied.content)
    except ValueError:
        return None
