"""Other acts and other readings of the order: each shows in the road, with nothing changed but the data."""

from datetime import timedelta
from typing import Any

import pytest

from calendar_rules.regulation import Regulation
from calendar_rules.vocabulary import CloseReason, DeclineGround, DraftKind, Importance, Network
from tests.workflows.acts import act, hours, schedules
from tests.workflows.road import Road, msk, said
from tests.workflows.stages import HOUR, MONDAY, Begin

CLARIFICATION, INTERIM = DraftKind.CLARIFICATION, DraftKind.INTERIM


async def published(begin: Begin, regulation: Regulation, kind: DraftKind) -> Road:
    road = await begin(MONDAY, regulation=regulation)
    await road.route("roads")
    return await road.answer("roads", kind)


# ---- how time is counted


@pytest.mark.parametrize(
    ("changes", "at", "limit", "due"),
    [
        ({"readings__breaks_stop_the_clock": False}, "2026-11-27 15:00", "answer", "2026-11-30 16:15"),
        (
            {"readings__counting__ends_at_closing": "due_at_next_opening"},
            "2026-11-23 16:30",
            "routing",
            "2026-11-24 09:00",
        ),
        (
            {"limits__answer__amount": "PT24H", "limits__answer__unit": "clock_hours"},
            "2026-11-23 12:30",
            "answer",
            "2026-11-24 12:30",
        ),
        (
            {"limits__routing__unit": "clock_hours", "readings__counting__outside_hours": "at_once"},
            "2026-11-28 12:00",
            "routing",
            "2026-11-28 13:30",
        ),
    ],
    ids=["lunch counts", "due at the next opening", "hours of the clock", "at once"],
)
async def test_time_may_be_counted_otherwise(
    begin: Begin, changes: dict[str, Any], at: str, limit: str, due: str
) -> None:
    road = await begin(at, regulation=act(**changes))
    assert road.run(limit).due_at == msk(due)


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({"readings__counting__days_count_from": "same_day"}, "2026-12-04 16:45"),
        (
            {"limits__final_draft__amount": "P7D", "limits__final_draft__unit": "calendar_days"},
            "2026-11-30 18:00",
        ),
    ],
    ids=["the day of the event counts", "calendar days"],
)
async def test_the_final_draft_may_be_counted_otherwise(
    begin: Begin, changes: dict[str, Any], due: str
) -> None:
    road = await published(begin, act(**changes), INTERIM)
    assert said(road.run("final_draft").due_at) == due


EVENINGS = schedules(roads={"week": hours(("11:00", "20:00"))})


@pytest.mark.parametrize(
    ("calendars", "due"), [("holder", "2026-11-23 12:00"), ("department", "2026-11-23 10:00")]
)
async def test_limits_count_by_their_holders_calendar_or_all_by_the_departments(
    begin: Begin, calendars: str, due: str
) -> None:
    road = await begin(MONDAY, schedules=EVENINGS, regulation=act(readings__calendars=calendars))
    await road.route("roads")
    assert said(road.run("return").due_at) == due


# ---- the terms of the answer and of the draft


async def test_under_a_reduced_term_the_lead_may_stay_the_same(begin: Begin) -> None:
    road = await begin(MONDAY, regulation=act(readings__draft_under_reduced_term="same_lead"))
    await road.route("roads", reduced_term=6 * HOUR)
    assert (said(road.run("answer").due_at), said(road.run("draft").due_at)) == (
        "2026-11-23 15:45",
        "2026-11-23 11:00",
    )


async def test_the_draft_may_have_a_term_of_its_own_from_receipt(begin: Begin) -> None:
    own = act(limits__draft__counted="from_receipt", limits__draft__amount="PT8H")
    road = await begin(MONDAY, regulation=own)
    await road.at("2026-11-23 10:00")
    await road.route("roads")
    assert said(road.run("draft").due_at) == "2026-11-24 09:45"


@pytest.mark.parametrize(
    ("route", "answer", "draft", "term"),
    [
        ({"importance": Importance.HIGH}, "2026-11-23 11:00", "2026-11-23 10:06", 2 * HOUR),
        ({"importance": Importance.RAISED}, "2026-11-24 09:45", "2026-11-23 14:45", 9 * HOUR),
        (
            {"importance": Importance.HIGH, "reduced_term": 3 * HOUR},
            "2026-11-23 12:00",
            "2026-11-23 10:40",
            3 * HOUR,
        ),
    ],
    ids=["high", "without a term of its own", "the curator's reduced term goes before"],
)
async def test_importance_may_shorten_the_term(
    begin: Begin, route: dict[str, Any], answer: str, draft: str, term: timedelta
) -> None:
    road = await begin(MONDAY, regulation=act(limits__answer__by_importance={"high": "PT2H"}))
    await road.route("roads", **route)
    assert [said(road.run(name).due_at) for name in ("answer", "draft")] == [answer, draft]
    assert road.run("draft").term.amount == 4 * term / 9


