from collections import Counter
from typing import get_args

import pytest
from rapidfuzz import fuzz

from embedded.demo.data import (
    ROAD_TEXTS,
    DemoComplaint,
    Road,
    complaints,
    directory,
    network_posts,
)
from service.messages.networks import given
from service.messages.posts import key_of
from store.directory.file import Directory


@pytest.fixture(scope="module")
def book() -> Directory:
    return directory()


def test_the_sign_ins_that_others_automate_against_are_there(book: Directory) -> None:
    people = {person.key: person for person in book.people}
    assert {
        "curator",
        "curator2",
        "head",
        "deputy",
        "deputy-social",
        "deputy-policy",
        "governor",
        "admin",
    } <= set(people)
    assert set(people["deputy"].oversees) == {"roads", "housing"}
    assert set(people["deputy-social"].oversees) == {"health", "education", "social"}


def test_every_body_has_its_executor_and_its_responsible(book: Directory) -> None:
    held = {(person.key, role.role, role.body) for person in book.people for role in person.roles}
    for body in book.bodies:
        assert (f"executor-{body.key}", "executor", body.key) in held
        assert (f"responsible-{body.key}", "responsible", body.key) in held


def test_every_body_is_overseen_by_exactly_one_deputy(book: Directory) -> None:
    overseen = Counter(
        body for person in book.people if person.roles[0].role == "deputy" for body in person.oversees
    )
    assert overseen == dict.fromkeys((body.key for body in book.bodies), 1)


def test_only_deputies_oversee(book: Directory) -> None:
    assert {role.role for person in book.people if person.oversees for role in person.roles} == {"deputy"}


def test_all_municipalities_of_the_region_are_there(book: Directory) -> None:
    kinds = Counter(body.kind for body in book.bodies)
    assert kinds["municipality"] == 6 + 21
    assert {"roads", "housing", "health", "education", "social"} <= {body.key for body in book.bodies}


def test_no_two_people_share_a_name(book: Directory) -> None:
    names = Counter(person.name for person in book.people)
    assert max(names.values()) == 1


def test_accounts_are_of_their_network_and_plainly_demonstrative(book: Directory) -> None:
    networks = given().known
    for body in book.bodies:
        for network, url in body.accounts.items():
            assert networks.misfit(url, network) is None
            assert "demo" in url


def test_the_catalogue_of_topics_has_groups_and_titles_of_its_own(book: Directory) -> None:
    assert len(book.topics) >= 60
    assert len({topic.group for topic in book.topics}) >= 14
    assert max(Counter(topic.title for topic in book.topics).values()) == 1


MINIMUM: dict[Road, int] = {
    "answered": 20,
    "answered_late": 6,
    "answered_after_rework": 10,
    "answered_after_two_reworks": 4,
    "returned_then_answered": 6,
    "returned_twice": 3,
    "returned_late": 3,
    "joint_answered": 8,
    "joint_returned_in_middle": 3,
    "joint_contribution_rework": 3,
    "interim_then_answered": 6,
    "interim_awaiting_final": 5,
    "clarification_replied_answered": 4,
    "clarification_awaiting_author": 4,
    "clarification_no_reply_closed": 3,
    "repeated_answered": 5,
    "declined_harm": 1,
    "declined_obscene": 3,
    "declined_threat": 1,
    "closed_deleted": 2,
    "closed_comments_closed": 2,
    "registered_by_mistake": 2,
    "reduced_term_answered": 4,
    "governor_reported": 3,
    "withdrawn_draft_answered": 2,
    "open_routing": 6,
    "open_routing_late": 2,
    "open_preparation": 7,
    "open_preparation_late": 3,
    "open_joint": 3,
    "open_approval": 6,
    "open_rework": 4,
    "open_publication": 4,
    "open_returned": 2,
}

OUTCOMES = {
    "declined_harm": "harm_to_person",
    "declined_obscene": "obscene_or_insulting",
    "declined_threat": "threat_to_official",
    "closed_deleted": "deleted",
    "closed_comments_closed": "comments_closed",
    "registered_by_mistake": "registered_by_mistake",
    "clarification_no_reply_closed": "no_reply",
}

REWORKS = {
    "answered_after_rework": 1,
    "answered_after_two_reworks": 2,
    "open_rework": 1,
    "joint_contribution_rework": 1,
}

MULTI_BODY = {"joint_answered", "joint_returned_in_middle", "joint_contribution_rework", "open_joint"}


def published_texts(complaint: DemoComplaint) -> list[str]:
    return [text for text in (complaint.answer, complaint.interim, complaint.clarification) if text]


def test_there_are_150_complaints_and_every_road_is_gone_often_enough() -> None:
    gone = Counter(complaint.road for complaint in complaints())
    assert gone.total() == 150
    assert set(MINIMUM) == set(get_args(Road))
    assert {road for road, least in MINIMUM.items() if gone[road] < least} == set()


def test_no_two_complaints_share_a_slug_a_post_or_a_text() -> None:
    for field in ("slug", "text"):
        assert len({getattr(complaint, field) for complaint in complaints()}) == 150
    assert len({key_of(complaint.url) for complaint in complaints()}) == 150


