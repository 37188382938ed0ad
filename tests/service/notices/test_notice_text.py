"""Texts of each kind of notice, word for word; no kind says anything a machine would say."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import CloseReason, DeclineGround, DraftKind, Network, Stage
from embedded.demo.data import directory
from service.notices.breach_text import Whose
from service.notices.notice_text import render, subject_of_report, unacknowledged
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


def charge(
    body: str | None,
    person: str | None = None,
    acting_for: str | None = None,
    limit: LimitName = LimitName.DRAFT,
    over: timedelta = timedelta(0),
) -> Charged:
    """Whose a breach is; a curator's without a body."""
    return Charged(EXECUTOR if body else CURATOR, body, person, acting_for, limit, over)


BODIES = {
    "roads": "Департамент дорожного хозяйства и транспорта",
    "housing": "Департамент ЖКХ",
    "supervision": "Служба государственного строительного надзора",
}


def text(notice: facts.AnyNotice, bodies: dict[str, str] = BODIES, charged: Sequence[Charged] = ()) -> str:
    """A notice as one reads it; its spaces are as typed."""
    said = render(
        notice,
        message="12",
        network=Network.VKONTAKTE,
        at=NOW,
        bodies=bodies,
        charged=charged,
        names=NAMES,
        responsible=("answers",),
    )
    return said.replace("\u00a0", " ")


