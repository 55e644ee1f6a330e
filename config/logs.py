"""What the log must not hold: with a token that stands there, its readers could open a device."""

import logging
import re

# The secret part of a code's link: what stands behind its address, quoted or encoded, and all that looks like one.
_BEHIND_ADDRESS = re.compile(r"(/c/|%2[Ff]c%2[Ff])[^/?#\s\"'<>%]+", re.ASCII)
_LIKE_A_TOKEN = re.compile(r"\b[a-z2-7]{32}\b", re.ASCII)


def without_tokens(text: str) -> str:
    """The text with each code's token cut out."""
    return _LIKE_A_TOKEN.sub("…", _BEHIND_ADDRESS.sub(r"\1…", text))


class TokenlessFormatter(logging.Formatter):
    """Formats as usual, then cuts tokens out of all of it: message, arguments, traceback, of any logger."""

    def format(self, record: logging.LogRecord) -> str:
        return without_tokens(super().format(record))
