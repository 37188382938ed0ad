"""What a stand-in finds amiss is passed over by nobody."""

import httpx2
import pytest

from tests.networks.served import Asked, Said, served


async def test_what_a_stand_in_finds_amiss_fails_whoever_has_asked() -> None:
    class Amiss:
        def answer(self, asked: Asked) -> Said:
            raise AssertionError("no such call")

    with pytest.raises(AssertionError, match="no such call"):
        async with served(Amiss()) as base, httpx2.AsyncClient() as http:
            with pytest.raises(httpx2.HTTPError):
                await http.get(base)