# ---- the answer counted from sending it to the executor

FROM_ROUTING = act(limits__answer__starts=["routing"])


async def test_counted_from_routing_the_answer_starts_with_the_route_and_the_draft_counts_back_from_it(
    begin: Begin,
) -> None:
    road = await begin(MONDAY, regulation=FROM_ROUTING)
    assert [run.name.value for run in road.state.limits] == ["routing"]
    await road.at("2026-11-23 10:00")
    await road.route("roads", "housing", "health", "social")
    run = road.run("answer")
    assert (said(run.started_at), said(run.due_at), run.holder.body) == (
        "2026-11-23 10:00",
        "2026-11-24 10:45",
        "social",
    )
    # Three earlier bodies at two hours each end later than the draft is due.
    assert said(road.state.forecast_at) == "2026-11-23 16:45"
    await road.route("roads")
    assert said(road.run("draft").due_at) == "2026-11-23 15:45"


async def test_counted_from_routing_the_answer_keeps_running_through_a_return(begin: Begin) -> None:
    road = await begin(MONDAY, regulation=FROM_ROUTING)
    await road.route("roads")
    await road.give_back("roads")
    await road.at("2026-11-23 11:00")
    await road.route("housing")
    assert [said(run.due_at) for run in road.state.limits if run.name == "answer"] == ["2026-11-24 09:45"]


# ---- clarification requests


async def test_a_reply_may_start_no_new_answer(begin: Begin) -> None:
    same = act(
        readings__clarification__meets_answer=False, readings__clarification__reply_starts_answer=False
    )
    road = await published(begin, same, CLARIFICATION)
    await road.at("2026-11-23 12:00")
    await road.reply()
    assert sum(run.name == "answer" for run in road.state.limits) == 1
    assert said(road.run("draft").due_at) == "2026-11-23 14:45"


async def test_a_reply_starts_no_second_answer_beside_one_that_runs(begin: Begin) -> None:
    road = await published(begin, act(readings__clarification__meets_answer=False), CLARIFICATION)
    await road.at("2026-11-23 12:00")
    await road.reply()
    assert [said(run.due_at) for run in road.state.open_limits() if run.name == "answer"] == [
        "2026-11-24 12:45"
    ]


async def test_a_request_may_leave_the_answer_running_which_is_breached_in_its_time(begin: Begin) -> None:
    road = await published(begin, act(readings__clarification__meets_answer=False), CLARIFICATION)
    run = road.run("answer")
    assert (run.met_at, said(run.due_at)) == (None, "2026-11-24 09:45")
    await road.at("2026-11-24 10:00")
    assert said(road.run("answer").breached_at) == "2026-11-24 09:45"
    assert road.run("answer").charges == ()
    assert await road.told("escalation", "answer") == ["head"]


@pytest.mark.parametrize(
    ("after", "unit", "until"),
    [("P5D", "working_days", "2026-11-30 18:00"), ("PT3H", "working_hours", "2026-11-23 12:00")],
)
async def test_the_author_may_be_waited_for_longer_or_in_hours(
    begin: Begin, after: str, unit: str, until: str
) -> None:
    other = act(readings__clarification__no_reply_after=after, readings__clarification__no_reply_unit=unit)
    road = await published(begin, other, CLARIFICATION)
    assert said(road.state.no_reply_at) == until


# ---- who may do what


async def test_in_a_closed_network_no_draft_is_taken_and_the_message_is_closed_as_advised(
    begin: Begin,
) -> None:
    closed = act(readings__closed_networks=["instagram"])
    road, elsewhere = [
        await begin(MONDAY, regulation=closed, network=network)
        for network in (Network.INSTAGRAM, Network.VKONTAKTE)
    ]
    for one in (road, elsewhere):
        await one.route("roads")
    assert (await road.draft("roads")).detail == (
        "Размещение в этой сети отключено. Закройте сообщение с основанием «комментирование закрыто»."
    )
    assert (await road.close(CloseReason.COMMENTS_CLOSED)).accepted
    assert (await elsewhere.draft("roads")).accepted


async def test_approving_ones_own_draft_may_be_refused(begin: Begin) -> None:
    road = await begin(MONDAY, regulation=act(readings__self_approval="refused"))
    await road.route("roads")
    await road.draft("roads")
    own = await road.approve(person="executor-roads")
    assert own.detail == "Свой проект согласовать нельзя: это делает другой куратор."
    assert (await road.approve()).accepted


