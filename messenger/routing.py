"""The address of sockets: one for all topics of a page."""

from django.urls import path, re_path

from messenger.consumers import NoConsumer, live

websocket_urlpatterns = [
    path("ws/", live),  # type: ignore[arg-type]
    re_path("", NoConsumer.as_asgi()),
]
