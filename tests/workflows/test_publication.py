"""Clause 13: the approved text is published within half an hour, in the network of the message."""

from calendar_rules.vocabulary import DraftKind, Stage
from tests.workflows.stages import Begin, approved, published


async def test_the_link_and_the_moment_are_on_record(begin: Begin) -> None:
    road = await approved(begin)
    await road.publish("roads", taken_at=None)
    row = (await road.rows("confirm_publication"))[0]
    draft = road.last_draft
    assert (row.data["texts"], row.at) == ({"url": draft.published_url}, draft.published_at)
    assert draft.status == "published"


async def test_a_published_answer_meets_the_answer_and_closes_the_message_with_nothing_owed(
    begin: Begin,
) -> None:
    road = await published(begin, DraftKind.ANSWER)
    assert await road.handle.result() == "answered"
    assert (road.state.stage, road.state.outcome, road.state.current_body) == (
        Stage.CLOSED,
        "answered",
        None,
    )
    assert road.run("answer").met_at == road.last_draft.published_at
    assert (list(road.state.open_limits()), road.state.next_due) == ([], None)
    allowed = {item.command for item in road.state.allowed}
    assert allowed == {"correct_link", "split", "refer", "redact", "record_erasure"}
