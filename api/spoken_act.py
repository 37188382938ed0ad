"""The act in whose words requests are answered: that of the application's rules."""

from starlette.types import ASGIApp, Receive, Scope, Send

from calendar_rules import act_words


class SpokenAct:
    """Middleware by which everything that answers a request speaks in the words of the act in force."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in those words."""
        if scope["type"] == "http":
            act_words.speak(scope["app"].state.rules.regulation.words)
        await self._app(scope, receive, send)
