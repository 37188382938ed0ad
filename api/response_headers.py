"""Headers that tell the browser what not to do with an answer: keep it, guess its type, frame it, run anything in it.

Headers a route has set itself stay: a page allows its own style sheet, a file may be kept.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_YEAR = 365 * 24 * 60 * 60
_FEATURES = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment"),
    *("publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)

OF_DATA = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Content security policy of what is not a page."""
OF_PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; "
    "media-src 'self'; worker-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Content security policy of pages: nothing inline, nothing from elsewhere."""
OF_SCRIPTS = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Content security policy of scripts: a worker obeys that of its own file."""
OF_FILES = f"{OF_DATA}; sandbox"
"""Content security policy of files that people upload."""

ALWAYS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": OF_DATA,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What every answer has."""
BY_TLS = {"Strict-Transport-Security": f"max-age={_YEAR}; includeSubDomains"}
"""What an answer has beside that where it goes out encrypted."""


def protective(scope: Scope) -> dict[str, str]:
    """The headers of an answer to this request."""
    return ALWAYS | BY_TLS if scope.get("scheme") == "https" else ALWAYS


class ProtectiveHeaders:
    """Adds to each answer what its route has not set."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in protective(scope).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_protected)
