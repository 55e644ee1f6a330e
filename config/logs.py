"""Keeps tokens and typed ids out of the log, whose readers could open devices with them, or switch off e-mails."""

import logging
import re

# The token in the address of a code or of a link in e-mails, quoted or encoded, and all else that looks like one.
_BEHIND_ADDRESS = re.compile(r"(/c/|%2fc%2f|/unsubscribe/)[^/?#\s\"'<>%]+", re.ASCII | re.IGNORECASE)
# Codes are searched by their ids and links, too.
_SEARCH_OF_CODES = re.compile(r"(/codes/\?|%2fcodes%2f%3f|/codes/%3f)[^\s\"'<>]+", re.ASCII | re.IGNORECASE)
_LIKE_A_TOKEN = re.compile(r"\b[a-z2-7]{32}\b", re.ASCII)


def without_tokens(text: str) -> str:
    return _LIKE_A_TOKEN.sub("…", _SEARCH_OF_CODES.sub(r"\1…", _BEHIND_ADDRESS.sub(r"\1…", text)))


class TokenlessFormatter(logging.Formatter):
    """Cuts tokens out of message, arguments and traceback, of every logger."""

    def format(self, record: logging.LogRecord) -> str:
        return without_tokens(super().format(record))
