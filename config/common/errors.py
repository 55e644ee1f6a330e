"""The exceptions that services raise and `config.common.refusals` turns into responses."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal with a translated full sentence, a stable code and an HTTP status."""

    code = "refused"
    http_status = 400
    default_message: str | Promise = _("This is not possible.")

    def __init__(self, message: str | Promise | None = None, *, code: str | None = None) -> None:
        self.message = message or self.default_message
        self.code = code or self.code
        super().__init__(str(self.message))

    def __str__(self) -> str:
        return str(self.message)


class NotVisible(DomainError):
    """The actor must not learn that the object exists: the same response as for an unknown id."""

    code = "not_found"
    http_status = 404
    default_message = _("This page does not exist.")


class NotAllowed(DomainError):
    """The actor may know of the object and may not do this to it."""

    code = "not_allowed"
    http_status = 403
    default_message = _("You may not do this.")


class WrongStatus(DomainError):
    """The actor may do this, but not in the present status."""

    code = "wrong_status"
    http_status = 409
    default_message = _("This is no longer possible: the ticket has changed meanwhile.")


class TooMuch(DomainError):
    """A limit is reached; `retry_after` is the number of seconds until it is open again."""

    code = "too_much"
    http_status = 429
    default_message = _("This was too much in a short time. Please try again later.")

    def __init__(self, message: str | Promise | None = None, *, code: str | None = None, retry_after: int = 60) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class InvalidInput(DomainError):
    """The input cannot be used; `field` names the form field that is wrong, or is empty."""

    code = "invalid"
    http_status = 400
    default_message = _("Please check what you entered.")

    def __init__(self, message: str | Promise | None = None, *, code: str | None = None, field: str = "") -> None:
        super().__init__(message, code=code)
        self.field = field


class UsedKey(InvalidInput):
    """Something else was saved with the key of this form, which needs a new one."""

    code = "used_key"
    default_message = _("This form was saved before, with something else in it. Please check it and save it again.")
