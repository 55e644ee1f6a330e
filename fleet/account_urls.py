"""The addresses of signing in that are offered; allauth's others would change addresses, open accounts or send mail."""

from allauth.account import views
from django.urls import path

from fleet.views import PasswordChangeView, SignInView

urlpatterns = [
    path("login/", SignInView.as_view(), name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", PasswordChangeView.as_view(), name="account_change_password"),
]
