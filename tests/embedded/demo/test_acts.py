"""The demo of each act: its texts are whole and of its own place, and its roads keep to its limits; without servers."""

import re
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from rapidfuzz import fuzz

from calendar_rules.due_moments import due_moment
from calendar_rules.regulation import LimitName, shipped
from calendar_rules.terms import Unit
from embedded.demo.act import UnknownActError, act_of, check, edition, files_of
from embedded.demo.data import DEFAULT, Road, acts, complaints, directory, network_posts
from embedded.demo.messages.dates import Planned, plan
from service.messages.networks import given
from service.messages.posts import key_of
from service.runs import rules
from service.runs.rules import Rules
from settings import Settings
from store.migrations.purpose import PurposeError
from workflows.vocabulary import Command

OTHERS = [act for act in acts() if act != DEFAULT]
ZONES = {
    "bashkortostan-2025": "Asia/Yekaterinburg",
    "crimea-2020": "Europe/Simferopol",
    "sevastopol-2020": "Europe/Simferopol",
    "yaroslavl-draft": "Europe/Moscow",
    "yelizovo-2129": "Asia/Kamchatka",
}
OF_IVANOVO = re.compile(
    r"\bиваново\b|ивановск|кинеш|\bшу[яейю]\b|шуйск|кохм|вичу[гж]|тейков|фурманов|приволжск|пучеж|юрьев[ец]|палех|лежнев"
    r"|гаврилов-?о?-посад|родниковск|комсомольск|заволжск|пестяк|савинск|\bлух|\bюж[аес]",
    re.IGNORECASE,
)
TEXTS = Path("embedded/demo/texts")
MOMENTS = ("2026-11-25 14:00", "2026-11-23 09:01", "2026-11-22 15:00", "2026-10-08 16:30", "2027-02-02 11:00")


@cache
def place(act: str) -> Rules:
    files = files_of(act)
    return rules.load(files["regulation"], files["schedules"])


@cache
def planned(act: str, moment: str) -> list[Planned]:
    return plan(complaints(act), place(act).regulation, place(act).department, now(act, moment))


def now(act: str, moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=place(act).zone)


def test_every_act_that_comes_with_the_program_has_a_demo() -> None:
    assert set(acts()) == {regulation.act.key for regulation in shipped()}


@pytest.mark.parametrize("act", OTHERS)
def test_people_of_an_act_have_the_sign_ins_that_others_automate_against(act: str) -> None:
    book = directory(act)
    people = {person.key: person for person in book.people}
    assert {"curator", "curator2", "head", "deputy-policy", "governor", "admin"} <= people.keys()
    assert set(people["deputy"].oversees) == {"roads", "housing"}
    assert set(people["deputy-social"].oversees) == {"health", "education", "social"}
    bodies = [body.key for body in book.bodies]
    assert {f"{role}-{body}" for body in bodies for role in ("executor", "responsible")} <= people.keys()
    overseen = Counter(body for person in book.people for body in person.oversees)
    assert overseen == dict.fromkeys(bodies, 1)
    assert max(Counter(person.name for person in book.people).values()) == 1
    assert len({body.brief for body in book.bodies}) == len(bodies)
    assert book.topics == directory().topics


@pytest.mark.parametrize("act", OTHERS)
def test_messages_of_an_act_go_every_road_on_the_networks_they_name(act: str) -> None:
    book, told, networks = directory(act), complaints(act), given()
    bodies, topics = {body.key for body in book.bodies}, {topic.key for topic in book.topics}
    longest = {network.key: network.max_length for network in networks.networks}
    assert len(told) >= 40
    assert len({complaint.topic for complaint in told}) >= 30
    assert {complaint.road for complaint in told} == set(get_args(Road))
    assert len({key_of(complaint.url) for complaint in told}) == len(told)
    seen: dict[str, str] = {}
    for complaint in told:
        named = {*complaint.bodies, complaint.return_to, complaint.second_return_to} - {None}
        assert named <= bodies, complaint.slug
        assert complaint.topic in topics, complaint.slug
        assert networks.known.misfit(complaint.url, complaint.network) is None, complaint.slug
        for text in (complaint.answer, complaint.interim, complaint.clarification):
            assert text is None or len(text) <= longest[complaint.network], complaint.slug
        earlier = len(complaint.bodies) - 1
        assert len(complaint.contributions) == earlier, complaint.slug
        if complaint.repeats:
            assert fuzz.token_sort_ratio(complaint.text, seen[complaint.repeats]) >= 70, complaint.slug
        seen[complaint.slug] = complaint.text
    said = [comment.body for post in network_posts(act) for comment in post.comments if comment.body]
    assert said and set(said) <= bodies


@pytest.mark.parametrize("act", OTHERS)
def test_nothing_of_another_place_is_in_the_texts_of_an_act(act: str) -> None:
    texts = [file.read_text(encoding="utf-8") for file in (TEXTS / act).glob("*.toml")]
    assert [found[0] for text in texts for found in OF_IVANOVO.finditer(text)] == []


