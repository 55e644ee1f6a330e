"""The addresses of sockets: one for everything a page follows."""

from django.urls import path, re_path

from messenger.consumers import LiveConsumer, NoConsumer

websocket_urlpatterns = [path("ws/", LiveConsumer.as_asgi()), re_path("", NoConsumer.as_asgi())]
