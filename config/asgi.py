"""ASGI entry point: pages over HTTP, live updates over WebSocket."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

# Loads the app registry; what is imported below needs it.
http_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.sessions import SessionMiddlewareStack  # noqa: E402

from config.origins import OwnOriginMiddleware  # noqa: E402
from fleet.middleware import SocketActorMiddleware  # noqa: E402
from messenger.routing import websocket_urlpatterns  # noqa: E402

sockets = SocketActorMiddleware(URLRouter(websocket_urlpatterns))
application = ProtocolTypeRouter(
    {
        "http": http_application,
        "websocket": OwnOriginMiddleware(SessionMiddlewareStack(sockets)),
    }
)