def test_complaints_name_bodies_and_topics_of_the_directory(book: Directory) -> None:
    bodies = {body.key for body in book.bodies}
    topics = {topic.key for topic in book.topics}
    for complaint in complaints():
        named = {*complaint.bodies, complaint.return_to, complaint.second_return_to} - {None}
        assert named <= bodies, complaint.slug
        assert complaint.topic in topics, complaint.slug


def test_every_link_is_of_the_network_and_plainly_invented() -> None:
    networks = given().known
    for complaint in complaints():
        assert networks.misfit(complaint.url, complaint.network) is None, complaint.slug
        assert "demo" in complaint.url, complaint.slug


def test_what_is_published_fits_its_network() -> None:
    longest = {network.key: network.max_length for network in given().networks}
    for complaint in complaints():
        for text in published_texts(complaint):
            assert len(text) <= longest[complaint.network], complaint.slug


def test_every_road_has_the_texts_it_needs() -> None:
    for complaint in complaints():
        missing = {field for field in ROAD_TEXTS[complaint.road] if not getattr(complaint, field)}
        assert missing == set(), complaint.slug


def test_several_bodies_act_on_joint_roads_only() -> None:
    for complaint in complaints():
        assert (len(complaint.bodies) > 1) == (complaint.road in MULTI_BODY), complaint.slug


def test_every_body_before_the_last_has_contributed() -> None:
    for complaint in complaints():
        earlier = len(complaint.bodies) - 1
        if complaint.road == "open_joint":
            assert 1 <= len(complaint.contributions) <= earlier, complaint.slug
        else:
            assert len(complaint.contributions) == earlier, complaint.slug


def test_every_rework_has_its_draft_and_its_comment() -> None:
    for complaint in complaints():
        assert len(complaint.rework_comments) == REWORKS.get(complaint.road, 0), complaint.slug
        if complaint.road == "joint_contribution_rework":
            assert complaint.earlier_contribution != complaint.contributions[0], complaint.slug
        elif complaint.rework_comments:
            assert len(complaint.earlier_drafts) == len(complaint.rework_comments), complaint.slug


def test_a_reworked_text_is_another_text() -> None:
    for complaint in complaints():
        versions = [*complaint.earlier_drafts, *([complaint.answer] if complaint.answer else [])]
        assert len(set(versions)) == len(versions), complaint.slug


def test_a_repeated_complaint_names_an_earlier_one_and_resembles_it() -> None:
    seen: dict[str, str] = {}
    for complaint in complaints():
        if complaint.repeats:
            assert complaint.repeats in seen, complaint.slug
            assert fuzz.token_sort_ratio(complaint.text, seen[complaint.repeats]) >= 70, complaint.slug
        seen[complaint.slug] = complaint.text


def test_grounds_and_reasons_are_those_of_the_road() -> None:
    for complaint in complaints():
        given = complaint.decline_ground or complaint.close_reason
        assert given == OUTCOMES.get(complaint.road), complaint.slug


def test_a_reduced_term_is_below_nine_hours() -> None:
    hours = {"PT1H", "PT2H", "PT3H", "PT4H", "PT5H", "PT6H", "PT7H", "PT8H"}
    assert {complaint.reduced_term for complaint in complaints() if complaint.reduced_term} <= hours


def test_no_text_shows_the_term_of_the_citizen_appeals_procedure() -> None:
    for complaint in complaints():
        for text in published_texts(complaint):
            assert "59-ФЗ" not in text, complaint.slug
            assert "30 дней" not in text, complaint.slug


def test_a_complaint_without_the_text_its_road_needs_is_refused() -> None:
    whole = next(complaint for complaint in complaints() if complaint.road == "answered")
    with pytest.raises(ValueError, match="lacks"):
        DemoComplaint.model_validate(whole.model_dump() | {"answer": None})


def test_a_complaint_with_a_text_its_road_has_no_use_for_is_refused() -> None:
    whole = next(complaint for complaint in complaints() if complaint.road == "answered")
    with pytest.raises(ValueError, match="no use"):
        DemoComplaint.model_validate(whole.model_dump() | {"interim": "Промежуточный ответ."})


@pytest.mark.parametrize("text", ["", "   ", "я" * 20_001])
def test_a_blank_or_overlong_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="text"):
        DemoComplaint.model_validate(complaints()[0].model_dump() | {"text": text})


def test_the_invented_network_has_posts_of_which_one_is_answered() -> None:
    posts = network_posts()
    assert 6 <= len(posts) <= 10
    said = [comment for post in posts for comment in post.comments]
    bodies = {body.key for body in directory().bodies}
    assert {comment.body for comment in said if comment.body} <= bodies
    assert any(comment.body for comment in said)
    assert [post.hours for post in posts] == sorted((post.hours for post in posts), reverse=True)
    for post in posts:
        assert [comment.hours for comment in post.comments] == sorted(
            (comment.hours for comment in post.comments), reverse=True
        )


def test_every_body_has_a_brief_name_of_its_own() -> None:
    briefs = [body.brief for body in directory().bodies]
    assert None not in briefs
    assert len(set(briefs)) == len(briefs)
