"""Keeps tokens out of the log, whose readers could open devices with them, or switch off people's e-mails."""

import logging
import re

# The token in the address of a code or of a link in e-mails, quoted or encoded, and all else that looks like one.
_BEHIND_ADDRESS = re.compile(r"(/c/|%2fc%2f|/unsubscribe/)[^/?#\s\"'<>%]+", re.ASCII | re.IGNORECASE)
_LIKE_A_TOKEN = re.compile(r"\b[a-z2-7]{32}\b", re.ASCII)


def without_tokens(text: str) -> str:
    return _LIKE_A_TOKEN.sub("…", _BEHIND_ADDRESS.sub(r"\1…", text))


class TokenlessFormatter(logging.Formatter):
    """Cuts tokens out of message, arguments and traceback, of every logger."""

    def format(self, record: logging.LogRecord) -> str:
        return without_tokens(super().format(record))
