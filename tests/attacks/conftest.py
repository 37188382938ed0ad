from tests.api.conftest import app, as_, db, http, password_hash, settings  # noqa: F401 - fixtures
