"""How many examples hypothesis tries: a few, the same on every run; many, at random, with
`--hypothesis-profile=long --timeout 0`.
"""

from hypothesis import HealthCheck, Phase, settings

FIXED, LONG = "fixed", "long"
_TIMES = 100

_ANY_SPEED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture]


def register() -> None:
    """Register the profiles, and load the fixed one; the command line may load the other."""
    settings.register_profile(
        FIXED, deadline=None, derandomize=True, max_examples=20, suppress_health_check=_ANY_SPEED
    )
    settings.register_profile(
        LONG, deadline=None, max_examples=2000, suppress_health_check=_ANY_SPEED, print_blob=True
    )
    settings.load_profile(FIXED)


def examples(number: int) -> settings:
    """For tests whose example takes a while: how many in the fixed profile, where nothing is shrunk either."""
    if settings.get_current_profile_name() == LONG:
        return settings(max_examples=number * _TIMES)
    return settings(max_examples=number, phases=[Phase.generate])