@pytest.mark.parametrize("act", OTHERS)
def test_an_act_lives_by_the_clock_of_its_place(act: str) -> None:
    assert place(act).zone.key == ZONES[act]
    assert place(act).regulation.act.key == act


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("act", OTHERS)
def test_every_moment_is_in_order_in_the_past_and_in_working_time(act: str, moment: str) -> None:
    for item in planned(act, moment):
        steps = [item.detected_at, item.registered_at, *(step.at for step in item.steps)]
        assert all(before <= after for before, after in pairwise(steps)), item.complaint.slug
        assert steps[-1] <= now(act, moment), item.complaint.slug
        assert all(place(act).department.is_open(at) for at in steps), item.complaint.slug


def at_of(item: Planned, command: Command) -> datetime:
    return next(step.at for step in item.steps if step.command is command)


def due_of_answer(act: str, item: Planned) -> datetime:
    regulation = place(act).regulation
    from_routing = regulation.limits.answer.starts == ("routing",)
    start = at_of(item, Command.ROUTE) if from_routing else item.detected_at
    reduced = at_most(item.complaint.reduced_term)
    term = regulation.answer_term(item.complaint.importance, reduced)
    return due_moment(regulation, place(act).department, LimitName.ANSWER, start, term=term).due_at


def at_most(reduced: str | None) -> timedelta | None:
    return timedelta(hours=int(reduced.removeprefix("PT").removesuffix("H"))) if reduced else None


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("act", OTHERS)
def test_what_is_answered_in_time_is_so_by_the_act(act: str, moment: str) -> None:
    for item in planned(act, moment):
        if item.complaint.road in ("answered", "reduced_term_answered", "governor_reported"):
            assert at_of(item, Command.CONFIRM_PUBLICATION) <= due_of_answer(act, item), item.complaint.slug


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("act", OTHERS)
def test_what_is_late_is_so_by_the_act(act: str, moment: str) -> None:
    """The first of those answered late by its draft, the second by its routing, the third by its approval."""
    regulation, department = place(act).regulation, place(act).department
    late = [item for item in planned(act, moment) if item.complaint.road == "answered_late"]
    order = [complaint.slug for complaint in complaints(act)]
    first, second, third = sorted(late, key=lambda item: order.index(item.complaint.slug))[:3]

    def past(name: LimitName, start: datetime, end: datetime) -> bool:
        term = regulation.limits[name].term
        return end > due_moment(regulation, department, name, start, term=term).due_at

    drafted = at_of(first, Command.SUBMIT_DRAFT)
    if regulation.limits.draft.counted == "from_receipt":
        assert past(LimitName.DRAFT, at_of(first, Command.ROUTE), drafted)
    else:
        answer, due = regulation.answer_term(first.complaint.importance, None), due_of_answer(act, first)
        lead = regulation.draft_lead(answer.amount)
        by_clock = answer.unit is Unit.CLOCK_HOURS
        assert drafted > (due - lead if by_clock else department.subtract(due, lead))
    assert past(LimitName.ROUTING, second.detected_at, at_of(second, Command.ROUTE))
    assert past(LimitName.APPROVAL, at_of(third, Command.SUBMIT_DRAFT), at_of(third, Command.APPROVE))


@pytest.mark.parametrize("name", ["yelizovo-2129", "yelizovo_2129", "yelizovo_2129.toml"])
def test_an_act_is_named_by_its_key_or_its_file(name: str) -> None:
    files = files_of(name)
    assert files["regulation"].name == "yelizovo_2129.toml"
    assert act_of(Settings.load(**files)) == "yelizovo-2129"


def test_an_act_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(
        UnknownActError, match=r"«kursk» нет\. Есть: bashkortostan-2025, crimea-2020, ivanovo-238"
    ):
        files_of("kursk")


def test_an_act_without_a_demo_of_its_own_has_that_of_the_default(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    text = files_of("crimea-2020")["regulation"].read_text(encoding="utf-8")
    file.write_text(text.replace('key = "crimea-2020"', 'key = "own"'), encoding="utf-8")
    assert act_of(Settings.load(regulation=file)) == DEFAULT


@pytest.mark.parametrize("applied", [None, edition("crimea-2020", "0" * 64)])
def test_a_new_database_and_one_of_the_act_become_its_demo(applied: str | None) -> None:
    check("crimea-2020", applied)


@pytest.mark.parametrize("applied", [edition(DEFAULT, "0" * 64), edition("yelizovo-2129", "0" * 64)])
def test_the_demo_of_one_act_does_not_become_that_of_another(applied: str) -> None:
    with pytest.raises(
        PurposeError, match=r"не смешиваются\. Ничего не изменено\. .*--act crimea-2020 --data"
    ):
        check("crimea-2020", applied)
