"""The addresses of sockets: one for everything a page follows."""

from django.urls import path

from messenger.consumers import LiveConsumer

websocket_urlpatterns = [path("ws/", LiveConsumer.as_asgi())]
