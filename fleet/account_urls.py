"""The addresses of signing in and out."""

from allauth.account import views
from django.urls import path

from fleet.views import PasswordChangeView, SignInView

# Allauth's other addresses would change e-mail addresses, open accounts or send mail.
urlpatterns = [
    path("login/", SignInView.as_view(), name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", PasswordChangeView.as_view(), name="account_change_password"),
]
