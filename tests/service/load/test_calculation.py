"""A calculation: the same seed the same result, more people never worse, the number needed, changes, overload."""

from datetime import timedelta
from itertools import pairwise

import pytest

from calendar_rules.regulation import LimitName
from service.load.calculation import calculate
from service.load.counts import quantile
from service.load.given import Body, Change, Crew, Given, GivenError, Spent, TimesOfBodies, TimesOfCurators
from service.load.intervals import interval
from service.load.results import Interval, Simulated
from service.load.situations import titled
from tests.service.load.situation import given, in_hours, plan, rules

MONTH = plan(days=7, runs=3)


def busy(**fields: object) -> Given:
    """An office in which chance decides: two curators who are not idle for long."""
    return given(
        curators=(Crew(people=2),),
        times=TimesOfCurators(routing=Spent(median=10, p90=25), approval=Spent(mean=8)),
        bodies={
            "roads": Body(title="Дороги", crews=(Crew(people=3),), returned=0.1, reworked=0.2, interim=0.2),
            "housing": Body(crews=(Crew(people=2),), reworked=0.1),
        },
        times_of_bodies=TimesOfBodies(
            drafting=Spent(samples=(10, 20, 30, 60)), publication=Spent(mean=5), waiting=Spent(mean=30)
        ),
        kinds=({"share": 3, "bodies": ("roads",)}, {"share": 1, "bodies": ("roads", "housing")}),
        by_hour=in_hours(3, *range(8, 18)),
        **fields,
    )


def share(outcome: Simulated, limit: LimitName) -> Interval:
    found = outcome.share(limit)
    assert found is not None
    return found.share


def test_the_same_seed_has_the_same_result_and_another_another() -> None:
    def result(seed: int) -> str:
        tried = plan(days=1, seed=seed)
        found = calculate(busy(), rules(), tried, [Change(curators=1)], search=False)
        return found.model_dump_json(exclude={"plan"})

    assert result(1) == result(1)
    assert result(1) != result(2)


def test_one_curator_more_is_never_worse_and_the_number_needed_is_the_least() -> None:
    needed = calculate(busy(), rules(), MONTH).needed
    assert needed is not None
    assert needed.for_routing is not None
    numbers = [one.curators for one in needed.tried]
    assert numbers == sorted(set(numbers))
    assert {2, needed.for_routing - 1, needed.for_routing} <= set(numbers)
    shares = [one.routing.mean for one in needed.tried]
    assert all(more >= less - 0.005 for less, more in pairwise(shares))
    reached = {one.curators: one.routing.mean >= needed.goal for one in needed.tried}
    assert reached[needed.for_routing]
    assert not reached[needed.for_routing - 1]


def test_where_bodies_are_the_reason_no_number_of_curators_is_enough_for_answers() -> None:
    times = TimesOfBodies(drafting=Spent(minutes=600), publication=Spent(minutes=10))
    needed = calculate(given(times_of_bodies=times), rules(), plan(days=2)).needed
    assert needed is not None
    assert needed.for_routing == 1
    assert needed.for_answers is None


def test_curators_of_weekends_alone_are_no_end_of_the_search() -> None:
    on_weekends = Crew(people=3, week={"sat": [["09:00", "12:00"]]})
    needed = calculate(given(curators=(Crew(people=4), on_weekends)), rules(), plan(days=2)).needed
    assert needed is not None
    assert needed.for_routing == 3 + 1
    assert needed.tried[0].overloaded


def test_where_the_step_itself_takes_longer_than_its_term_nobody_more_helps() -> None:
    times = TimesOfCurators(routing=Spent(minutes=100), approval=Spent(minutes=1))
    needed = calculate(given(times=times), rules(), plan(days=2)).needed
    assert needed is not None
    assert (needed.for_routing, needed.for_answers) == (None, 1)
    assert max(one.curators for one in needed.tried) < 10


