"""Calendar tests explore more cases than they can time: no deadline, and the same cases on every run."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "calendars",
    deadline=None,
    derandomize=True,
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("calendars")
