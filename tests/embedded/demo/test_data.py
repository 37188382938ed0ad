"""The demo's texts: whole, of the region, and each where its road needs it."""

from collections import Counter

import pytest

from embedded.demo.data import Complaint, complaints, directory, network_posts
from embedded.demo.roads import ROADS, road
from service.messages.networks import given
from service.messages.posts import key_of
from store.directory.file import Directory


@pytest.fixture(scope="module")
def book() -> Directory:
    return directory()


def test_the_sign_ins_that_others_automate_against_are_there(book: Directory) -> None:
    people = {person.key: person for person in book.people}
    assert {"curator", "curator2", "head", "deputy-policy", "governor", "admin"} <= people.keys()
    assert set(people["deputy"].oversees) == {"roads", "housing"}
    assert set(people["deputy-social"].oversees) == {"health", "education", "social"}
    held = {(person.key, role.role, role.body) for person in book.people for role in person.roles}
    for body in book.bodies:
        assert (f"executor-{body.key}", "executor", body.key) in held
        assert (f"responsible-{body.key}", "responsible", body.key) in held


def test_every_body_is_overseen_by_exactly_one_deputy(book: Directory) -> None:
    overseen = Counter(body for person in book.people for body in person.oversees)
    assert overseen == dict.fromkeys((body.key for body in book.bodies), 1)
    assert {role.role for person in book.people if person.oversees for role in person.roles} == {"deputy"}


def test_no_two_people_and_no_two_bodies_are_called_the_same(book: Directory) -> None:
    for names in ([person.name for person in book.people], [body.brief for body in book.bodies]):
        assert None not in names
        assert len(set(names)) == len(names)


def test_there_are_150_complaints_on_every_road_each_with_a_post_and_a_text_of_its_own() -> None:
    assert {complaint.road for complaint in complaints()} == set(ROADS)
    for values in (
        [complaint.slug for complaint in complaints()],
        [complaint.text for complaint in complaints()],
        [key_of(complaint.url) for complaint in complaints()],
    ):
        assert len(set(values)) == len(values) == 150


def test_complaints_name_bodies_and_topics_of_the_directory(book: Directory) -> None:
    bodies, topics = {body.key for body in book.bodies}, {topic.key for topic in book.topics}
    for complaint in complaints():
        named = [*complaint.route.bodies, *(it.to for it in complaint.returns if it.to is not None)]
        assert set(named) <= bodies, complaint.slug
        assert len(set(named)) == len(named), complaint.slug
        assert complaint.route.topic in topics, complaint.slug


def texts_of(complaint: Complaint) -> set[str]:
    single = (
        complaint.answer,
        complaint.interim,
        complaint.clarification,
        complaint.author_reply,
        complaint.earlier_contribution,
        complaint.measures,
        complaint.governor_reason,
    )
    several = (*complaint.contributions, *complaint.earlier_drafts, *complaint.rework_comments)
    return {*several, *(it.reason for it in complaint.returns), *(text for text in single if text)}


def test_every_road_says_all_that_its_complaint_has_and_nothing_twice() -> None:
    for complaint in complaints():
        steps = road(complaint, 0).steps
        said = [
            text for step in steps for field, text in step.texts.items() if field not in ("location", "url")
        ]
        assert Counter(said) == Counter(texts_of(complaint)), complaint.slug
        assert all(said), complaint.slug


def test_links_and_published_texts_fit_the_network() -> None:
    networks, longest = given().known, {network.key: network.max_length for network in given().networks}
    for complaint in complaints():
        assert networks.misfit(complaint.url, complaint.network) is None, complaint.slug
        assert "demo" in complaint.url, complaint.slug
        for text in (complaint.answer, complaint.interim, complaint.clarification):
            assert len(text or "") <= longest[complaint.network], complaint.slug
            # The terms of the procedure for citizens' appeals are none of this one's.
            assert "59-ФЗ" not in (text or "") and "30 дней" not in (text or ""), complaint.slug


def test_the_invented_network_has_posts_of_which_one_is_answered() -> None:
    posts = network_posts()
    assert 6 <= len(posts) <= 10
    said = [comment for post in posts for comment in post.comments]
    bodies = {comment.body for comment in said if comment.body}
    assert bodies and bodies <= {body.key for body in directory().bodies}
    for one in (posts, *(post.comments for post in posts)):
        assert [it.hours for it in one] == sorted((it.hours for it in one), reverse=True)
