"""Signing in and out: who may, in which language, and where it leads."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from config.common.live import revoke_access
from fleet.models import Person


def may_sign_in(person: Person) -> bool:
    """Everybody who is active, but code users: they come by scanning a code."""
    return person.is_active and not person.is_code_user


class PersonBackend(AuthenticationBackend):
    """Allauth's backend, closed to code users; also asked for the person of every session."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        return isinstance(user, Person) and may_sign_in(user)


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up; administrators make accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse | None:
        """Whatever the way that led here: whoever may not sign in is told so and stays outside."""
        if not may_sign_in(user):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        """Go on in the person's own language."""
        response = super().post_login(request, user, **kwargs)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            max_age=settings.LANGUAGE_COOKIE_AGE or settings.SESSION_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("office:ticket_list")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("office:ticket_list")

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """The new password; whoever is signed in with the old one elsewhere is not any more."""
        super().set_password(user, password)
        revoke_access()

    def logout(self, request: HttpRequest) -> None:
        """Sign out here; open pages of this session lose access at once."""
        super().logout(request)
        revoke_access()
