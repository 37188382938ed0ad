"""People who call an installation over HTTP, and keep a ledger of what they asked and were told."""

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from httpx import AsyncClient, HTTPError, Response

from tests.patience import PATIENCE

PASSWORD = "вход для проверки"


@dataclass(frozen=True)
class Attempt:
    """One request: to whom, when (seconds of the wall clock), and the status of the answer if there was one."""

    address: str
    began: float
    ended: float
    status: int | None


@dataclass
class Given:
    """A command somebody gave, and every answer it got under its key."""

    person: str
    path: str
    body: Any
    method: str = "POST"
    refused: bool = False
    """Whether it comes out of turn."""
    key: str = field(default_factory=lambda: uuid4().hex)
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def statuses(self) -> list[int]:
        return [attempt.status for attempt in self.attempts if attempt.status is not None]


class People:
    """Everyone who calls the service, with a ledger of what they asked and were told."""

    def __init__(self, *addresses: str, timeout: float = 20, seed: int = 238) -> None:
        """`addresses`: of the same service, one of which is taken by chance for each request; `timeout`: seconds until
        a request counts as not answered."""
        self._http = AsyncClient(timeout=timeout)
        self._addresses: Sequence[str] = addresses
        self._chance = random.Random(seed)
        self._tokens: dict[str, str] = {}
        self.ledger: list[Given] = []

    async def sign_in(self, *people: str) -> None:
        for person in people:
            answer = await self._http.post(
                f"{self._addresses[0]}/api/token",
                data={"username": person, "password": PASSWORD},
                timeout=PATIENCE,
            )
            self._tokens[person] = answer.raise_for_status().json()["access_token"]

    async def close(self) -> None:
        await self._http.aclose()

    def intend(
        self, person: str, path: str, body: Any = None, *, method: str = "POST", refused: bool = False
    ) -> Given:
        """A command with a key of its own, entered in the ledger before it is sent."""
        given = Given(person, path, body, method, refused)
        self.ledger.append(given)
        return given

    async def send(self, given: Given) -> Response:
        """One request; raises HTTPError where nobody answers."""
        address, began = self._chance.choice(self._addresses), time.time()
        try:
            answer = await self._http.request(
                given.method,
                f"{address}/api{given.path}",
                json=given.body,
                headers={
                    "Authorization": f"Bearer {self._tokens[given.person]}",
                    "Idempotency-Key": given.key,
                },
            )
        except HTTPError:
            given.attempts.append(Attempt(address, began, time.time(), None))
            raise
        given.attempts.append(Attempt(address, began, time.time(), answer.status_code))
        return answer

    async def settle(self, given: Given) -> dict[str, Any]:
        """Repeat the command under its key until somebody tells what became of it."""
        pause = 0.05
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(HTTPError):
                    answer = await self.send(given)
                    if answer.status_code != 202 and answer.status_code < 500:
                        content: dict[str, Any] = answer.json()
                        return content
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)

    async def get(self, person: str, path: str, **params: Any) -> dict[str, Any]:
        answer = await self._http.get(
            f"{self._chance.choice(self._addresses)}/api{path}",
            params=params,
            headers={"Authorization": f"Bearer {self._tokens[person]}"},
        )
        content: dict[str, Any] = answer.raise_for_status().json()
        return content
