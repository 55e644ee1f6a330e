"""The pages that take a password."""

from http import HTTPStatus

from allauth.account.views import LoginView
from allauth.account.views import PasswordChangeView as AllauthPasswordChangeView
from django.forms import BaseForm
from django.http import HttpResponse

from config.common.attempts import WAIT_SECONDS
from fleet.passwords import TooManyPasswords


class SignInView(LoginView):
    """Allauth's page, with status 429 after too many wrong passwords."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return _slowed(form, super().form_invalid(form))


class PasswordChangeView(AllauthPasswordChangeView):
    """Allauth's page, with status 429 after too many wrong passwords."""

    def get_form_kwargs(self) -> dict[str, object]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return _slowed(form, super().form_invalid(form))


def _slowed(form: BaseForm, response: HttpResponse) -> HttpResponse:
    errors = (error for errors in form.errors.as_data().values() for error in errors)
    if any(error.code == TooManyPasswords.code for error in errors):
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response["Retry-After"] = str(WAIT_SECONDS)
    return response
