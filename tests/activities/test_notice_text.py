"""What each kind of notice says, word for word, and that no kind says anything a machine would say."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from activities.notice_text import at_fault, render
from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import DeclineGround, DraftKind, Network, Stage
from store.demo.data import directory
from workflows import notice_facts as facts
from workflows.vocabulary import Command

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 30, 9, 30, tzinfo=MOSCOW)
TODAY = datetime(2026, 11, 30, 14, 15, tzinfo=MOSCOW)
TOMORROW = datetime(2026, 12, 1, 9, 45, tzinfo=MOSCOW)
YESTERDAY = datetime(2026, 11, 29, 17, 40, tzinfo=MOSCOW)
BODIES = {
    "roads": "Департамент дорожного хозяйства и транспорта",
    "housing": "Департамент ЖКХ",
    "supervision": "Служба государственного строительного надзора",
}
CURATOR, EXECUTOR = HolderRole.CURATOR, HolderRole.EXECUTOR


def text(notice: facts.AnyNotice, bodies: dict[str, str] = BODIES) -> str:
    return render(notice, message="12", network=Network.VKONTAKTE, at=NOW, bodies=bodies)


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (facts.Assigned(), "поступило для подготовки ответа."),
        (
            facts.Assigned(by=Command.ROUTE, owed=LimitName.DRAFT, due_at=TODAY, clause=10),
            "поступило для подготовки ответа. Представьте проект ответа до 14:15 (п. 10).",
        ),
        (
            facts.Assigned(by=Command.ROUTE, owed=LimitName.CONTRIBUTION, due_at=TOMORROW, clause=15),
            "поступило для подготовки информации к общему ответу. "
            "Представьте информацию для общего ответа до 09:45 01.12.2026 (п. 15).",
        ),
        (
            facts.Assigned(by=Command.ROUTE, owed=LimitName.DRAFT, due_at=YESTERDAY, clause=10),
            "поступило для подготовки ответа. Представьте проект ответа незамедлительно: срок подготовки проекта "
            "ответа (п. 10) истёк 29.11.2026 в 17:40, до направления; нарушением органа не считается.",
        ),
        (
            facts.Assigned(by=Command.HAND_OVER, owed=LimitName.ROUTING, due_at=YESTERDAY, clause=7),
            "передано вам как куратору. "
            "Направьте сообщение незамедлительно: срок направления (п. 7) истёк 29.11.2026 в 17:40.",
        ),
        (
            facts.Assigned(by=Command.ROUTE, again=True, owed=LimitName.DRAFT, due_at=TODAY, clause=10),
            "повторно поступило для подготовки ответа. Представьте проект ответа до 14:15 (п. 10).",
        ),
        (
            facts.Assigned(by=Command.HAND_OVER, owed=LimitName.APPROVAL, due_at=TODAY, clause=11),
            "передано вам как куратору. "
            "Согласуйте проект ответа или направьте его на доработку до 14:15 (п. 11).",
        ),
        (
            facts.Returned(body="roads"),
            "возвращено Департаментом дорожного хозяйства и транспорта: "
            "вопрос не относится к его компетенции (п. 8).",
        ),
        (
            facts.Returned(body="supervision", competent_body="housing", due_at=TODAY),
            "возвращено Службой государственного строительного надзора: "
            "вопрос не относится к её компетенции (п. 8). "
            "По мнению исполнителя, это компетенция Департамента ЖКХ. Направьте сообщение до 14:15 (п. 7).",
        ),
        (
            facts.Recalled(body="roads", by=Command.ROUTE),
            "перенаправлено другому органу, действий по нему больше не требуется.",
        ),
        (
            facts.Recalled(body="roads", by=Command.DECLINE),
            "не подлежит обработке и ответу (п. 18), действий по нему больше не требуется.",
        ),
        (
            facts.Recalled(body="roads", by=Command.CLOSE),
            "закрыто без ответа, действий по нему больше не требуется.",
        ),
        (
            facts.Recalled(body="roads", by=Command.SEND_FOR_REWORK, back_to="housing"),
            "возвращено Департаменту ЖКХ для доработки информации, после чего поступит к вам снова (п. 15).",
        ),
        (
            facts.Recalled(body="roads", by=Command.ROUTE, later=True),
            "направлено сначала другому органу, после него поступит к вам снова (п. 15).",
        ),
        (facts.CompetenceDispute(returns=2), "возвращено повторно (2-й возврат): спор о компетенции (п. 8)."),
        (
            facts.Threat(ground=DeclineGround.THREAT_TO_OFFICIAL),
            "содержит угрозы жизни, здоровью или имуществу должностного лица или членов его семьи (п. 18).",
        ),
        (
            facts.Threat(ground=DeclineGround.HARM_TO_PERSON),
            "содержит сведения о намерениях причинить вред другому лицу (п. 18).",
        ),
        (
            facts.GovernorReport(),
            "носит социально и общественно значимый характер. Доклад Губернатору (п. 21).",
        ),
        (
            facts.Reopened(stage=Stage.APPROVAL),
            "открыто снова, работа с ним продолжается. Стадия: согласование.",
        ),
        (
            facts.VoidAfterBreach(breaches=1),
            "закрыто как зарегистрированное ошибочно. "
            "До закрытия допущено 1 нарушение срока, запись об этом сохраняется в журнале.",
        ),
        (
            facts.VoidAfterBreach(breaches=3),
            "закрыто как зарегистрированное ошибочно. "
            "До закрытия допущено 3 нарушения сроков, запись об этом сохраняется в журнале.",
        ),
    ],
)
def test_what_became_of_the_message(notice: facts.AnyNotice, said: str) -> None:
    assert text(notice) == f"Сообщение № 12 (ВКонтакте) {said}"


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (
            facts.Assigned(by=Command.ASSIGN, owed=LimitName.REWORK, due_at=TODAY, clause=12),
            "вы назначены исполнителем. Представьте доработанный проект ответа до 14:15 (п. 12).",
        ),
        (
            facts.Assigned(by=Command.AUTHOR_REPLIED, owed=LimitName.DRAFT, due_at=TODAY, clause=10),
            "автор ответил на запрос (уточнение), продолжите подготовку ответа. "
            "Представьте проект ответа до 14:15 (п. 10).",
        ),
        (
            facts.Assigned(by=Command.RESUME, owed=LimitName.DRAFT, due_at=TODAY, clause=10),
            "продолжите подготовку ответа без ответа автора на запрос (уточнение). "
            "Представьте проект ответа до 14:15 (п. 10).",
        ),
        (
            facts.ContributionReceived(body="housing"),
            "поступила информация для общего ответа от Департамента ЖКХ (п. 15).",
        ),
        (
            facts.DraftReceived(body="housing", draft_kind=DraftKind.ANSWER),
            "поступил проект ответа от Департамента ЖКХ (п. 11).",
        ),
        (
            facts.DraftReceived(body="housing", draft_kind=DraftKind.INTERIM, due_at=TODAY),
            "поступил проект промежуточного ответа от Департамента ЖКХ (п. 11); "
            "согласуйте его или направьте на доработку до 14:15.",
        ),
        (
            facts.DraftReceived(body="housing", draft_kind=DraftKind.CLARIFICATION, due_at=TODAY),
            "поступил проект запроса (уточнения) от Департамента ЖКХ (п. 11); "
            "согласуйте его или направьте на доработку до 14:15.",
        ),
        (
            facts.DraftWithdrawn(body="housing", draft_kind=DraftKind.ANSWER),
            "проект ответа отозван Департаментом ЖКХ.",
        ),
        (
            facts.Rework(owed=LimitName.REWORK, clause=12, due_at=TODAY),
            "проект ответа возвращён на доработку; доработайте его до 14:15 с учётом замечаний куратора (п. 12).",
        ),
        (
            facts.Rework(
                owed=LimitName.REWORK,
                clause=12,
                due_at=TODAY,
                draft_kind=DraftKind.INTERIM,
                approval_taken_back=True,
            ),
            "согласование отозвано, не размещайте текст; проект промежуточного ответа возвращён на доработку; "
            "доработайте его до 14:15 с учётом замечаний куратора (п. 12).",
        ),
        (
            facts.Rework(owed=LimitName.CONTRIBUTION, clause=15, due_at=TOMORROW),
            "информация для общего ответа возвращена на доработку; "
            "доработайте её до 09:45 01.12.2026 с учётом замечаний куратора (п. 15).",
        ),
        (
            facts.Approved(due_at=TODAY),
            "текст согласован, разместите его до 14:15 и подтвердите ссылкой (п. 13).",
        ),
        (
            facts.Forecast(limit=LimitName.ANSWER, clause=9, forecast_at=TOMORROW),
            "при полном использовании сроков ответ будет размещён 01.12.2026 в 09:45, после срока ответа (п. 9).",
        ),
        (
            facts.Forecast(limit=LimitName.DRAFT, clause=10, forecast_at=TOMORROW),
            "при полном использовании сроков информация для общего ответа поступит 01.12.2026 в 09:45, "
            "после срока подготовки проекта ответа (п. 10).",
        ),
        (
            facts.Warned(limit=LimitName.APPROVAL, clause=11, due_at=TODAY),
            "срок согласования (п. 11) истекает 30.11.2026 в 14:15.",
        ),
        (
            facts.Breach(limit=LimitName.DRAFT, clause=10, due_at=TODAY, holder=EXECUTOR, body="housing"),
            "срок подготовки проекта ответа (п. 10) не соблюдён Департаментом ЖКХ, истёк 30.11.2026 в 14:15.",
        ),
        (
            facts.Breach(limit=LimitName.APPROVAL, clause=11, due_at=TODAY, holder=CURATOR),
            "срок согласования (п. 11) не соблюдён куратором, истёк 30.11.2026 в 14:15.",
        ),
        (
            facts.Breach(
                limit=LimitName.RETURN,
                clause=8,
                due_at=TODAY,
                met_at=TOMORROW,
                holder=EXECUTOR,
                body="supervision",
            ),
            "срок возврата (п. 8) не соблюдён Службой государственного строительного надзора, "
            "истёк 30.11.2026 в 14:15, сообщение возвращено 01.12.2026 в 09:45.",
        ),
        (
            facts.Breach(
                limit=LimitName.ANSWER,
                clause=9,
                due_at=TODAY,
                holder=EXECUTOR,
                body="housing",
                step=LimitName.APPROVAL,
                step_holder=CURATOR,
            ),
            "срок ответа (п. 9) нарушен, истёк 30.11.2026 в 14:15. Не завершено согласование (куратор).",
        ),
        (
            facts.Escalation(
                limit=LimitName.ANSWER,
                clause=9,
                due_at=TODAY,
                holder=EXECUTOR,
                body="housing",
                step=LimitName.REWORK,
                step_holder=EXECUTOR,
                step_body="housing",
            ),
            "срок ответа (п. 9) нарушен, истёк 30.11.2026 в 14:15. "
            "Не завершена доработка (Департамент ЖКХ). Сообщается на основании п. 20.",
        ),
        (
            facts.Escalation(
                limit=LimitName.ANSWER,
                clause=9,
                due_at=TODAY,
                holder=EXECUTOR,
                body="housing",
                step=LimitName.APPROVAL,
                step_holder=CURATOR,
            ),
            "срок ответа (п. 9) нарушен, истёк 30.11.2026 в 14:15. Не завершено согласование (куратор).",
        ),
        (
            facts.Escalation(
                limit=LimitName.REWORK, clause=12, due_at=TODAY, holder=EXECUTOR, body="housing"
            ),
            "срок доработки (п. 12) не соблюдён Департаментом ЖКХ, истёк 30.11.2026 в 14:15. "
            "Сообщается на основании п. 20.",
        ),
        (
            facts.Escalation(limit=LimitName.ROUTING, clause=7, due_at=TODAY, holder=CURATOR),
            "срок направления (п. 7) не соблюдён куратором, истёк 30.11.2026 в 14:15.",
        ),
        (
            facts.Escalation(
                limit=LimitName.DRAFT, clause=10, due_at=YESTERDAY, inherited=True, holder=EXECUTOR
            ),
            "срок подготовки проекта ответа (п. 10) истёк до направления, 29.11.2026 в 17:40; "
            "нарушением органа не считается.",
        ),
        (
            facts.Escalation(
                limit=LimitName.ROUTING, clause=7, due_at=YESTERDAY, inherited=True, holder=CURATOR
            ),
            "срок направления (п. 7) истёк до регистрации, 29.11.2026 в 17:40; "
            "нарушением куратора не считается.",
        ),
        (
            facts.WithdrawnBreach(limit=LimitName.PUBLICATION, clause=13, due_at=TODAY),
            "отметка о нарушении срока размещения (п. 13), истёкшего 30.11.2026 в 14:15, снята: "
            "действие выполнено вовремя, но учтено с задержкой.",
        ),
        (
            facts.NoReply(),
            "нет ответа автора на запрос (уточнение). Продолжите работу без него или закройте сообщение.",
        ),
    ],
)
def test_what_there_is_to_know_of_the_message(notice: facts.AnyNotice, said: str) -> None:
    assert text(notice) == f"Сообщение № 12 (ВКонтакте): {said}"


def test_a_body_that_is_no_longer_in_the_directory_is_not_named_by_its_key() -> None:
    assert "возвращено органом: вопрос не относится к его компетенции" in text(
        facts.Returned(body="roads"), {}
    )


def _of_every_kind(body: str, other: str) -> Iterator[facts.AnyNotice]:
    for limit in LimitName:
        yield from (facts.Assigned(owed=limit, due_at=due, clause=10) for due in (TODAY, YESTERDAY))
        yield facts.Warned(limit=limit, due_at=TODAY, clause=10)
        yield facts.WithdrawnBreach(limit=limit, due_at=TODAY, clause=10)
        yield facts.Forecast(limit=limit, forecast_at=TODAY, clause=10)
        for holder, held in ((EXECUTOR, body), (CURATOR, None)):
            yield facts.Breach(limit=limit, due_at=TODAY, holder=holder, body=held)
            for step in (None, limit):
                yield facts.Escalation(
                    limit=limit,
                    due_at=TODAY,
                    holder=holder,
                    body=held,
                    step=step,
                    step_holder=holder if step else None,
                    step_body=held if step else None,
                )
            yield facts.Escalation(limit=limit, due_at=YESTERDAY, inherited=True, holder=holder, body=held)
    for command in Command:
        yield facts.Assigned(by=command)
        yield facts.Recalled(body=body, by=command, back_to=other)
    for kind in DraftKind:
        yield facts.DraftReceived(body=body, draft_kind=kind, due_at=TOMORROW)
        yield facts.DraftWithdrawn(body=body, draft_kind=kind)
    yield from (facts.Threat(ground=ground) for ground in DeclineGround)
    yield from (facts.Reopened(stage=stage) for stage in Stage)
    yield facts.Returned(body=body)
    yield facts.Returned(body=body, competent_body=other, due_at=TODAY)
    yield facts.ContributionReceived(body=body)
    yield from (facts.Rework(), facts.Rework(owed=LimitName.CONTRIBUTION, clause=15, due_at=TODAY))
    yield from (facts.Approved(), facts.Approved(due_at=TODAY))
    yield from (facts.CompetenceDispute(returns=2), facts.NoReply(), facts.GovernorReport())
    yield facts.VoidAfterBreach(breaches=11)


def test_no_kind_says_anything_a_machine_would_say() -> None:
    book = directory()
    seen: set[type] = set()
    for title in (title for body in book.bodies for title in (body.title, body.short)):
        names = {"first-body": title, "second-body": "МФЦ"}
        for notice in _of_every_kind("first-body", "second-body"):
            seen.add(type(notice))
            said = text(notice, names)
            assert said.endswith("."), said
            assert not re.search(r"  |[,.;:] ?[,.;]|\(\)| [,.;:]|None|[A-Za-z_]{2,}|«»", said), said
            assert said.count("(") == said.count(")"), said
    assert seen == set(get_args(get_args(facts.AnyNotice)[0]))


@pytest.mark.parametrize("network", Network)
def test_the_network_is_named_by_its_title(network: Network) -> None:
    said = render(facts.NoReply(), message="7", network=network, at=NOW, bodies={})
    assert said.startswith("Сообщение № 7 (")
    assert network.value not in said


@pytest.mark.parametrize(
    ("breach", "person", "said"),
    [
        (
            facts.Breach(limit=LimitName.DRAFT, clause=10, due_at=TODAY, holder=EXECUTOR, body="housing"),
            "Иванова Мария Петровна",
            "срок подготовки проекта ответа (п. 10) не соблюдён Департаментом ЖКХ "
            "(исполнитель — Иванова Мария Петровна), истёк 30.11.2026 в 14:15.",
        ),
        (
            facts.Escalation(limit=LimitName.ROUTING, clause=7, due_at=TODAY, holder=CURATOR),
            "Петрова Анна Ильинична",
            "срок направления (п. 7) не соблюдён куратором (Петрова Анна Ильинична), истёк 30.11.2026 в 14:15.",
        ),
        (
            facts.Breach(
                limit=LimitName.ANSWER,
                clause=9,
                due_at=TODAY,
                holder=EXECUTOR,
                body="housing",
                step=LimitName.APPROVAL,
                step_holder=CURATOR,
            ),
            "Петрова Анна Ильинична",
            "срок ответа (п. 9) нарушен, истёк 30.11.2026 в 14:15. "
            "Не завершено согласование (куратор — Петрова Анна Ильинична).",
        ),
        (
            facts.Breach(
                limit=LimitName.ANSWER,
                clause=9,
                due_at=TODAY,
                holder=EXECUTOR,
                body="housing",
                step=LimitName.REWORK,
                step_holder=EXECUTOR,
                step_body="housing",
            ),
            "Иванова Мария Петровна",
            "срок ответа (п. 9) нарушен, истёк 30.11.2026 в 14:15. "
            "Не завершена доработка (Департамент ЖКХ, исполнитель — Иванова Мария Петровна).",
        ),
    ],
)
def test_a_breach_names_who_held_it(breach: facts.Breach | facts.Escalation, person: str, said: str) -> None:
    text = render(breach, message="12", network=Network.VKONTAKTE, at=NOW, bodies=BODIES, person=person)
    assert text == f"Сообщение № 12 (ВКонтакте): {said}"


def test_at_fault_is_the_assignee_of_the_body_or_the_curator() -> None:
    breach = facts.Breach(
        limit=LimitName.ANSWER, due_at=TODAY, holder=EXECUTOR, body="housing", assignee="executor-housing"
    )
    assert at_fault(breach, "curator") == "executor-housing"
    by_curator = breach.model_copy(update={"step": LimitName.APPROVAL, "step_holder": CURATOR})
    assert at_fault(by_curator, "curator") == "curator"
    elsewhere = breach.model_copy(
        update={"step": LimitName.DRAFT, "step_holder": EXECUTOR, "step_body": "roads"}
    )
    assert at_fault(elsewhere, "curator") is None
    assert at_fault(facts.NoReply(), "curator") is None
