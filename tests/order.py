"""Order of a run: which tests it has, and which begin first."""

import pytest

_LONG = "long"
_SERVERS = {"postgresql", "temporal_address"}
"""Fixtures, and values of parameters, for which a server is started."""

_STARTED_BY_HAND = ("temporal_server", "postgresql_server")
"""What a module imports that starts servers of its own."""


def add_option(parser: pytest.Parser) -> None:
    parser.addoption(
        "--without-servers",
        action="store_true",
        help="only what needs neither Temporal's server nor PostgreSQL",
    )


def arrange(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for; long tests begin first, or one of them decides when a run ends."""
    if config.getoption("--without-servers"):
        left_out = [item for item in items if _needs_a_server(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not _needs_a_server(item)]
    items.sort(key=lambda item: item.get_closest_marker(_LONG) is None)


def _needs_a_server(item: pytest.Item) -> bool:
    if any(hasattr(getattr(item, "module", None), name) for name in _STARTED_BY_HAND):
        return True
    names = set(getattr(item, "fixturenames", ()))
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return bool(_SERVERS & {*names, *(value for value in values if isinstance(value, str))})
