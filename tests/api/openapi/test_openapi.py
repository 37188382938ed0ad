"""Whatever is asked of the API, by whomever: it answers as its OpenAPI says, and never fails."""

import os
from collections.abc import Iterator
from random import Random

import pytest
import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

from embedded.serving import create_app
from settings import Settings
from tests.api.openapi.messages import STAGES, Pool, Request, point
from tests.api.openapi.server import ServedApi
from tests.api.people import sign_ins
from tests.profiles import examples

OFFICES = (
    *(
        "curator",
        "curator2",
        "executor-roads",
        "responsible-roads",
        "executor-housing",
        "responsible-housing",
    ),
    *("executor-health", "responsible-health", "executor-ecology", "deputy", "deputy-social"),
    *("deputy-policy", "head", "governor", "admin"),
)
"""Everybody of the demo by what they hold; `executor-ecology` stands in for `executor-roads`."""
PEOPLE = (*OFFICES, None, *sign_ins.OVER, *sign_ins.LACKING)
ONE_OF_THEM = "OTKLIK_FUZZED_BY"
"""A variable that has one of them ask everything, more often (docs/prove/tests-by-chance.md)."""
EACH = 15 if ONE_OF_THEM in os.environ else 2
"""Requests of every call."""
ANY_MESSAGE = "any"

schema = schemathesis.openapi.from_dict(
    create_app(Settings.load(training=True, demo=True, demo_password="не для входа")).openapi()
)


@pytest.fixture(scope="module")
def served(temporal_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedApi]:
    api = ServedApi(tmp_path_factory.mktemp("openapi"), temporal_address)
    api.start()
    for person in OFFICES:
        api.run(api.office.token(person))  # before strangers' guesses come from the same address
    api.run(sign_ins.add_people(api.office.service))
    api.run(sign_ins.substitute(api.office.database, "executor-roads", "executor-ecology"))
    yield api
    api.stop()


@pytest.fixture(scope="module")
def pool(served: ServedApi) -> Pool:
    return Pool(served.office)


ENDING_SIGN_INS = {
    ("DELETE", "/api/token"),
    ("DELETE", "/api/people/{key}/sign-ins"),
}


TOO_LONG_AN_ADDRESS = 414


def asked_by(chance: Random) -> str | None:
    given = os.environ.get(ONE_OF_THEM)
    if given is None:
        return chance.choice(PEOPLE)
    assert given in map(str, PEOPLE), f"{ONE_OF_THEM} is one of {PEOPLE}"
    return None if given == str(None) else given


def signed_in(served: ServedApi, person: str | None) -> dict[str, str]:
    if person is None:
        return {}
    office = served.office
    known = office.token(person) if person in OFFICES else sign_ins.open_for(office.database, person)
    return {"Authorization": f"Bearer {served.run(known)}"}


@schema.parametrize()
@examples(EACH)
def test_every_answer_is_described(case: Request, served: ServedApi, pool: Pool) -> None:
    # By its content, so that a request met again is of the same person about the same message.
    chance = Random(repr((case.method, case.path_parameters, case.query, case.headers, case.body)))
    person, stage = asked_by(chance), chance.choice((*STAGES, ANY_MESSAGE))
    if "message" in case.path_parameters and stage != ANY_MESSAGE:
        point(case, served.run(pool.one(stage)))
    headers = signed_in(served, person)
    # A key may be well formed and not in the directory.
    answer = case.call(base_url=served.url, headers=headers)
    if answer.status_code == TOO_LONG_AN_ADDRESS:
        return  # refused before it is known what was asked
    case.validate_response(answer, headers=headers, excluded_checks=[positive_data_acceptance])
    if (case.method, case.path) in ENDING_SIGN_INS:
        served.office.forget_sign_ins()
