"""Order of a run: which tests it has, and which begin first."""

import pytest

_INSTALLATION = "installation"
_SERVER = "server"
_OFFICE = "opened"
"""The fixture of an office for all tests with a browser, which takes half a minute of work to start."""
_SERVERS = {"postgresql", "server_address"}
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
    """Leave out what was not asked for, and say what comes first.

    What proves an installation, or one such test, which may take minutes, decides when a run ends. Then those with a
    browser: a process without work takes over what is last with another, so that one of them has all of
    these, and one office is started.
    """
    if config.getoption("--without-servers"):
        left_out = [item for item in items if _needs_a_server(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not _needs_a_server(item)]
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker(_INSTALLATION) is not None:
        return 0
    return 1 if _OFFICE in getattr(item, "fixturenames", ()) else 2


def _needs_a_server(item: pytest.Item) -> bool:
    started_by_hand = any(hasattr(getattr(item, "module", None), name) for name in _STARTED_BY_HAND)
    if started_by_hand or item.get_closest_marker(_SERVER) is not None:
        return True
    names = set(getattr(item, "fixturenames", ()))
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return bool(_SERVERS & {*names, *(value for value in values if isinstance(value, str))})
