"""The check of every password: tries are counted, and wrong ones are noted with their person."""

from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.common.addresses import counted_address
from config.common.attempts import WAIT_SECONDS, Guard, Limit
from config.common.contacts import email_address
from fleet.services.sign_ins import note_failed_sign_in

Found = TypeVar("Found")

PASSWORDS = Guard(pair=Limit("password", 5, WAIT_SECONDS), secret=Limit("password-of-account", 50, 60 * 60))
# One password tried on many accounts; high enough for a whole depot behind one address.
WRONG_BY_ADDRESS = Limit("password-by-address", 30, WAIT_SECONDS)
# Right ones are counted, too: each check takes memory and time.
CHECKS_BY_ADDRESS = Limit("password-check-by-address", 60, 60)


class TooManyPasswords(ValidationError):
    """Too many wrong passwords were tried, so this one was not checked."""

    code = "too_many_passwords"

    def __init__(self) -> None:
        sentence = _(
            "Too many wrong passwords. Please wait five minutes, then try again. "
            "If you forgot your password, an administrator of your service desk can set a new one."
        )
        super().__init__(sentence, code=self.code)


def check_password(request: HttpRequest | None, email: str, check: Callable[[], Found]) -> Found:
    """Returns what `check` returns, which is true for the right password only.

    Raises `TooManyPasswords` without a check: alike for accounts that exist and others, for right passwords and wrong
    ones. A try that fails because of the database is not counted.
    """
    # Code that has no request counts, too: forgetting to pass one must not be a way around.
    # In the spelling by which accounts are found: another one must not be counted apart.
    account, address = email_address(email), counted_address(request) if request else "here"
    # Counted before the check, so that many tries at once are no way around.
    if not PASSWORDS.take(account, address):
        raise TooManyPasswords
    is_spraying = WRONG_BY_ADDRESS.take(address) > WRONG_BY_ADDRESS.tries
    if is_spraying or CHECKS_BY_ADDRESS.take(address) > CHECKS_BY_ADDRESS.tries:
        # Refused tries do not count by address: one account must not shut out all that are behind it.
        _give_back(account, address)
        raise TooManyPasswords
    try:
        found = check()
    except DatabaseError:
        _give_back(account, address)
        raise
    if found:
        PASSWORDS.forget(account, address)
        WRONG_BY_ADDRESS.give_back(address)
    else:
        note_failed_sign_in(email=account)
    return found


def _give_back(account: str, address: str) -> None:
    PASSWORDS.give_back(account, address)
    WRONG_BY_ADDRESS.give_back(address)
