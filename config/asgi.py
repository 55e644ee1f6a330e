"""ASGI entry point: live updates over WebSocket, and the same pages as `config.wsgi`."""

from config.wsgi import application as pages

# Above loads the app registry; what is imported below needs it.
from channels.routing import ProtocolTypeRouter, URLRouter  # isort: skip
from channels.sessions import CookieMiddleware  # isort: skip

from config.origins import OwnOriginMiddleware  # isort: skip
from config.serving.pages import Pages  # isort: skip
from fleet.middleware import SocketActorMiddleware  # isort: skip
from messenger.routing import websocket_urlpatterns  # isort: skip

http_application = Pages(pages)
sockets = SocketActorMiddleware(URLRouter(websocket_urlpatterns))
application = ProtocolTypeRouter(
    {
        "http": http_application,
        "websocket": OwnOriginMiddleware(CookieMiddleware(sockets)),
    }
)
