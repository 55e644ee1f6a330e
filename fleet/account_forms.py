"""Forms of the account."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm
from crispy_forms.layout import Layout
from django.http import HttpRequest

from config.common.forms import Helper
from config.common.typed import EmailField
from fleet.passwords import check_password


class SignInForm(LoginForm):
    helper = Helper(Layout("login", "password", "remember"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        self.fields["login"] = EmailField(label=login.label, widget=login.widget)


class PasswordChangeForm(ChangePasswordForm):
    """Counts wrong current passwords like failed sign-ins."""

    helper = Helper(Layout("oldpassword", "password1", "password2"))

    def __init__(self, *args: object, request: HttpRequest, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_oldpassword(self) -> str:
        """Raises `TooManyPasswords`, or `ValidationError` for a wrong password."""
        typed = str(self.cleaned_data["oldpassword"])
        # Counted, so that a stolen session cannot guess the right one.
        if not check_password(self.request, self.user.email, lambda: self.user.check_password(typed)):
            raise get_adapter().validation_error("enter_current_password")
        return typed
