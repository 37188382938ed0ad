"""Starts the identity provider, and the browser of somebody who signs in to it."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import IO
from urllib.parse import parse_qs, urlsplit

from httpx import AsyncClient, Response

from tests.identity_provider.install import HERE, NODE
from tests.temporal_server import free_port

CLIENT = "otklik"
CLIENT_SECRET = "a-secret-for-tests-alone-0123456789"
PUBLIC_URL = "http://otklik"
CALLBACK = f"{PUBLIC_URL}/api/sign-in/oidc/callback"
_FORM = re.compile(r'<form[^>]*action="([^"]+)"')
_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


@dataclass(frozen=True)
class Provider:
    """A provider that runs."""

    issuer: str


@contextmanager
def identity_provider(accounts: Mapping[str, Mapping[str, object]]) -> Iterator[Provider]:
    """A provider whose people are these: claims by subject."""
    port = free_port()
    client = {
        "client_id": CLIENT,
        "client_secret": CLIENT_SECRET,
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": [f"{PUBLIC_URL}/"],
    }
    command = [str(NODE), "provider.mjs", str(port), json.dumps(client), json.dumps(accounts)]
    process = subprocess.Popen(
        command, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    try:
        assert process.stdout is not None
        _until_listening(process.stdout)
        yield Provider(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _until_listening(output: IO[str]) -> None:
    said = []
    for line in output:
        said.append(line)
        if line.strip() == "listening":
            return
    raise AssertionError(f"the identity provider has ended: {''.join(said)}")


class Browser:
    """Somebody's browser at the provider; it stops where it is sent back to the program."""

    def __init__(self) -> None:
        self._http = AsyncClient(timeout=20)

    async def close(self) -> None:
        await self._http.aclose()

    async def sign_in(self, url: str, subject: str) -> dict[str, str]:
        """Follow the way to the provider, sign in there as the subject, and agree; what the program is sent."""
        answer = await self._follow(await self._http.get(url))
        while not _is_back(answer):
            form = {"prompt": "consent"}
            if 'name="login"' in answer.text:
                form = {"prompt": "login", "login": subject, "password": "any"}
            answer = await self._submit(answer, form)
        return {name: values[0] for name, values in parse_qs(urlsplit(_where(answer)).query).items()}

    async def sign_out(self, url: str) -> str:
        """Open the provider's page of signing out, and agree; where that leads."""
        answer = await self._follow(await self._http.get(url))
        answer = await self._submit(answer, {"logout": "yes"})
        return _where(answer)

    async def asks_who_it_is(self, url: str) -> bool:
        """Whether the provider asks somebody who comes by this way to sign in."""
        return 'name="login"' in (await self._follow(await self._http.get(url))).text

    async def _submit(self, answer: Response, form: dict[str, str]) -> Response:
        action = _FORM.search(answer.text)
        assert action is not None, answer.text
        hidden = {name: unescape(value) for name, value in _HIDDEN.findall(answer.text)}
        where = answer.url.join(unescape(action.group(1)))
        return await self._follow(await self._http.post(where, data=hidden | form))

    async def _follow(self, answer: Response) -> Response:
        while answer.is_redirect and not _is_back(answer):
            answer = await self._http.get(answer.url.join(answer.headers["location"]))
        return answer


def _where(answer: Response) -> str:
    location: str = answer.headers["location"]
    return location


def _is_back(answer: Response) -> bool:
    return answer.is_redirect and _where(answer).startswith(PUBLIC_URL)
