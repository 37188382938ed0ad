"""Messages on Temporal's server, which keeps the histories that are replayed."""

from tests.workflows.conftest import archive, backend, begin  # noqa: F401
