"""The page of installation with `docker-compose.yml`, as it is written: from an empty root to the first message."""

from pathlib import Path

import pytest

from tests.deploy.compose_drill import play


@pytest.mark.installation
async def test_who_follows_the_page_comes_to_the_first_message(tmp_path: Path) -> None:
    played = await play(tmp_path)
    assert played.wrong == []
    assert played.commands == 3
