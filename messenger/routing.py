"""The address of sockets: one for all topics of a page."""

from django.urls import path, re_path

from messenger.consumers import LiveConsumer, NoConsumer

websocket_urlpatterns = [path("ws/", LiveConsumer.as_asgi()), re_path("", NoConsumer.as_asgi())]
