"""The regulation file: order 238 with its numbers, and files that cannot be used, refused with line and reason."""

from datetime import timedelta
from pathlib import Path

import pytest

from calendar_rules import regulation
from calendar_rules.act_words import Clauses
from calendar_rules.regulation import (
    ORDER_238,
    Audience,
    HolderRole,
    LimitName,
    Papers,
    Regulation,
    RegulationError,
    digest,
    order_238,
)
from calendar_rules.terms import Unit

TEXT = ORDER_238.read_text("utf-8")

HOURS, DAYS = Unit.WORKING_HOURS, Unit.WORKING_DAYS
NUMBERS = {
    LimitName.ROUTING: (7, timedelta(hours=1, minutes=30), HOURS, HolderRole.CURATOR),
    LimitName.RETURN: (8, timedelta(hours=1), HOURS, HolderRole.EXECUTOR),
    LimitName.ANSWER: (9, timedelta(hours=9), HOURS, HolderRole.EXECUTOR),
    LimitName.DRAFT: (10, timedelta(hours=4), HOURS, HolderRole.EXECUTOR),
    LimitName.APPROVAL: (11, timedelta(hours=1, minutes=30), HOURS, HolderRole.CURATOR),
    LimitName.REWORK: (12, timedelta(hours=1), HOURS, HolderRole.EXECUTOR),
    LimitName.PUBLICATION: (13, timedelta(minutes=30), HOURS, HolderRole.EXECUTOR),
    LimitName.FINAL_DRAFT: (14, timedelta(days=10), DAYS, HolderRole.EXECUTOR),
    LimitName.CONTRIBUTION: (15, timedelta(hours=2), HOURS, HolderRole.EXECUTOR),
}


@pytest.mark.parametrize("name", LimitName)
def test_order_238_has_its_numbers(name: LimitName) -> None:
    limit = order_238().limits[name]
    assert (limit.clause, limit.amount, limit.unit, limit.holder) == NUMBERS[name]


def test_the_window_of_return_warns_nobody() -> None:
    assert [name for name in LimitName if not order_238().limits[name].warns] == [LimitName.RETURN]


def test_a_regulation_survives_json() -> None:
    again = Regulation.model_validate_json(order_238().model_dump_json(by_alias=True))
    assert again == order_238().model_copy(update={"papers": Papers(), "clauses": Clauses()})


def test_the_form_of_papers_travels_with_no_message_and_names_no_other_act() -> None:
    own = order_238().papers
    assert own.ground(21, order_238().act) == "пункт 21 Положения, утверждённого приказом № 238 от 17.08.2020"
    other = order_238().model_copy(update={"papers": Papers()})
    assert "papers" not in order_238().model_dump() and digest(other) == digest(order_238())
    assert Papers().ground(21, order_238().act).startswith("пункт 21 (Приказ Департамента")


@pytest.mark.parametrize("other", regulation.shipped(), ids=lambda it: it.act.key)
def test_papers_cite_a_clause_of_the_own_act_alone(other: Regulation) -> None:
    cited = [
        other.papers.ground(clause, other.act)
        for clause in (other.papers.summary_clause, other.papers.shortcomings_clause)
    ]
    own = other.papers.basis is not None
    assert [text.startswith("пункт") for text in cited] == [own, own]
    assert own or cited == [other.act.title] * 2
    assert other.papers.bodies != Papers().bodies


def test_an_act_may_leave_out_what_most_acts_read_alike() -> None:
    old = order_238().model_dump(mode="json", by_alias=True)
    del (
        old["act"]["short_title"],
        old["readings"]["escalation"],
        old["readings"]["notices"]["void_after_breach_to"],
    )
    for limit in old["limits"].values():
        del limit["warns_before"]
    act = Regulation.model_validate(old)
    assert (
        act.readings.escalation.acknowledge_within,
        act.readings.escalation.then_to,
        act.readings.notices.void_after_breach_to,
    ) == (timedelta(hours=4), Audience.HEAD, Audience.HEAD)
    assert act.limits.final_draft.warns_before is None


