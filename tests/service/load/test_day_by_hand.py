"""A day that was counted by hand, and each turn of the road with exact moments."""

from datetime import datetime
from zoneinfo import ZoneInfo

from calendar_rules.regulation import LimitName
from service.load.counts import LIMITS, RunCounts
from service.load.drawing import draw
from service.load.given import Given, Plan, Spent, TimesOfBodies, TimesOfCurators
from service.load.office import Office
from service.load.situations import situation, span
from tests.service.load.situation import given, plan, rules

MOSCOW = ZoneInfo("Europe/Moscow")


def on_monday(*clock: str, bodies: tuple[str, ...] = ("roads",)) -> list[dict[str, object]]:
    """Messages of Monday, 16.03.2026."""
    return [
        {"at": datetime.fromisoformat(f"2026-03-16T{time}").replace(tzinfo=MOSCOW), "bodies": bodies}
        for time in clock
    ]


def run(office: Given, days: Plan | None = None) -> RunCounts:
    days, held = days or plan(days=2), rules()
    within = span(days, held)
    return Office(
        situation(office, held), within, draw(office, days, 0, within.first, within.last, held.zone)
    ).run()


def in_time(counts: RunCounts) -> dict[str, tuple[int, int]]:
    """In time and late, of every limit that ran."""
    both = zip(LIMITS, counts.in_time, counts.late, strict=True)
    return {name.value: (kept, late) for name, kept, late in both if kept or late}


def test_a_day_is_as_counted_by_hand() -> None:
    """Two curators need 10 minutes a step; the one executor drafts for 60 and publishes in 5. Open 9–13, 13:45–18."""
    counts = run(
        given(
            arrived=on_monday("08:00", "08:30", "09:05", "12:50", "17:50"),
            bodies={"roads": {"crews": [{"people": 1}]}},
            times_of_bodies=TimesOfBodies(drafting=Spent(minutes=60), publication=Spent(minutes=5)),
        )
    )
    # routing      A, B 9:00–9:10; C, who came at 9:05, 9:10–9:20; D 12:50–13:00; E 17:50–18:00.
    # drafting     A 9:10–10:10; B, due before C, 10:10–11:10; then A, approved 10:10–10:20 and to be published until
    #              10:50, is published 11:10–11:15, late. C 11:15–12:15.
    # approval     B 11:10–11:20, to be published until 11:50: 12:15–12:20, late. C 12:15–12:25, published 12:25–12:30.
    # after lunch  D is drafted 13:45–14:45, approved until 14:55, published at 15:00.
    # on Tuesday   E is drafted 9:00–10:00, approved until 10:10, published at 10:15.
    assert counts.took == [135, 200, 205, 10 + 75, 10 + 75]
    assert in_time(counts) == {
        "routing": (5, 0),
        "answer": (5, 0),  # A and B until Tuesday 9:45, C 9:50, D 14:20, E until Wednesday 9:35
        "draft": (5, 0),  # A and B until 14:45, C 14:50, D until Tuesday 9:35, E 14:35
        "approval": (5, 0),
        "publication": (3, 2),
    }
    curators, roads = counts.crowds
    # Of the curators C waited from 9:05 to 9:10. They had 8:15 on each of two days.
    assert (curators.steps, curators.waited, curators.handled, curators.longest) == (10, 5, 100, 1)
    assert curators.could == 2 * 2 * 495
    # Of the executor B waited 9:10–10:10, C 9:20–11:15, the publication of A 10:20–11:10, that of B 11:20–12:15.
    assert (roads.steps, roads.waited, roads.handled) == (10, 60 + 115 + 50 + 55, 5 * 60 + 5 * 5)
    assert roads.longest == 2  # from 9:20 on B and C
    assert roads.asked == roads.did == 325


def test_each_round_of_rework_is_gone() -> None:
    counts = run(
        given(
            arrived=on_monday("09:00"),
            bodies={"roads": {"crews": [{"people": 1}], "reworked": 1}},
            times_of_bodies=TimesOfBodies(
                drafting=Spent(minutes=10), publication=Spent(minutes=10), rework=Spent(minutes=20)
            ),
        )
    )
    # Routed, drafted, approved; three times mended and approved, more chance does not allow; published.
    assert counts.took == [30 + 3 * 30 + 10]
    assert in_time(counts)["approval"] == (4, 0)
    assert in_time(counts)["rework"] == (3, 0)


