"""Signing in and out with allauth: who may, and in which language."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, Literal, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _

from config.common.interface import exact_time
from fleet.models import Person
from fleet.passwords import check_password
from fleet.revocation import revoke_access
from fleet.services.sign_ins import take_failed_sign_ins
from fleet.signing_out import end_of_other_sessions, end_of_session


def may_sign_in(person: Person) -> bool:
    # Code users come by scanning a code.
    return person.is_active and not person.is_code_user


def remember_language(response: HttpResponse, language: str) -> None:
    """Set the cookie by which pages are in this language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE or settings.SESSION_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=cast(Literal["Lax"], settings.LANGUAGE_COOKIE_SAMESITE),
    )


class PersonBackend(AuthenticationBackend):
    """Allauth's backend, closed to code users. Django also asks it for the person of every session."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        """Returns the person whose password this is. Raises `TooManyPasswords` after too many wrong ones."""
        account = credentials.get("email") or credentials.get("username") or ""
        check: Callable[[], Person | None] = partial(super().authenticate, request, **credentials)
        return check_password(request, account, check)

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        return isinstance(user, Person) and may_sign_in(user)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        # Administrators make the accounts.
        return False

    def authenticate(self, request: HttpRequest, **credentials: object) -> Person | None:
        person: Person | None = super().authenticate(request, **credentials)
        # A deactivated account looks like a wrong password.
        return person if person is not None and may_sign_in(person) else None

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: object) -> HttpResponse | None:
        # Asked again, because allauth has more ways to sign in than the password.
        if may_sign_in(user):
            response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        else:
            response = self.respond_user_inactive(request, user)
        return response

    def post_login(self, request: HttpRequest, user: Person, **kwargs: object) -> HttpResponse:
        """Sets the language cookie to the person's language, and warns of failed sign-ins."""
        failed = take_failed_sign_ins(person=user)
        # The page that shows what is said here is in the person's own language, this one may not be.
        with translation.override(user.language):
            if failed:
                sentence = _(
                    "Since you last signed in, a wrong password was entered for your account %(count)s times, "
                    "most recently: %(time)s. If this was not you, change your password."
                ) % {"count": failed.count, "time": exact_time(failed.last_at)}
                address, label = reverse("account_change_password"), _("Change password")
                messages.warning(request, format_html('{} <a href="{}">{}</a>', sentence, address, label))
            response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_language(response, user.language)
        return response

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        # After signing in, the page that opens says enough.
        if message_template != "account/messages/logged_in.txt":
            super().add_message(request, level, message_template, *args, **kwargs)

    def ajax_response(self, request: HttpRequest, response: HttpResponse, **kwargs: object) -> HttpResponse:
        as_json: HttpResponse = super().ajax_response(request, response, **kwargs)
        # Allauth makes a 400 of every page with errors.
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            as_json.status_code = response.status_code
            as_json["Retry-After"] = response["Retry-After"]
        return as_json

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Sets the new password, which ends the person's other sessions; their open pages lose access on commit."""
        with transaction.atomic():
            super().set_password(user, password)
            end_of_other_sessions(cast(Person, user), self.request.session)
            revoke_access(person=user.pk)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Signs in under a new session; open pages of the one before, that of a code user perhaps, lose access."""
        before = request.session.session_key
        with transaction.atomic():
            super().login(request, user)
            if before is not None and before != request.session.session_key:
                revoke_access(session=before)

    def logout(self, request: HttpRequest) -> None:
        """Ends this session; its open pages lose access on commit."""
        ended = request.session.session_key
        with transaction.atomic():
            end_of_session(request.session)
            super().logout(request)
            if ended is not None:
                revoke_access(session=ended)
