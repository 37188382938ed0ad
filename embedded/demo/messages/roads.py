"""The roads of the demo: which commands each complaint goes through, and after how much working time.

Nothing here knows a date: those are of `demo_dates`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from calendar_rules.regulation import LimitName, Regulation
from calendar_rules.vocabulary import DraftKind
from embedded.demo.data import DemoComplaint, Road
from embedded.demo.messages.steps import HOUR, Going, RoadStep, surely_past, surely_within, working_amount


@dataclass(frozen=True, slots=True)
class Script:
    """A complaint's road: when it is registered, what is done, and how long nothing has been done since.

    `since` is None for a road that has ended.
    """

    complaint: DemoComplaint
    registered: timedelta
    acts: tuple[RoadStep, ...]
    since: timedelta | None

    @property
    def lasts(self) -> timedelta:
        """Working time from detection to the last command."""
        return self.acts[-1].after if self.acts else timedelta(0)


def script(complaint: DemoComplaint, variant: int, regulation: Regulation) -> Script:
    """What happens to a complaint; `variant` is how many of the same road come before it."""
    going = Going(complaint, variant, regulation)
    _ROADS[complaint.road](going)
    first = going.acts[0].after if going.acts else going.since or going.terms.routing
    return Script(
        complaint=complaint,
        registered=going.amount(min(first, going.terms.routing), (0.05, 0.2)),
        acts=tuple(going.acts),
        since=going.since,
    )


# ---- the roads that have ended


def _answered(going: Going) -> None:
    going.route()
    going.to_answer()


def _answered_late(going: Going) -> None:
    """A different limit each: draft, routing, approval, publication, the answer itself, and a draft that is
    past before its body has the message."""
    match going.variant % 6:
        case 0:
            going.route()
            going.to_answer(draft=(1.1, 1.3))
        case 1:
            going.route(share=(1.2, 1.6))
            going.to_answer()
        case 2:
            going.route()
            going.to_answer(approve=(1.2, 1.6))
        case 3:
            going.route()
            going.to_answer(publish=(1.8, 3.0))
        case 4:
            going.route()
            going.to_answer(draft=(2.1, 2.4))
        case _:
            going.route(share=(3.6, 3.8))
            going.to_answer()


def _answered_after_rework(going: Going) -> None:
    """Of the roads with two rounds, the first keeps the executor longer than the hour of rework."""
    late = going.complaint.road == "answered_after_two_reworks" and going.variant == 0
    going.route(share=(0.15, 0.4))
    going.draft(going.complaint.earlier_drafts[0], share=(0.2, 0.5))
    for comment, text in zip(
        going.complaint.rework_comments,
        (*going.complaint.earlier_drafts[1:], going.complaint.answer),
        strict=True,
    ):
        going.rework(comment, share=(0.15, 0.5))
        going.draft_again(text, share=(1.3, 1.9) if late else (0.3, 0.7))
        late = False
    going.approve(share=(0.15, 0.4))
    going.publish()


def _returned(going: Going) -> None:
    """Late is a return after its hour."""
    complaint = going.complaint
    going.route(share=(0.15, 0.4))
    going.give_back(
        complaint.return_reason,
        complaint.return_to,
        share=(1.2, 2.0) if complaint.road == "returned_late" else (0.3, 0.8),
    )
    going.route(*_given(complaint.return_to), share=(0.15, 0.4))
    if complaint.second_return_to is not None:
        going.give_back(complaint.second_return_reason, complaint.second_return_to, share=(0.3, 0.6))
        going.route(complaint.second_return_to, share=(0.15, 0.4))
    going.to_answer()


def _joint_answered(going: Going) -> None:
    """The first of them is late with its part."""
    going.route(share=(0.15, 0.4))
    for number, text in enumerate(going.complaint.contributions):
        late = going.variant == 0 and number == 0
        going.contribute(text, share=(1.1, 1.4) if late else (0.3, 0.6))
    going.to_answer()


def _joint_returned_in_middle(going: Going) -> None:
    complaint = going.complaint
    going.route(share=(0.15, 0.4))
    going.contribute(complaint.contributions[0], share=(0.2, 0.4))
    going.give_back(complaint.return_reason, complaint.return_to, share=(0.3, 0.6))
    going.route(*_given(complaint.return_to), *complaint.bodies[2:], share=(0.15, 0.4))
    for text in complaint.contributions[1:]:
        going.contribute(text, share=(0.2, 0.4))
    going.to_answer()


def _joint_contribution_rework(going: Going) -> None:
    complaint = going.complaint
    going.route(share=(0.15, 0.4))
    going.contribute(complaint.earlier_contribution, share=(0.2, 0.5))
    going.rework_contribution(complaint.rework_comments[0])
    for text in complaint.contributions:
        going.contribute(text, share=(0.2, 0.5))
    going.to_answer()


_LATE_WITH_FINAL_DRAFT = 2


def _interim_published(going: Going) -> None:
    going.route()
    going.to_publication_of(going.complaint.interim, DraftKind.INTERIM)


def _interim_then_answered(going: Going) -> None:
    """The third of them is late with its final draft."""
    _interim_published(going)
    term = going.regulation.limits.final_draft.term
    if going.variant == _LATE_WITH_FINAL_DRAFT:
        going.at += surely_past(term) + going.amount(HOUR, (1, 3))
    else:
        going.at += going.amount(surely_within(term), (0.35, 0.75))
    going.submit(going.complaint.answer, DraftKind.ANSWER)
    going.approve()
    going.publish()


def _clarification_published(going: Going) -> None:
    going.route()
    going.to_publication_of(going.complaint.clarification, DraftKind.CLARIFICATION)


def _clarification_replied_answered(going: Going) -> None:
    _clarification_published(going)
    going.author_replies()
    going.to_answer()


def _clarification_no_reply_closed(going: Going) -> None:
    _clarification_published(going)
    going.at += surely_past(going.regulation.readings.clarification.no_reply)
    going.close(HOUR, (0.5, 3))


def _closed_after_routing(going: Going) -> None:
    going.route()
    going.close(going.terms.draft, (0.15, 0.5))


def _registered_by_mistake(going: Going) -> None:
    going.close(going.terms.routing, (0.1, 0.4))


def _governor_reported(going: Going) -> None:
    going.route()
    going.report_to_governor()
    going.to_answer()


def _withdrawn_draft_answered(going: Going) -> None:
    going.route()
    going.draft(going.complaint.earlier_drafts[0], share=(0.3, 0.6))
    going.withdraw()
    going.to_answer()


# ---- the roads that are open now


def _open_routing(going: Going) -> None:
    going.stay_open(going.terms.routing, 0.06 + 0.09 * (going.variant % 7))


def _open_routing_late(going: Going) -> None:
    past = working_amount(going.regulation, LimitName.ROUTING) * 2.5
    going.stay_open(max(going.terms.answer, past), 0.45 + 0.12 * (going.variant % 4))


def _open_preparation(going: Going) -> None:
    going.route()
    going.stay_open(going.answer_from + going.terms.draft - going.at, 0.08 + 0.1 * (going.variant % 8))


def _open_preparation_late(going: Going) -> None:
    """An hour past the draft's due, then further, the last past the answer's."""
    going.route()
    past = going.terms.answer - going.terms.draft
    due = going.answer_from + going.terms.draft_past
    going.stay_open(due - going.at + past * (0.25, 0.7, 1.4)[going.variant % 3], 1)


def _open_joint(going: Going) -> None:
    going.route(share=(0.15, 0.4))
    for text in going.complaint.contributions:
        going.contribute(text, share=(0.2, 0.5))
    going.stay_open(going.terms.contribution, 0.2 + 0.2 * (going.variant % 4))


def _open_approval(going: Going) -> None:
    going.route()
    going.draft(going.complaint.answer)
    going.stay_open(going.terms.approval, 0.08 + 0.1 * (going.variant % 7))


def _open_rework(going: Going) -> None:
    complaint = going.complaint
    going.route()
    going.draft(complaint.earlier_drafts[0], share=(0.3, 0.5))
    going.rework(complaint.rework_comments[0], share=(0.15, 0.5))
    for text, comment in zip(complaint.earlier_drafts[1:], complaint.rework_comments[1:], strict=True):
        going.draft_again(text)
        going.rework(comment, share=(0.15, 0.5))
    going.stay_open(going.terms.rework, 0.15 + 0.15 * (going.variant % 4))


def _open_publication(going: Going) -> None:
    going.route()
    going.draft(going.complaint.answer)
    going.approve()
    going.stay_open(going.terms.publication, 0.15 + 0.15 * (going.variant % 4))


def _open_returned(going: Going) -> None:
    going.route()
    going.give_back(going.complaint.return_reason, going.complaint.return_to)
    going.stay_open(going.terms.routing, 0.2 + 0.25 * (going.variant % 3))


def _interim_awaiting_final(going: Going) -> None:
    _interim_published(going)
    whole = surely_within(going.regulation.limits.final_draft.term)
    going.stay_open(whole, (0.88, 0.7, 0.5, 0.3, 0.14)[going.variant % 5])


def _clarification_awaiting_author(going: Going) -> None:
    _clarification_published(going)
    whole = surely_within(going.regulation.readings.clarification.no_reply)
    going.stay_open(whole, (0.7, 0.5, 0.3, 0.1)[going.variant % 4])


def _given(*keys: str | None) -> tuple[str, ...]:
    return tuple(key for key in keys if key is not None)


_ROADS: dict[Road, Callable[[Going], None]] = {
    "answered": _answered,
    "answered_late": _answered_late,
    "answered_after_rework": _answered_after_rework,
    "answered_after_two_reworks": _answered_after_rework,
    "returned_then_answered": _returned,
    "returned_twice": _returned,
    "returned_late": _returned,
    "joint_answered": _joint_answered,
    "joint_returned_in_middle": _joint_returned_in_middle,
    "joint_contribution_rework": _joint_contribution_rework,
    "interim_then_answered": _interim_then_answered,
    "interim_awaiting_final": _interim_awaiting_final,
    "clarification_replied_answered": _clarification_replied_answered,
    "clarification_awaiting_author": _clarification_awaiting_author,
    "clarification_no_reply_closed": _clarification_no_reply_closed,
    "repeated_answered": _answered,
    "declined_harm": Going.decline,
    "declined_obscene": Going.decline,
    "declined_threat": Going.decline,
    "closed_deleted": _closed_after_routing,
    "closed_comments_closed": _closed_after_routing,
    "registered_by_mistake": _registered_by_mistake,
    "reduced_term_answered": _answered,
    "governor_reported": _governor_reported,
    "withdrawn_draft_answered": _withdrawn_draft_answered,
    "open_routing": _open_routing,
    "open_routing_late": _open_routing_late,
    "open_preparation": _open_preparation,
    "open_preparation_late": _open_preparation_late,
    "open_joint": _open_joint,
    "open_approval": _open_approval,
    "open_rework": _open_rework,
    "open_publication": _open_publication,
    "open_returned": _open_returned,
}
