"""Numbers of examples hypothesis tries: a few, the same on every run; many, at random, with
`--hypothesis-profile=long --timeout 0`.
"""

from hypothesis import HealthCheck, Phase, settings

FIXED, LONG = "fixed", "long"
_FEW, _MANY = 20, 2000

_ANY_SPEED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture]


def register() -> None:
    """Register the profiles, and load the fixed one; the command line may load the other."""
    settings.register_profile(
        FIXED, deadline=None, derandomize=True, max_examples=_FEW, suppress_health_check=_ANY_SPEED
    )
    settings.register_profile(
        LONG, deadline=None, max_examples=_MANY, suppress_health_check=_ANY_SPEED, print_blob=True
    )
    settings.load_profile(FIXED)


def examples(number: int) -> settings:
    """For tests whose example takes a while: how many in the fixed profile, where nothing is shrunk either."""
    times = settings().max_examples // _FEW
    if times == 1:
        return settings(max_examples=number, phases=[Phase.generate])
    return settings(max_examples=number * times)
