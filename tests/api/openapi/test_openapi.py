"""Whatever is asked of the API, by whomever: it answers as its OpenAPI says, and never fails."""

from collections.abc import Iterator
from random import Random

import pytest
import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.main import create_app
from settings import Settings
from tests.api.openapi.messages import STAGES, Pool, Request, point
from tests.api.openapi.server import ServedApi
from tests.profiles import examples

PEOPLE = (
    *("curator", "curator", "executor-roads", "executor-roads", "executor-housing", "admin", "head"),
    *("responsible-roads", "deputy", "deputy-policy", "governor", None),
)
ANY_MESSAGE = "any"

schema = schemathesis.openapi.from_dict(
    create_app(Settings.load(training=True, demo=True, demo_password="не для входа")).openapi()
)


@pytest.fixture(scope="module")
def served(temporal_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedApi]:
    api = ServedApi(tmp_path_factory.mktemp("openapi"), temporal_address)
    api.start()
    for person in {person for person in PEOPLE if person is not None}:
        api.run(api.office.token(person))  # before strangers' guesses come from the same address
    yield api
    api.stop()


@pytest.fixture(scope="module")
def pool(served: ServedApi) -> Pool:
    return Pool(served.office)


ENDING_SIGN_INS = {
    ("DELETE", "/api/token"),
    ("POST", "/api/sign-in/oidc/logout"),
    ("DELETE", "/api/people/{key}/sign-ins"),
}


TOO_LONG_AN_ADDRESS = 414


@schema.parametrize()
@examples(2)
def test_every_answer_is_described(case: Request, served: ServedApi, pool: Pool) -> None:
    # By its content, so that a request met again is of the same person about the same message.
    chance = Random(repr((case.method, case.path_parameters, case.query, case.headers, case.body)))
    person, stage = chance.choice(PEOPLE), chance.choice((*STAGES, ANY_MESSAGE))
    if "message" in case.path_parameters and stage != ANY_MESSAGE:
        point(case, served.run(pool.one(stage)))
    headers = {"Authorization": f"Bearer {served.run(served.office.token(person))}"} if person else {}
    # A key may be well formed and not in the directory.
    answer = case.call(base_url=served.url, headers=headers)
    if answer.status_code == TOO_LONG_AN_ADDRESS:
        return  # refused before it is known what was asked
    case.validate_response(answer, headers=headers, excluded_checks=[positive_data_acceptance])
    if (case.method, case.path) in ENDING_SIGN_INS:
        served.office.forget_sign_ins()
