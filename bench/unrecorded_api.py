"""The API without its record of access, for `bench.access_record` to compare with."""

from typing import cast

from api.access_recording import RecordAccess
from api.main import create_app
from embedded.web import serve_application
from settings import Settings


def main() -> None:
    """Serve until told to stop; settings come from the environment."""
    settings = Settings.load()
    app = create_app(settings)
    app.user_middleware = [one for one in app.user_middleware if cast(object, one.cls) is not RecordAccess]
    serve_application(app, settings)


if __name__ == "__main__":
    main()
