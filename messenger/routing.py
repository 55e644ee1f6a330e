"""The addresses of sockets: one for all topics of a page, and one for each video session."""

from django.urls import path, re_path

from messenger.calls import call
from messenger.consumers import NoConsumer, live

websocket_urlpatterns = [
    path("ws/", live),  # type: ignore[arg-type]
    path("ws/calls/<int:ticket_id>/<int:session_id>/", call),  # type: ignore[arg-type]
    re_path("", NoConsumer.as_asgi()),
]