def test_every_act_has_a_short_title_and_warns_of_the_final_draft_a_working_day_before() -> None:
    acts = [path for path in ORDER_238.parent.glob("*.toml") if "schedules" not in path.name]
    assert len(acts) == 6
    for act in map(regulation.load, acts):
        assert act.act.short_title
        assert act.limits.final_draft.warns_before == timedelta(days=1)


# ---- what a file leaves open


def test_what_a_file_leaves_open_is_read_as_in_order_238(tmp_path: Path) -> None:
    path = tmp_path / "act.toml"
    path.write_text(
        """
[act]
key = "short"
title = "Короткий порядок"
edition = 2026-01-01
in_force_from = 2026-01-01
source = "выдуман"

[limits.answer]
clause = 3
amount = "PT6H"
unit = "working_hours"

[readings.surge]
at_least = 7
""",
        "utf-8",
    )
    act, order = regulation.load(path), order_238()
    silent = {"note": "актом не установлено, применён приказ № 238"}
    own = {"clause": 3, "amount": timedelta(hours=6)}
    for name in LimitName:
        update = own if name is LimitName.ANSWER else silent
        assert act.limits[name] == order.limits[name].model_copy(update=update)
    surge = order.readings.surge.model_copy(update={"at_least": 7})
    assert act.readings == order.readings.model_copy(update={"surge": surge})
    assert act.papers == Papers()


# ---- digest


def test_a_digest_changes_with_any_number_and_nothing_else(tmp_path: Path) -> None:
    other = changed(tmp_path, 'amount = "PT9H"', 'amount = "PT8H"')
    assert digest(regulation.load(other)) != digest(order_238()) == digest(regulation.load(ORDER_238))


# ---- files that cannot be used


def changed(folder: Path, old: str, new: str) -> Path:
    """Order 238 with one thing written differently."""
    assert old in TEXT
    path = folder / "act.toml"
    path.write_text(TEXT.replace(old, new, 1), "utf-8")
    return path


def line_of(path: Path, fragment: str) -> int:
    lines = path.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if fragment in line)


def line_of_change(old: str, new: str) -> int:
    return TEXT[: TEXT.index(old)].count("\n") + 1 + new.rstrip("\n").count("\n")


