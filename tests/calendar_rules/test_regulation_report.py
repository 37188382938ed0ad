"""Report of `otklik regulation check`: every reading, in Russian, and nothing of the program's own words."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from calendar_rules import regulation
from calendar_rules.regulation import ORDER_238, Regulation, order_238
from calendar_rules.regulation_report import report
from calendar_rules.vocabulary import Network, NoticeKind

ACTS = sorted(path for path in ORDER_238.parent.glob("*.toml") if "schedules" not in path.name)

# A value other than that of order 238, for every reading.
OTHERS: dict[str, object] = {
    "breaks_stop_the_clock": False,
    "counting.ends_at_closing": "due_at_next_opening",
    "counting.days_count_from": "same_day",
    "counting.outside_hours": "at_once",
    "draft_under_reduced_term": "same_lead",
    "clarification.meets_answer": False,
    "clarification.reply_starts_answer": False,
    "clarification.no_reply_after": "P5D",
    "clarification.no_reply_unit": "calendar_days",
    "calendars": "department",
    "repeated_routing": "PT1H",
    "surge.at_least": 7,
    "surge.within": "PT48H",
    "surge.times_daily_mean": 2.5,
    "surge.mean_over_days": 21,
    "surge.chance_at_most": 0.001,
    "closed_networks": ["instagram"],
    "self_approval": "refused",
    "warning.before": "PT1H",
    "warning.at_most_share": 0.25,
    "fair.share": 0.25,
    "escalation.acknowledge_within": "PT2H",
    "escalation.then_to": "governor",
    "notices.outside_hours": "at_once",
    "notices.never_wait": ["breach"],
    "notices.overdue_reminder": "none",
    "notices.inherited_to": "curator",
    "notices.competence_dispute_from_return": 3,
    "notices.competence_dispute_to": "curator",
    "notices.threat_to": "governor",
    "notices.void_after_breach_to": "governor",
    "notices.governor_report_to": "head",
    "notices.obligatory": ["digest"],
    "notices.weekly_summary_to": "head",
}


def printed(act: Regulation) -> list[str]:
    return list(report(act, ()))


def leaves(part: dict[str, object], prefix: str = "") -> Iterator[str]:
    for name, value in part.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def whole(act: Regulation) -> dict[str, Any]:
    """All that the act's file says, also what does not travel with messages."""
    parts = {name: getattr(act, name).model_dump(mode="json") for name in ("papers", "offices", "clauses")}
    return act.model_dump(mode="json", by_alias=True) | parts


def changed(field: str, value: object, act: Regulation | None = None) -> Regulation:
    """The act, order 238 if none, with one field of its file changed."""
    content = whole(act or order_238())
    part, *path = content, *field.split(".")
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return Regulation.model_validate(content)


def test_every_reading_is_tried_with_another_value() -> None:
    assert set(OTHERS) == set(leaves(order_238().readings.model_dump(mode="json")))


@pytest.mark.parametrize(("name", "value"), OTHERS.items(), ids=OTHERS)
def test_another_reading_changes_one_line(name: str, value: object) -> None:
    before, after = printed(order_238()), printed(changed(f"readings.{name}", value))
    readings = before.index("Вопросы, не урегулированные актом, решены так:")
    differing = set(after[readings:]) ^ set(before[readings:])
    assert len(differing) == 2, differing


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_of_notice_has_russian_words(kind: NoticeKind) -> None:
    act = changed("readings.notices.never_wait", [kind.value])
    line = next(line for line in printed(act) if "вне рабочего времени, доставляются" in line)
    assert re.search("[a-z]", line) is None


@pytest.mark.parametrize("network", Network)
def test_every_network_can_be_closed(network: Network) -> None:
    act = changed("readings.closed_networks", [network.value])
    assert any(line.startswith("  — ответы не размещаются в сетях: ") for line in printed(act))


@pytest.mark.parametrize("path", ACTS, ids=lambda path: path.stem)
def test_nothing_of_the_programs_own_words_is_printed(path: Path) -> None:
    act = regulation.load(path)
    for line in printed(act):
        if not line.startswith("Обозначение в программе"):
            words = line.replace("www.pravo.gov.ru", "").replace("Asia/Kamchatka", "")
            assert re.findall("[A-Za-z_]+", words) == [], line


def test_an_act_is_cited_by_its_short_title_and_edition() -> None:
    assert printed(order_238())[0] == "Приказ № 238, редакция от 17.08.2020"


def test_an_act_without_a_short_title_is_cited_by_its_title() -> None:
    act = order_238().model_copy(update={"act": order_238().act.model_copy(update={"short_title": None})})
    assert printed(act)[0] == f"{order_238().act.title}, редакция от 17.08.2020"


def test_limits_are_written_in_the_words_of_the_order() -> None:
    lines = printed(order_238())
    assert "  п. 9   ответ: 9 рабочих часов с момента выявления (орган)" in lines
    assert "  п. 10  проект ответа: 4 рабочих часа до истечения срока ответа (орган)" in lines
    assert "         предупреждение: 1 рабочий день до истечения срока" in lines