async def test_a_repeated_message_may_be_routed_in_a_term_of_its_own(begin: Begin) -> None:
    road = await begin(MONDAY, regulation=act(readings__repeated_routing="PT30M"))
    await road.route("roads", repeats="t-1")
    await road.give_back("roads")
    assert said(road.run("routing").due_at) == "2026-11-23 09:30"


# ---- who is told, and when


@pytest.mark.parametrize(
    ("changes", "warned_at"),
    [
        ({"readings__warning__before": "PT40M"}, "2026-11-23 09:50"),
        ({"readings__warning__at_most_share": 0.1}, "2026-11-23 10:21"),
    ],
)
async def test_the_warning_may_come_earlier_or_at_a_smaller_share(
    begin: Begin, changes: dict[str, Any], warned_at: str
) -> None:
    road = await begin(MONDAY, regulation=act(**changes))
    assert road.run("routing").warn_at == msk(warned_at)


@pytest.mark.parametrize(
    "changes",
    [
        {"readings__notices__outside_hours": "at_once"},
        {"readings__notices__never_wait": ["assigned"]},
    ],
)
async def test_notices_or_a_kind_of_them_may_go_out_at_once(begin: Begin, changes: dict[str, Any]) -> None:
    road = await begin("2026-11-28 12:00", regulation=act(**changes))
    await road.route("roads")
    assert [said(fact.deliver_from) for fact in await road.notices("assigned")] == ["2026-11-28 12:00"]


async def test_a_limit_may_have_no_warning(begin: Begin) -> None:
    road = await begin(MONDAY, regulation=act(limits__routing__warns=False))
    await road.at("2026-11-23 10:31")
    assert [fact.kind for fact in await road.notices(limit="routing")] == ["breach", "escalation"]


async def test_a_dispute_may_begin_with_another_return_and_go_to_another_office(begin: Begin) -> None:
    early = act(
        readings__notices__competence_dispute_from_return=1,
        readings__notices__competence_dispute_to="governor",
    )
    road = await begin(MONDAY, regulation=early)
    await road.route("roads")
    await road.give_back("roads")
    assert await road.told("competence_dispute") == ["governor"]


async def test_an_inherited_limit_may_be_told_to_another_office(begin: Begin) -> None:
    other = act(readings__notices__inherited_to="governor")
    road = await begin("2026-11-23 11:00", detected=msk(MONDAY), regulation=other)
    assert await road.told("escalation", "routing") == ["governor"]


async def test_a_report_of_significance_and_a_threat_may_go_to_another_office(begin: Begin) -> None:
    other = act(readings__notices__governor_report_to="head", readings__notices__threat_to="governor")
    road = await begin(MONDAY, regulation=other)
    await road.report_to_governor()
    assert await road.told("governor_report") == ["head"]
    await road.decline(DeclineGround.THREAT_TO_OFFICIAL)
    assert await road.told("threat") == ["governor"]


async def test_a_breach_goes_down_and_up_the_chain_of_its_limit(begin: Begin) -> None:
    chain = act(limits__draft__breach_to=["holder"], limits__draft__escalation_to="head")
    road = await begin(MONDAY, regulation=chain)
    await road.route("roads")
    await road.at("2026-11-23 14:46")
    assert await road.told("breach", "draft") == ["executors roads"]
    assert await road.told("escalation", "draft") == ["head"]


async def test_a_curators_limit_has_a_chain_of_its_own_too(begin: Begin) -> None:
    chain = act(limits__approval__breach_to=["curator", "head"], limits__approval__escalation_to="governor")
    road = await begin(MONDAY, regulation=chain)
    await road.route("roads")
    await road.draft("roads")
    await road.at("2026-11-23 10:31")
    assert await road.told("breach", "approval") == ["curator curator", "head"]
    assert await road.told("escalation", "approval") == ["governor"]


async def test_an_answer_missed_at_a_curators_step_goes_up_the_chain_of_that_step(begin: Begin) -> None:
    road = await begin(MONDAY, regulation=act(limits__approval__escalation_to="governor"))
    await road.route("roads")
    await road.draft("roads")
    await road.at("2026-11-24 09:46")
    assert await road.told("escalation", "answer") == ["governor"]


async def test_a_message_names_its_act_and_edition(begin: Begin) -> None:
    road = await begin(MONDAY, regulation=act(act__key="other-act", act__edition="2025-01-31"))
    assert (road.state.act, road.state.edition) == ("other-act", "2025-01-31")
    row = (await road.rows("registered"))[0]
    assert (row.data["act"], row.data["edition"]) == ("other-act", "2025-01-31")
