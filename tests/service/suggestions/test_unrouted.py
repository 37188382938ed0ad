"""Likelihood at which a text that nobody has routed counts in surges."""

import pytest

from service.suggestions import Scored
from service.suggestions.unrouted import likely


@pytest.mark.parametrize(
    ("shares", "is_likely"),
    [((), False), ((0.6,), True), ((0.6, 0.3), True), ((0.19, 0.02), False), ((0.3, 0.25), False)],
)
def test_a_topic_is_likely_where_no_other_is_nearly_as_likely(
    shares: tuple[float, ...], *, is_likely: bool
) -> None:
    told = [Scored(key=f"topic-{place}", share=share) for place, share in enumerate(shares)]
    assert likely(told) == (told[0] if is_likely else None)
