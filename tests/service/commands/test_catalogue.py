"""The catalogue of commands says who may ever give one, as the stages of a message admit it."""

from datetime import UTC, datetime
from itertools import product

from calendar_rules.vocabulary import DraftKind, DraftStatus, Network, Outcome, Role, Stage
from service.commands.catalogue import CATALOGUE
from service.commands.journal_titles import ROW_TITLES
from workflows.admissible import admissible
from workflows.state import Draft, MessageState, Promise
from workflows.vocabulary import Command, Fact

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def _states(stage: Stage) -> list[MessageState]:
    """A stage in all its variants: alone, first or last of two; acted or not; published or not; each end."""
    return [
        MessageState(
            id="1",
            network=Network.FORUM,
            detected_at=NOW,
            registered_at=NOW,
            last_moment=NOW,
            curator="curator",
            act="a",
            edition="2020-08-17",
            stage=stage,
            outcome=outcome,
            sequence=sequence,
            turn=turn,
            turns=("had", "a"),
            acted_since_route=acted,
            sendable_contribution="c" if sendable else None,
            drafts=(_published(stage),) if published else (),
            promises=(_PROMISE,) if published else (),
        )
        for (sequence, turn), acted, sendable, published, outcome in product(
            [(("a",), 0), (("a", "b"), 0), (("a", "b"), 1)],
            [False, True],
            [False, True],
            [False, True],
            list(Outcome) if stage is Stage.CLOSED else [None],
        )
    ]


_PROMISE = Promise(id="p", draft="d", body="drafted", what="w", by=NOW, given_at=NOW)


def _published(stage: Stage) -> Draft:
    return Draft(
        id="d",
        kind=DraftKind.CLARIFICATION,
        body="drafted",
        person=None,
        text="t",
        round=1,
        status=DraftStatus.PUBLISHED,
        stage_before=stage,
    )


def test_the_catalogue_says_who_may_ever_give_a_command() -> None:
    given = {
        (item.command, item.role) for stage in Stage for state in _states(stage) for item in admissible(state)
    }
    assert given == {(command, role) for command, row in CATALOGUE.items() for role in row.by}


def test_a_responsible_may_give_what_executors_of_the_body_may() -> None:
    for stage in Stage:
        for state in _states(stage):
            given = {(item.command, item.role, item.body) for item in admissible(state)}
            of_executors = {(command, body) for command, role, body in given if role is Role.EXECUTOR}
            assert of_executors == {
                (command, body) for command, role, body in given if role is Role.RESPONSIBLE
            }


def test_every_kind_of_row_has_a_russian_title() -> None:
    assert set(ROW_TITLES) == {*Command, *Fact}
    assert all("а" <= title[1] <= "я" for title in ROW_TITLES.values())
