"""Changes of working time that reach running messages."""

from dataclasses import replace

from service.directory.calendar_rollout import fingerprint
from service.runs import rules


def test_counting_years_past_the_loaded_ones_reaches_messages_that_refuse_them() -> None:
    now = rules.load(None, None)
    refusing = replace(now, production=now.production.model_copy(update={"provisional_beyond": False}))
    assert now.production.version == refusing.production.version
    assert fingerprint(now) != fingerprint(refusing)
