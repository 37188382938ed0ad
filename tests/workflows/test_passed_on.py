"""Messages passed on: to others, to a message of their own; or words taken out of them."""

from datetime import date

import pytest

from calendar_rules.vocabulary import CloseReason, DeclineGround, ReferralTo
from tests.workflows.road import ADMIN, HEAD
from tests.workflows.stages import Begin, drafted, routed
from workflows.commands import Grant


async def test_what_was_passed_on_stands_in_the_message_with_its_document(begin: Begin) -> None:
    road = await routed(begin)
    command = road.referring(ReferralTo.POLICE, dated=date(2026, 11, 23))
    assert (await road.send(command)).accepted
    [referral] = road.state.referrals
    assert (referral.to, referral.dated, referral.person) == ("police", date(2026, 11, 23), "curator")
    [row] = await road.rows("refer")
    assert (row.data["to"], row.data["dated"], row.data["referral"]) == ("police", "2026-11-23", referral.id)
    named = row.data["texts"]
    assert isinstance(named, dict) and set(named) == {"document", "note"}


async def test_a_declined_threat_is_passed_on_once_it_is_closed(begin: Begin) -> None:
    road = await routed(begin)
    await road.decline(DeclineGround.THREAT_TO_OFFICIAL)
    assert (await road.goes_on(road.referring(ReferralTo.POLICE, HEAD))).accepted
    assert (road.state.outcome, [item.to for item in road.state.referrals]) == ("declined", ["police"])


@pytest.mark.parametrize(
    "reason", [CloseReason.NO_ANSWER_NEEDED, CloseReason.OTHER_REGION, CloseReason.HANDED_TO_APPEALS]
)
async def test_what_needs_no_answer_is_closed_with_where_it_was_passed_on(
    begin: Begin, reason: CloseReason
) -> None:
    road = await routed(begin)
    assert (await road.close(reason, referral="r1", to=ReferralTo.OTHER_REGION)).accepted
    assert (road.state.outcome, road.state.close_reason) == ("unanswered", reason)
    assert [(item.id, item.to) for item in road.state.referrals] == [("r1", "other_region")]
    assert (await road.kinds())[-2:] == ["close_unanswered", "refer"]


async def test_a_message_knows_what_was_made_of_its_other_half(begin: Begin) -> None:
    road = await drafted(begin)
    stage, runs = road.state.stage, [run.due_at for run in road.state.limits]
    assert (await road.send(road.splitting("17"))).accepted
    assert (road.state.split, road.state.stage) == (("17",), stage)
    assert [run.due_at for run in road.state.limits] == runs
    assert (await road.rows("split"))[0].data["split"] == "17"


@pytest.mark.parametrize(
    ("reason", "is_split"), [(CloseReason.DELETED, True), (CloseReason.REGISTERED_BY_MISTAKE, False)]
)
async def test_a_closed_message_is_split_too_unless_it_was_registered_by_mistake(
    begin: Begin, reason: CloseReason, is_split: bool
) -> None:
    road = await routed(begin)
    await road.close(reason)
    assert (await road.goes_on(road.splitting("17"))).accepted is is_split


@pytest.mark.parametrize("grant", [HEAD, ADMIN])
async def test_taking_words_out_leaves_the_fact_alone(begin: Begin, grant: Grant) -> None:
    road = await drafted(begin)
    before = road.state.model_copy(deep=True)
    assert (await road.send(road.redacting(grant))).accepted
    [row] = await road.rows("redact")
    assert {name: row.data[name] for name in row.data if name != "id"} == {"basis": "subject_request"}
    left_out = {"rows", "last_moment", "allowed"}
    assert road.state.model_dump(exclude=left_out) == before.model_dump(exclude=left_out)
