"""Signing in and out: who may, in which language, and where it leads."""

from functools import partial
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _

from config.common.components import exact_time
from config.common.live import revoke_access
from fleet.models import Person
from fleet.passwords import check_password
from fleet.services.sign_ins import FailedSignIns, take_failed_sign_ins


def may_sign_in(person: Person) -> bool:
    """Everybody who is active, but code users: they come by scanning a code."""
    return person.is_active and not person.is_code_user


class PersonBackend(AuthenticationBackend):
    """Allauth's backend, closed to code users; also asked for the person of every session."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        """The person whose password this is. Raises `TooManyPasswords` where too many wrong ones were tried."""
        account = credentials.get("email") or credentials.get("username") or ""
        return check_password(request, account, partial(super().authenticate, request, **credentials))

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        return isinstance(user, Person) and may_sign_in(user)


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up; administrators make accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """The person who may sign in with this. A deactivated one is not found: it looks like a wrong password."""
        person = super().authenticate(request, **credentials)
        return person if person is not None and may_sign_in(person) else None

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse | None:
        """Whatever the way that led here: whoever may not sign in is told so and stays outside."""
        if not may_sign_in(user):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        """Go on in the person's own language, with a warning if there were failed sign-ins."""
        failed = take_failed_sign_ins(person=user)
        if failed:
            messages.warning(request, _warning(failed, user.language))
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

    def ajax_response(self, request: HttpRequest, response: HttpResponse, **kwargs: Any) -> HttpResponse:
        """The page as JSON, with the status of a page that asks to wait."""
        answer = super().ajax_response(request, response, **kwargs)
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            answer.status_code = response.status_code
            answer["Retry-After"] = response["Retry-After"]
        return answer

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


def _warning(failed: FailedSignIns, language: str) -> str:
    """The sentence in the language of the page that it is shown on."""
    with translation.override(language):
        sentence = _(
            "Since you last signed in, a wrong password was entered for your account %(count)s times, "
            "most recently: %(time)s. If this was not you, change your password."
        ) % {"count": failed.count, "time": exact_time(failed.last_at)}
        address, label = reverse("account_change_password"), _("Change password")
        return format_html('{} <a href="{}">{}</a>', sentence, address, label)
