"""Every kind of notice about a message, in every variant, as it is read."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import CloseReason, DeclineGround, DraftKind, Network, Stage
from service.notices.notice_text import render
from store.journal.charges import Charged
from workflows import notice_facts as facts
from workflows.vocabulary import Command

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 30, 9, 30, tzinfo=MOSCOW)
TODAY = datetime(2026, 11, 30, 14, 15, tzinfo=MOSCOW)
TOMORROW = datetime(2026, 12, 1, 9, 45, tzinfo=MOSCOW)
YESTERDAY = datetime(2026, 11, 29, 17, 40, tzinfo=MOSCOW)
CURATOR, EXECUTOR = HolderRole.CURATOR, HolderRole.EXECUTOR
NAMES = {
    "curator": "Соколова Вера Андреевна",
    "substitute": "Ерёмин Пётр Семёнович",
    "executor": "Горелова Светлана Юрьевна",
    "answers": "Тихомиров Глеб Николаевич",
    "uncertain": "Соловей Антон Юрьевич",
    "unsaid": "Ким Ен Су",
}
RESPONSIBLE = ("answers",)


def charge(
    body: str | None,
    person: str | None = None,
    acting_for: str | None = None,
    limit: LimitName = LimitName.DRAFT,
    over: timedelta = timedelta(0),
) -> Charged:
    """Whose a breach is; a curator's without a body."""
    return Charged(EXECUTOR if body else CURATOR, body, person, acting_for, limit, over)


def of_every_kind(body: str, other: str) -> Iterator[facts.AnyNotice]:
    """The facts of each kind of notice, of a body and another one."""
    for limit in LimitName:
        for due in (TODAY, YESTERDAY):
            yield facts.Assigned(by=Command.ROUTE, owed=limit, due_at=due, clause=10, repeats="7")
        yield facts.Warned(limit=limit, due_at=TODAY, clause=10)
        yield facts.WithdrawnBreach(limit=limit, due_at=TODAY, clause=10)
        yield facts.Forecast(limit=limit, forecast_at=TODAY, clause=10)
        for holder, held in ((EXECUTOR, body), (CURATOR, None)):
            yield facts.Breach(limit=limit, due_at=TODAY, holder=holder, body=held)
            yield facts.Escalation(limit=limit, due_at=TODAY, holder=holder, body=held)
            yield facts.Escalation(limit=limit, due_at=YESTERDAY, inherited=True, holder=holder, body=held)
    for command in Command:
        yield facts.Assigned(by=command)
        yield facts.Recalled(body=body, by=command, back_to=other)
    yield from (facts.Recalled(body=body, by=Command.CLOSE, reason=reason) for reason in CloseReason)
    for kind in DraftKind:
        yield facts.DraftReceived(body=body, draft_kind=kind, due_at=TOMORROW)
        yield facts.DraftWithdrawn(body=body, draft_kind=kind)
    yield from (facts.Threat(ground=ground) for ground in DeclineGround)
    yield from (facts.Reopened(stage=stage) for stage in Stage)
    yield facts.Returned(body=body, due_at=TODAY)
    yield facts.Returned(body=body, competent_body=other, due_at=TODAY)
    yield facts.ContributionReceived(body=body)
    yield facts.Rework(owed=LimitName.REWORK, clause=12, due_at=TODAY)
    yield facts.Rework(owed=LimitName.CONTRIBUTION, clause=15, due_at=TODAY)
    yield facts.Approved(due_at=TODAY)
    yield from (facts.CompetenceDispute(returns=2), facts.NoReply(), facts.GovernorReport())
    yield facts.VoidAfterBreach(breaches=11)
    yield facts.PromiseNear(by=TOMORROW)
    yield facts.PromiseAsked(by=TODAY, answer_by=TOMORROW)
    yield facts.PromiseMoved(body=body, since=TODAY, by=TOMORROW)
    yield facts.PromiseBroken(body=body, by=YESTERDAY)


def charges_of(body: str) -> list[list[Charged]]:
    """Whose a breach may be: nobody's, that of one or of two, each as well as they can be named."""
    known = (
        (None, None),
        ("executor", None),
        ("answers", None),
        ("substitute", "executor"),
        ("uncertain", None),
    )
    of_one = [[charge(held, *persons)] for held in (body, None) for persons in known]
    both = charge(body, "executor", over=timedelta(hours=5)), charge(None, "unsaid", "curator")
    return [[], *of_one, list(both)]


def read(notice: facts.AnyNotice, bodies: dict[str, str], charged: Sequence[Charged] = ()) -> str:
    """A notice as one reads it; its spaces are as typed."""
    said = render(
        notice,
        message="12",
        network=Network.VKONTAKTE,
        at=NOW,
        bodies=bodies,
        charged=charged,
        names=NAMES,
        responsible=RESPONSIBLE,
    )
    return said.replace("\u00a0", " ")
