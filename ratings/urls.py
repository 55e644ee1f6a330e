"""The addresses of ratings."""

from django.urls import path

from ratings.views import ticket_rate

app_name = "ratings"
urlpatterns = [path("tickets/<int:ticket_id>/rate/", ticket_rate, name="rate")]