PASSED_ON = (
    "Если сведения переданы в органы внутренних дел или иному адресату, отметьте это в карточке сообщения: "
    "«Передано»."
)


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (
            facts.Assigned(by=Command.ROUTE, repeats="7", owed=LimitName.DRAFT, due_at=TODAY, clause=10),
            "поступило для подготовки ответа. Сообщение повторное (ранее — № 7): в ответе укажите принятые меры или "
            "ход работы по вопросу (пункт 16). Представьте проект ответа до 14:15 (пункт 10).",
        ),
        (
            facts.Assigned(by=Command.ROUTE, owed=LimitName.CONTRIBUTION, due_at=TOMORROW, clause=15),
            "поступило для подготовки информации к общему ответу. "
            "Представьте информацию для общего ответа до 09:45 01.12.2026 (пункт 15).",
        ),
        (
            facts.Assigned(by=Command.ROUTE, owed=LimitName.DRAFT, due_at=YESTERDAY, clause=10),
            "поступило для подготовки ответа. Представьте проект ответа незамедлительно: срок подготовки проекта "
            "ответа (пункт 10) истёк 29.11.2026 в 17:40, до направления; нарушением органа не считается.",
        ),
        (
            facts.Assigned(by=Command.HAND_OVER, owed=LimitName.APPROVAL, due_at=TODAY, clause=11),
            "передано вам как куратору. "
            "Согласуйте проект ответа или направьте его на доработку до 14:15 (пункт 11).",
        ),
        (
            facts.Returned(body="supervision", competent_body="housing", due_at=TODAY),
            "возвращено Службой государственного строительного надзора: "
            "вопрос не относится к её компетенции (пункт 8). "
            "По мнению исполнителя, вопрос относится к компетенции Департамента ЖКХ. "
            "Направьте сообщение до 14:15 (пункт 7).",
        ),
        (
            facts.Recalled(body="roads", by=Command.ROUTE),
            "перенаправлено другому органу, действий по нему больше не требуется.",
        ),
        (
            facts.Recalled(body="roads", by=Command.DECLINE),
            "не подлежит обработке и ответу (пункт 18), действий по нему больше не требуется.",
        ),
        (
            facts.Recalled(body="roads", by=Command.CLOSE, reason=CloseReason.REGISTERED_BY_MISTAKE),
            "зарегистрировано ошибочно и снято с рассмотрения.",
        ),
        (
            facts.Recalled(body="roads", by=Command.SEND_FOR_REWORK, back_to="housing"),
            "возвращено Департаменту ЖКХ для доработки информации, после чего поступит к вам снова (пункт 15).",
        ),
        (
            facts.Recalled(body="roads", by=Command.ROUTE, later=True),
            "направлено сначала другому органу, после него поступит к вам снова (пункт 15).",
        ),
        (
            facts.CompetenceDispute(returns=12),
            "возвращено в 12-й раз; требуется определить компетентный орган (пункт 8).",
        ),
        (
            facts.Recalled(body="roads", by=Command.TRANSFER),
            "передано органу-преемнику, действий по нему больше не требуется.",
        ),
        (
            facts.Assigned(by=Command.TRANSFER),
            "передано вашему органу как преемнику органа, который больше не действует.",
        ),
        (
            facts.Threat(ground=DeclineGround.THREAT_TO_OFFICIAL),
            "содержит угрозы жизни, здоровью или имуществу должностного лица или членов его семьи (пункт 18). "
            + PASSED_ON,
        ),
        (
            facts.GovernorReport(),
            "носит социально и общественно значимый характер. Доклад Губернатору (пункт 21).",
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
    ],
)
def test_what_became_of_the_message(notice: facts.AnyNotice, said: str) -> None:
    assert text(notice) == f"Сообщение № 12 (ВКонтакте) {said}"


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (
            facts.Assigned(by=Command.AUTHOR_REPLIED, owed=LimitName.DRAFT, due_at=TODAY, clause=10),
            "автор ответил на запрос (уточнение), продолжите подготовку ответа. "
            "Представьте проект ответа до 14:15 (пункт 10).",
        ),
        (
            facts.Assigned(by=Command.RESUME, owed=LimitName.DRAFT, due_at=TODAY, clause=10),
            "продолжите подготовку ответа без ответа автора на запрос (уточнение). "
            "Представьте проект ответа до 14:15 (пункт 10).",
        ),
        (
            facts.ContributionReceived(body="housing"),
            "поступила информация для общего ответа от Департамента ЖКХ (пункт 15).",
        ),
        (
            facts.DraftReceived(body="housing", draft_kind=DraftKind.ANSWER, due_at=TODAY),
            "поступил проект ответа от Департамента ЖКХ (пункт 11); "
            "согласуйте его или направьте на доработку до 14:15.",
        ),
        (
            facts.DraftWithdrawn(body="housing", draft_kind=DraftKind.ANSWER),
            "проект ответа отозван Департаментом ЖКХ.",
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
            "доработайте его до 14:15 с учётом замечаний куратора (пункт 12).",
        ),
        (
            facts.Approved(due_at=TODAY),
            "текст согласован, разместите его до 14:15 и подтвердите размещение ссылкой (пункт 13).",
        ),
        (
            facts.Forecast(limit=LimitName.DRAFT, clause=10, forecast_at=TOMORROW),
            "при полном использовании сроков информация для общего ответа поступит 01.12.2026 в 09:45, "
            "после истечения срока подготовки проекта ответа (пункт 10).",
        ),
        (
            facts.Warned(limit=LimitName.APPROVAL, clause=11, due_at=TODAY),
            "срок согласования (пункт 11) истекает 30.11.2026 в 14:15.",
        ),
        (
            facts.Escalation(
                limit=LimitName.DRAFT, clause=10, due_at=YESTERDAY, inherited=True, holder=EXECUTOR
            ),
            "срок подготовки проекта ответа (пункт 10) истёк до направления, 29.11.2026 в 17:40; "
            "нарушением органа не считается. Сообщается для сведения.",
        ),
        (
            facts.WithdrawnBreach(limit=LimitName.PUBLICATION, clause=13, due_at=TODAY),
            "отметка о нарушении срока размещения (пункт 13), истёкшего 30.11.2026 в 14:15, снята: "
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
        facts.Returned(body="roads", due_at=TODAY), bodies={}
    )


def of_every_kind(body: str, other: str) -> Iterator[facts.AnyNotice]:
    """The facts of each kind of notice, of a body and another one."""
    for limit in LimitName:
        for due in (TODAY, YESTERDAY):
            yield facts.Assigned(by=Command.ROUTE, owed=limit, due_at=due, clause=10, repeats="7")
        yield facts.Warned(limit=limit, due_at=TODAY, clause=10)
        yield facts.WithdrawnBreach(limit=limit, due_at=TODAY, clause=10)
        yield facts.WithdrawnBreach(limit=limit, due_at=TODAY, clause=10, returned=True)
        yield facts.Forecast(limit=limit, forecast_at=TODAY, clause=10)
        for holder, held in ((EXECUTOR, body), (CURATOR, None)):
            yield facts.Breach(limit=limit, due_at=TODAY, holder=holder, body=held)
            yield facts.Escalation(limit=limit, due_at=TODAY, holder=holder, body=held)
            for past in (True, False):
                yield facts.Escalation(
                    limit=limit, due_at=YESTERDAY, inherited=True, past=past, holder=holder, body=held
                )
        yield facts.Breach(limit=LimitName.ANSWER, due_at=TODAY, holder=EXECUTOR, rounds=3, short=(limit,))
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
    yield facts.SplitAfterBreach(split_from="7", past=(LimitName.ROUTING,))
    yield from (facts.ChargeCorrected(limit=limit, due_at=TODAY, clause=10) for limit in LimitName)
    yield facts.SplitAfterBreach(split_from="7", past=(LimitName.ROUTING, LimitName.ANSWER))
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


