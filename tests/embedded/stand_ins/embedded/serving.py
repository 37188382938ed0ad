"""The application alone, without what a demo adds to it."""

from api.main import create_app

__all__ = ["create_app"]