def test_an_interim_answer_meets_the_answer_and_a_final_one_follows() -> None:
    counts = run(
        given(
            arrived=on_monday("09:00"),
            bodies={"roads": {"crews": [{"people": 1}], "interim": 1}},
            times_of_bodies=TimesOfBodies(
                drafting=Spent(minutes=10), publication=Spent(minutes=10), until_final=Spent(minutes=120)
            ),
        )
    )
    assert counts.took == [40]
    assert in_time(counts) == {
        "routing": (1, 0),
        "answer": (1, 0),
        "draft": (1, 0),
        "approval": (2, 0),
        "publication": (2, 0),
        "final_draft": (1, 0),
    }


def test_what_a_body_returns_is_routed_to_another() -> None:
    counts = run(
        given(
            arrived=[*on_monday("09:00"), *on_monday("18:30", bodies=("housing",))],
            bodies={
                "roads": {"crews": [{"people": 1}], "returned": 1},
                "housing": {"crews": [{"people": 1}]},
            },
            times_of_bodies=TimesOfBodies(
                drafting=Spent(minutes=10), publication=Spent(minutes=10), returning=Spent(minutes=5)
            ),
        )
    )
    assert counts.took == [55, 40]
    assert in_time(counts)["return"] == (1, 0)
    assert in_time(counts)["routing"] == (3, 0)
    assert [crowd.steps for crowd in counts.crowds] == [2 + 1 + 2, 1, 4]


def test_bodies_of_a_joint_answer_work_in_turn() -> None:
    counts = run(
        given(
            arrived=on_monday("09:00", bodies=("roads", "housing")),
            bodies={"roads": {"crews": [{"people": 1}]}, "housing": {"crews": [{"people": 1}]}},
            times_of_bodies=TimesOfBodies(
                drafting=Spent(minutes=10), publication=Spent(minutes=10), contribution=Spent(minutes=121)
            ),
        )
    )
    assert counts.took == [10 + 121 + 30]
    assert in_time(counts)["contribution"] == (0, 1)


def test_waiting_for_others_takes_nobodys_attention_but_time() -> None:
    counts = run(
        given(
            arrived=on_monday("09:00", "09:00"),
            bodies={"roads": {"crews": [{"people": 1}]}},
            times_of_bodies=TimesOfBodies(
                drafting=Spent(minutes=10), publication=Spent(minutes=10), waiting=Spent(minutes=400)
            ),
        )
    )
    # From 9:10 for 400 minutes, over lunch, to 16:35: both, and then one after the other.
    assert counts.took == [440, 450]
    assert in_time(counts)["draft"] == (0, 2)
    assert in_time(counts)["answer"] == (2, 0)


def test_what_is_declined_is_routed_and_no_more() -> None:
    counts = run(given(arrived=on_monday("09:00"), declined=1))
    assert in_time(counts) == {"routing": (1, 0)}
    assert (counts.messages, counts.took, counts.unanswered) == (1, [], 0)


def test_what_is_not_answered_by_the_end_is_late() -> None:
    counts = run(
        given(
            arrived=on_monday("09:00"),
            times=TimesOfCurators(routing=Spent(minutes=10), approval=Spent(minutes=20_000)),
            times_of_bodies=TimesOfBodies(drafting=Spent(minutes=10), publication=Spent(minutes=10)),
        )
    )
    assert in_time(counts)["answer"] == (0, 1)
    assert counts.unanswered == 1


def test_people_work_in_their_own_hours_with_a_share_of_their_time() -> None:
    counts = run(
        given(
            arrived=on_monday("09:00"),
            curators=[
                {
                    "people": 1,
                    "week": {"mon": [["11:00", "12:00"]], "tue": [["11:00", "12:00"]]},
                    "share": 0.5,
                }
            ],
        )
    )
    # Routed 11:00–11:20, drafted until 11:30, approved 11:30–11:50, published at 12:00.
    assert counts.took == [180]
    assert in_time(counts)[LimitName.ROUTING] == (0, 1)
    assert counts.crowds[0].could == 2 * 60 * 0.5


def test_the_absent_begin_nothing() -> None:
    away = [{"first": "2026-03-16", "last": "2026-03-16"}]
    counts = run(
        given(arrived=on_monday("09:00", "09:00"), curators=[{"people": 2, "absences": away}]),
    )
    # One of two curators: routed until 9:10 and 9:20; each drafted at once, and approved one after the other.
    assert counts.took == [40, 50]
    assert counts.crowds[0].could == 495 + 2 * 495
