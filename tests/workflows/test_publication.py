"""Clause 13: the approved text is published within half an hour, in the network of the message."""

from calendar_rules.vocabulary import DraftKind, Stage
from tests.workflows.road import msk, said
from tests.workflows.stages import Begin, approved, drafted, published


async def test_publication_is_due_half_an_hour_after_approval(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 10:00")
    await road.approve()
    run = road.run("publication")
    assert (said(run.started_at), said(run.due_at), run.holder.body) == (
        "2026-11-23 10:00",
        "2026-11-23 10:30",
        "roads",
    )


async def test_publication_in_time_meets_it(begin: Begin) -> None:
    road = await approved(begin)
    await road.at("2026-11-23 09:20")
    await road.publish("roads")
    run = road.run("publication")
    assert (said(run.met_at), run.breached_at) == ("2026-11-23 09:20", None)


async def test_late_publication_is_taken_and_its_breach_stands(begin: Begin) -> None:
    road = await approved(begin)
    await road.at("2026-11-23 09:45")
    assert (await road.publish("roads")).accepted
    run = road.run("publication")
    assert (run.breached_at, said(run.met_at)) == (run.due_at, "2026-11-23 09:45")


async def test_the_link_and_the_moment_are_on_record(begin: Begin) -> None:
    road = await approved(begin)
    await road.publish("roads", taken_at=None)
    row = (await road.rows("confirm_publication"))[0]
    draft = road.last_draft
    assert (row.data["texts"], row.at) == ({"url": draft.published_url}, draft.published_at)
    assert draft.status == "published"


async def test_a_published_answer_meets_the_answer_and_closes_the_message(begin: Begin) -> None:
    road = await published(begin, DraftKind.ANSWER)
    assert await road.handle.result() == "answered"
    assert (road.state.stage, road.state.outcome, road.state.current_body) == (
        Stage.CLOSED,
        "answered",
        None,
    )
    assert road.run("answer").met_at == road.last_draft.published_at


async def test_nothing_is_owed_after_the_end(begin: Begin) -> None:
    road = await published(begin, DraftKind.ANSWER)
    assert (list(road.state.open_limits()), road.state.next_due) == ([], None)
    allowed = {item.command for item in road.state.allowed}
    assert allowed == {"correct_link", "split", "refer", "redact", "record_erasure"}


async def test_only_the_body_that_drafted_publishes(begin: Begin) -> None:
    road = await approved(begin)
    assert not (await road.publish("housing")).accepted


async def test_an_answer_published_at_its_due_moment_is_in_time(begin: Begin) -> None:
    road = await approved(begin)
    await road.at("2026-11-24 09:46")
    await road.publish("roads", taken_at=msk("2026-11-24 09:45"))
    run = road.run("answer")
    assert (run.met_at, run.breached_at) == (msk("2026-11-24 09:45"), None)
