"""An installation of its own: people leave it and working time changes in it."""

from tests.api.messages.conftest import installation, nothing_pressed_ahead, office

__all__ = ["installation", "nothing_pressed_ahead", "office"]
