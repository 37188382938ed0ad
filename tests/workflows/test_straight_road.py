"""A message from detection to its published answer, nothing late; clause 13: published with its link."""

from calendar_rules.vocabulary import Stage
from tests.workflows.road import msk
from tests.workflows.stages import MONDAY, Begin


async def test_a_straight_message_meets_every_limit_and_is_closed_with_nothing_owed(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 09:30")
    await road.route("roads")
    await road.at("2026-11-23 10:00")
    await road.draft("roads")
    await road.at("2026-11-23 10:30")
    await road.approve()
    await road.at("2026-11-23 10:40")
    await road.publish("roads")

    assert await road.handle.result() == "answered"
    state, draft = road.state, road.last_draft
    assert {
        run.name.value: run.due_at for run in state.limits if run.name in ("routing", "answer", "draft")
    } == {
        "routing": msk("2026-11-23 10:30"),
        "answer": msk("2026-11-24 09:45"),
        "draft": msk("2026-11-23 14:45"),
    }
    assert not any(run.breached_at for run in state.limits)
    assert [run.name.value for run in state.limits if run.cancelled_at] == ["return"]
    rows = await road.journal()
    assert [row.kind for row in rows] == [
        "registered",
        "route",
        "submit_draft",
        "approve",
        "confirm_publication",
    ]
    assert (rows[-1].data["texts"], rows[-1].at) == ({"url": draft.published_url}, draft.published_at)
    assert (draft.status, road.run("answer").met_at) == ("published", draft.published_at)
    assert (state.stage, state.outcome, state.current_body) == (Stage.CLOSED, "answered", None)
    assert (list(state.open_limits()), state.next_due) == ([], None)
    allowed = {item.command for item in state.allowed}
    assert allowed == {"correct_link", "split", "refer", "redact", "record_erasure"}
