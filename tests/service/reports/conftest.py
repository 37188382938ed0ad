"""One directory and one maker of documents for all tests, and the pictures of a summary, drawn once."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from service.reports.papers.press import Press
from service.reports.papers.requisites import Office
from service.reports.papers.shelf import Shelf
from service.reports.papers.templates import Templates
from service.reports.weekly.documents import WeeklyDocuments
from service.reports.weekly.press import Pictures, PicturesJob
from service.runs import rules
from settings import Settings
from store.database.engines import Database
from tests.prepared import prepare
from tests.service.reports.weekly.summaries import full


@pytest_asyncio.fixture(scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    """The directory of the demo."""
    settings = Settings.load(data=tmp_path_factory.mktemp("demo"), demo=True, demo_password="x" * 16)
    await prepare(settings)
    database = Database(settings.database_url)
    yield database
    await database.dispose()


@pytest.fixture(scope="session")
def office(demo: Database) -> Office:
    return Office(demo, rules.load(None, None), Settings())


@pytest.fixture(scope="session")
def press() -> Press:
    return Press()


@pytest.fixture(scope="session")
def pictures() -> Pictures:
    """Of the full summary, drawn here and not by the press."""
    return Pictures.model_validate_json(PicturesJob(summary=full()).made())


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def documents(demo: Database, press: Press, office: Office, templates: Templates) -> WeeklyDocuments:
    return WeeklyDocuments(Shelf(demo, patience=250), press, office, templates)