ISO = "срок записывается по ISO 8601 в кавычках: «PT1H30M», «P10D»"
WRONG: list[tuple[str, ...]] = [
    ("clause = 7\n", "", "limits.routing.clause: нет обязательного поля или таблицы", "[limits.routing]"),
    (
        "clause = 7\n",
        "clause = 7\nholyday = 1\n",
        "limits.routing.holyday: такого поля здесь нет; проверьте написание (указано: 1)",
    ),
    (
        'unit = "working_hours"',
        'unit = "hours"',
        "limits.routing.unit: допускается только: working_hours, clock_hours, working_days, calendar_days "
        '(указано: "hours")',
    ),
    ('"PT1H30M"', '"90 минут"', f'limits.routing.amount: {ISO} (указано: "90 минут")'),
    ('"PT1H30M"', "90", f"limits.routing.amount: {ISO} (указано: 90)"),
    ('"PT1H30M"', '"1:30"', f'limits.routing.amount: {ISO} (указано: "1:30")'),
    ('"PT1H30M"', '"PT0S"', "limits.routing.amount: срок должен быть больше нуля"),
    (
        '"P10D"',
        '"P10DT1H"',
        "limits.final_draft.amount: срок в днях указывается целым числом дней, например P10D",
    ),
    (
        'amount = "PT4H"',
        'amount = "PT9H" # as long as the answer',
        "limits.draft.amount: срок проекта отсчитывается до срока ответа и должен быть короче него (9 рабочих часов)",
    ),
    (
        'amount = "PT4H"\nunit = "working_hours"',
        'amount = "P1D"\nunit = "calendar_days"',
        "limits.draft.unit: срок, отсчитываемый назад от срока ответа, указывается в часах",
    ),
    (
        "by_importance = {}",
        'by_importance = { high = "PT10H" }',
        "limits.answer.by_importance.high: сокращённый срок длиннее обычного (9 рабочих часов)",
    ),
    (
        "by_importance = {}",
        'by_importance = { high = "PT0S" }',
        "limits.answer.by_importance.high: срок должен быть больше нуля",
    ),
    (
        "by_importance = {}",
        'by_importance = { urgent = "PT1H" }',
        'limits.answer.by_importance.urgent: допускается только: ordinary, raised, high (указано: "urgent")',
    ),
    ("clause = 7", "clause = 0", "limits.routing.clause: должно быть не меньше 1 (указано: 0)"),
    ("clause = 7", 'clause = "семь"', 'limits.routing.clause: ожидается целое число (указано: "семь")'),
    (
        'title = "направление"',
        'title = ""',
        'limits.routing.title: строка не должна быть пустой (указано: "")',
    ),
    (
        '"ivanovo-238"',
        '"Иваново"',
        'act.key: допустимы только строчные латинские буквы, цифры и дефис (указано: "Иваново")',
    ),
    (
        "edition = 2020-08-17",
        'edition = "вчера"',
        'act.edition: ожидается дата вида 2020-08-17 (указано: "вчера")',
    ),
    (
        "breaks_stop_the_clock = true",
        'breaks_stop_the_clock = "да"',
        'readings.breaks_stop_the_clock: ожидается true или false (указано: "да")',
    ),
    (
        "at_most_share = 0.5",
        "at_most_share = 0.0",
        "readings.warning.at_most_share: должно быть больше нуля (указано: 0.0)",
    ),
    (
        'before = "PT30M"',
        'before = "PT0S"',
        'readings.warning.before: должно быть больше нуля (указано: "PT0S")',
    ),
    (
        "closed_networks = []",
        'closed_networks = "instagram"',
        'readings.closed_networks: ожидается список в квадратных скобках (указано: "instagram")',
    ),
    (
        "closed_networks = []",
        'closed_networks = ["Instagram"]',
        "readings.closed_networks.0: допускается только: vkontakte, odnoklassniki, instagram, blog, "
        'microblog, video_hosting, forum, review_site (указано: "Instagram")',
    ),
    (
        'repeated_routing = "PT1H30M"',
        'repeated_routing = "PT0S"',
        "readings.repeated_routing: срок должен быть больше нуля",
    ),
    (
        'no_reply_after = "P3D"',
        'no_reply_after = "PT3H"',
        "readings.clarification.no_reply_after: срок в днях указывается целым числом дней, например P10D",
    ),
    ('holder = "curator"', 'holder = "executor"', "limits.routing.holder: этот срок всегда за куратором"),
    (
        'breach_to = ["curator"]',
        'breach_to = ["responsible"]',
        "limits.routing: срок куратора: органа у него нет, поэтому responsible не подходит",
        "[limits.routing]",
    ),
    (
        'warns_before = "P1D"',
        'warns_before = "PT4H"',
        "limits.final_draft.warns_before: предупреждение о сроке в днях указывается целым числом рабочих дней, "
        "например P1D",
    ),
    (
        'warns_before = "P1D"',
        'warns_before = "P10D"',
        "limits.final_draft.warns_before: предупреждение не может опережать весь срок (10 рабочих дней)",
    ),
    (
        'warns_before = "P1D"',
        'warns_before = "P0D"',
        "limits.final_draft.warns_before: должно быть больше нуля",
    ),
    (
        "warns = false",
        'warns_before = "PT10M"\nwarns = false',
        "limits.return.warns_before: предупреждение об этом сроке отключено (warns = false)",
        "PT10M",
    ),
    (
        'acknowledge_within = "PT4H"',
        'acknowledge_within = "PT0S"',
        'readings.escalation.acknowledge_within: должно быть больше нуля (указано: "PT0S")',
    ),
    (
        'starts = ["detection", "return"]',
        "starts = []",
        "limits.routing.starts: в списке не хватает значений (указано: [])",
    ),
    (
        "at_most_share = 0.5",
        "at_most_share = 1.5",
        "readings.warning.at_most_share: должно быть не больше 1 (указано: 1.5)",
    ),
    (
        "in_force_from = 2020-08-17",
        "in_force_from = 10:00:00",
        "act.in_force_from: ожидается дата вида 2020-08-17 (указано: 10:00:00)",
    ),
    (
        "times_daily_mean = 3.0",
        "times_daily_mean = inf",
        "readings.surge.times_daily_mean: ожидается конечное число (указано: inf)",
    ),
    ("[readings.surge]", "[readings.rise]", "readings.rise: такого поля здесь нет; проверьте написание"),
    (
        'breach_to = ["curator"]',
        "breach_to = []",
        "limits.routing.breach_to: в списке не хватает значений (указано: [])",
    ),
    (
        'escalation_to = "head"',
        'escalation_to = "curator"',
        "limits.routing.escalation_to: сведения о нарушении направляются руководству, а не тем, кто ведёт сообщение "
        '(указано: "curator")',
    ),
    (
        'then_to = "head"',
        'then_to = "curator"',
        "readings.escalation.then_to: сведения о нарушении направляются руководству, а не тем, кто ведёт сообщение "
        '(указано: "curator")',
    ),
    (
        "in_force_from = 2020-08-17",
        "in_force_from = 2020-08-17\nin_force_to = 2020-01-01",
        "act.in_force_to: раньше начала действия (17.08.2020)",
    ),
]