def test_no_kind_says_anything_a_machine_would_say() -> None:
    titles = (title for body in directory().bodies for title in (body.title, body.short))
    seen: set[type] = set()
    for title in {title.split()[0]: title for title in titles}.values():
        names = {"first-body": title, "second-body": "МФЦ"}
        for notice in of_every_kind("first-body", "second-body"):
            seen.add(type(notice))
            for charged in charges_of("first-body"):
                said = text(notice, names, charged)
                assert said.endswith("."), said
                # The initials of a name may end a sentence, or stand before a comma.
                bare = re.sub(r"[А-Я]\. ?[А-Я]\.", "И", said)
                assert not re.search(r"  |[,.;:] ?[,.;]|\(\)| [,.;:]|None|[A-Za-z_]{2,}|«»|п\. ", bare), said
                assert said.count("(") == said.count(")"), said
                assert "просрочен" not in said
                assert said.count("пункт 20 Положения") == (
                    isinstance(notice, facts.Escalation) and not notice.inherited and bool(charged)
                )
    assert seen == set(get_args(get_args(facts.AnyNotice)[0]))


@pytest.mark.parametrize("network", Network)
def test_the_network_is_named_by_its_title(network: Network) -> None:
    said = render(facts.NoReply(), message="7", network=network, at=NOW, bodies={})
    assert said.startswith("Сообщение № 7 (")
    assert network.value not in said


DRAFT_LATE = facts.Breach(limit=LimitName.DRAFT, clause=10, due_at=TODAY, holder=EXECUTOR, body="housing")
APPROVAL_LATE = facts.Breach(limit=LimitName.APPROVAL, clause=11, due_at=TODAY, holder=CURATOR)
ANSWER_LATE = facts.Breach(limit=LimitName.ANSWER, clause=9, due_at=TODAY, holder=EXECUTOR, body="housing")


@pytest.mark.parametrize(
    ("breach", "charged", "by"),
    [
        (APPROVAL_LATE, charge(None, "curator"), "куратором Соколовой В. А."),
        (
            APPROVAL_LATE,
            charge(None, "substitute", "curator"),
            "куратором Ерёминым П. С., замещающим Соколову В. А.",
        ),
        (
            DRAFT_LATE,
            charge("housing", "substitute", "executor"),
            "Департаментом ЖКХ (исполнителем Ерёминым П. С., замещающим Горелову С. Ю.)",
        ),
        (
            DRAFT_LATE,
            charge("housing", "answers"),
            "Департаментом ЖКХ (ответственным должностным лицом Тихомировым Г. Н.)",
        ),
        (DRAFT_LATE, charge("housing", "uncertain"), "Департаментом ЖКХ (исполнитель: Соловей А. Ю.)"),
    ],
)
def test_a_breach_names_by_whom_in_the_case_of_the_sentence(
    breach: facts.Breach, charged: Charged, by: str
) -> None:
    said = text(breach, charged=[charged])
    limit = (
        "согласования (пункт 11)"
        if breach.limit is LimitName.APPROVAL
        else "подготовки проекта ответа (пункт 10)"
    )
    assert said == f"Сообщение № 12 (ВКонтакте): срок {limit} не соблюдён {by}, истёк 30.11.2026 в 14:15."


def test_a_late_return_says_when_it_came() -> None:
    breach = facts.Breach(
        limit=LimitName.RETURN, clause=8, due_at=TODAY, met_at=TOMORROW, holder=EXECUTOR, body="supervision"
    )
    assert text(breach, charged=[charge("supervision")]).endswith(
        "срок возврата (пункт 8) не соблюдён Службой государственного строительного надзора, "
        "истёк 30.11.2026 в 14:15, сообщение возвращено 01.12.2026 в 09:45."
    )