def test_changes_are_compared_on_the_same_messages() -> None:
    changes = [
        Change(curators=1),
        Change(curators=-1),
        Change(executors={"roads": 3}),
        Change(saturday=[["09:00", "18:00"]]),
        Change(routing=timedelta(hours=3)),
        Change(routing=timedelta(minutes=30)),
        Change(answer=timedelta(hours=4)),
        Change(per_day=15),
        Change(week={day: [["08:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}),
        Change(),
    ]
    tried = calculate(busy(), rules(), MONTH, changes, search=False).tried
    more, fewer, executors, saturday, longer, shorter, answer, half, week, nothing = tried
    assert fewer.routing.mean < 0 < more.routing.mean
    assert executors.answer.mean > 0
    assert saturday.routing.mean > 0
    assert shorter.routing.mean < 0 < longer.routing.mean
    assert answer.answer.mean < 0
    assert half.routing.mean > 0
    assert week.routing.mean > 0
    assert (nothing.routing, nothing.answer.mean) == (Interval(mean=0, low=0, high=0), 0)
    assert [one.title for one in tried] == [
        "ещё один куратор",
        "на одного куратора меньше",
        "Дороги: ещё 3 исполнителя",
        "дежурство одного куратора по субботам, 09:00–18:00",
        "срок направления: 3 рабочих часа",
        "срок направления: 30 минут рабочего времени",
        "срок ответа: 4 рабочих часа",
        "сообщений в день: 15",
        "рабочее время: пн 08:00–20:00, вт 08:00–20:00, ср 08:00–20:00, чт 08:00–20:00, пт 08:00–20:00",
        "как есть",
    ]


def test_overload_is_told_as_such() -> None:
    short, enough = (busy().changed(curators=(Crew(people=many),)) for many in (1, 3))
    outcome = calculate(short, rules(), MONTH, search=False).outcome
    assert outcome.overloaded[0] == outcome.curators
    assert outcome.curators.load.low > 1
    assert outcome.curators.grows.low > 0
    assert outcome.bottleneck == outcome.curators
    assert not calculate(enough, rules(), MONTH, search=False).outcome.curators.overloaded


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change(curators=-5), "Убавить кураторов на 5 нельзя: в первой смене их 2."),
        (Change(curators=-2), "нужен хотя бы один куратор"),
        (Change(executors={"roads": -3}), "исполнителей у него нет"),
        (Change(executors={"unknown": 1}), "Нет такого органа: unknown."),
        (Change(week={}), "рабоч"),
        (Change(routing=timedelta(0)), "срок должен быть больше нуля"),
    ],
)
def test_a_change_that_cannot_be_is_refused(change: Change, said: str) -> None:
    with pytest.raises(GivenError, match=said):
        calculate(busy(), rules(), plan(days=1), [change], search=False)


def test_days_before_the_calendar_are_refused() -> None:
    with pytest.raises(GivenError, match="2018"):
        calculate(busy(), rules(), plan(begins="2018-01-10"), search=False)


def test_a_change_says_what_it_is() -> None:
    two = Change(curators=2, executors={"housing": -1})
    assert titled(two, rules(), busy()) == "ещё 2 куратора; housing: на одного исполнителя меньше"


def test_an_interval_is_that_of_student() -> None:
    found = interval([1, 2, 3, 4, 5])
    assert found.mean == 3
    # 2.776 is the quantile of four degrees of freedom, 1.5811 the deviation.
    assert found.high - 3 == pytest.approx(2.776 * 1.5811 / 5**0.5, abs=0.001)
    assert interval([0, 1], least=0, most=1) == Interval(mean=0.5, low=0, high=1)
    assert interval([7]) == Interval(mean=7, low=7, high=7)


def test_a_quantile_is_a_value_that_was() -> None:
    assert [quantile([1, 2, 3, 4], share) for share in (0, 0.25, 0.5, 0.51, 0.95, 1)] == [1, 1, 2, 3, 4, 4]
    assert quantile([], 0.5) == 0