@pytest.mark.parametrize("wrong", WRONG, ids=[wrong[2].split(":")[0] for wrong in WRONG])
def test_a_wrong_value_is_refused_with_its_line_and_the_reason(
    tmp_path: Path, wrong: tuple[str, ...]
) -> None:
    """The line is that of the change, or has the words that are named."""
    old, new, reason, *named = wrong
    path = changed(tmp_path, old, new)
    with pytest.raises(RegulationError) as refused:
        regulation.load(path)
    line = line_of(path, *named) if named else line_of_change(old, new)
    assert str(refused.value).splitlines()[0] == f"{path}, строка {line}: {reason}"


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "act.toml"
    path.write_text(TEXT.replace("clause = 7", "clause = 0").replace("clause = 8", "clause = -1"), "utf-8")
    with pytest.raises(RegulationError) as refused:
        regulation.load(path)
    assert [line.split(": ")[1] for line in str(refused.value).splitlines()] == [
        "limits.routing.clause",
        "limits.return.clause",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[act]\nkey "x"\n', "строка 2, столбец 5: нарушены правила записи TOML"),
        ('[act]\nkey = "x', "строка 2: нарушены правила записи TOML"),
        ("", "строка 1: act: нет обязательного поля или таблицы"),
    ],
    ids=["no TOML", "breaks off", "empty"],
)
def test_what_is_no_act_is_refused_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "act.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(RegulationError) as refused:
        regulation.load(path)
    assert str(refused.value).splitlines()[0] == f"{path}, {reason}"


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "act.toml"
    path.write_bytes('[act]\nkey = "x"\ntitle = "Приказ"\n'.encode("cp1251"))
    with pytest.raises(RegulationError) as refused:
        regulation.load(path)
    assert str(refused.value) == f"{path}, строка 3: файл должен быть в кодировке UTF-8"


@pytest.mark.parametrize(
    ("name", "reason"), [("act.toml", "такого файла нет"), (".", "это папка, а не файл")]
)
def test_what_is_no_file_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(RegulationError, match=reason):
        regulation.load(tmp_path / name)