def test_of_a_late_answer_it_says_who_lost_how_much_time_beyond_which_limit_of_their_own() -> None:
    charged = [
        charge(None, "curator", None, LimitName.APPROVAL, timedelta(hours=5, minutes=25)),
        charge("housing", "substitute", "executor", LimitName.DRAFT, timedelta(minutes=40)),
    ]
    assert text(ANSWER_LATE, charged=charged) == (
        "Сообщение № 12 (ВКонтакте): срок ответа (пункт 9) истёк 30.11.2026 в 14:15, ответ не размещён. Нарушение "
        "учтено: куратор Соколова В. А. — срок согласования превышен на 5 ч 25 мин рабочего времени; Департамент ЖКХ "
        "(исполнитель Ерёмин П. С., замещающий Горелову С. Ю.) — срок подготовки проекта ответа превышен на 40 мин "
        "рабочего времени."
    )


def test_a_late_answer_may_be_that_of_who_closed_the_message_by_mistake() -> None:
    charged = [charge(None, "curator", None, LimitName.ANSWER, timedelta(hours=2))]
    assert "куратор Соколова В. А. — сообщение было ошибочно закрыто в течение 2 ч рабочего времени." in text(
        ANSWER_LATE, charged=charged
    )


def test_where_all_steps_kept_their_limits_a_late_answer_is_nobodys() -> None:
    escalation = facts.Escalation.model_validate(ANSWER_LATE.model_dump(exclude={"kind"}))
    for notice in (ANSWER_LATE, escalation):
        said = text(notice)
        assert "Нарушение ни за кем не учтено" in said
        assert "собственные сроки шагов не превышены, вместе они длиннее срока ответа." in said
    assert text(escalation).endswith(" Сообщается для сведения.")


def test_a_late_answer_of_nobodys_says_why_and_how_often_it_was_sent_back() -> None:
    late = ANSWER_LATE.model_copy(update={"rounds": 3, "short": (LimitName.DRAFT,)})
    assert text(late).endswith(
        "Нарушение ни за кем не учтено: до истечения срока подготовки проекта ответа на этот шаг не было достаточно "
        "рабочего времени; проект возвращён на доработку 3 раза."
    )


@pytest.mark.parametrize("breach", [DRAFT_LATE, APPROVAL_LATE, ANSWER_LATE])
def test_an_escalation_says_the_same_and_names_its_ground_once(breach: facts.Breach) -> None:
    escalation = facts.Escalation.model_validate(breach.model_dump(exclude={"kind"}))
    charged = [charge(breach.body, "curator", over=timedelta(hours=1))]
    assert (
        text(escalation, charged=charged) == f"{text(breach, charged=charged)} Основание: пункт 20 Положения."
    )


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            ["Тихомиров Глеб Николаевич", "Горелова Светлана Юрьевна"],
            "не подтверждено Тихомировым Г. Н., Гореловой С. Ю. в течение 4 рабочих часов.",
        ),
        (
            ["Соловей Антон Юрьевич"],
            "не подтверждено в течение 4 рабочих часов (сведения направлены: Соловей А. Ю.).",
        ),
    ],
)
def test_what_nobody_acknowledged_says_who_did_not_and_how_late_it_is_by_then(
    told: list[str], said: str
) -> None:
    escalation = facts.Escalation.model_validate(DRAFT_LATE.model_dump(exclude={"kind"}))
    text = unacknowledged(
        escalation,
        message="12",
        network=Network.VKONTAKTE,
        bodies=BODIES,
        charged=[charge("housing", "executor")],
        names=NAMES,
        within=timedelta(hours=4),
        told=told,
        standing="По состоянию на 09:45 01.12.2026: просрочено на 4 ч рабочего времени, не выполнено.",
    ).replace("\u00a0", " ")
    assert said in text
    assert "По состоянию на 09:45 01.12.2026: просрочено на 4 ч рабочего времени, не выполнено." in text
    assert text.count("пункт 20 Положения") == 1
    assert "аппарат Председателя Правительства" in text


def test_what_the_governor_is_told_beside() -> None:
    said = subject_of_report("Отопление", "Вичуга", "Департамент ЖКХ")
    assert said == " Тема: Отопление. Локация: Вичуга. Исполнитель: Департамент ЖКХ."
    assert subject_of_report(None, None, None) == " Направление исполнителю не завершено."


def test_where_nobodys_office_is_known_persons_stand_without_it() -> None:
    whose = Whose(BODIES, NAMES)
    said = [whose.by(charge("housing", person)) for person in ("executor", "uncertain")]
    assert [words.replace("\u00a0", " ") for words in said] == [
        "Департаментом ЖКХ (Гореловой С. Ю.)",
        "Департаментом ЖКХ (Соловей А. Ю.)",
    ]
