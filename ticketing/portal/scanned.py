"""Which of the texts that a camera reads are printed links of ours."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from config.common.marks import without_direction_marks
from fleet.services.code_tokens import clean_token

# Also with what stands behind a link in a sentence.
_SCAN = re.compile(r"/c/([^/?#]+)", re.IGNORECASE)


def scan_path(text: str, host: str) -> str:
    """The address on this server of the code whose link the text is; empty for any other text.

    `host` is the one by which the page was opened; links of `PUBLIC_URL` are ours, too.
    """
    bare = without_direction_marks(text).strip()
    try:
        # Some make a code of an address as it is read out, without what it begins with.
        link = urlsplit(bare if "://" in bare else f"https://{bare}")
    except ValueError:
        return ""
    ours = {host.lower(), urlsplit(settings.PUBLIC_URL).netloc.lower()}
    found = _SCAN.match(link.path)
    if link.scheme not in ("http", "https") or link.netloc.lower() not in ours or found is None:
        return ""
    token = clean_token(found[1])
    return reverse("portal:scan", args=[token]) if token else ""


def first_scan_path(texts: list[str], host: str) -> str:
    """That of the first text that is a link of ours; empty where none is."""
    return next((path for text in texts if (path := scan_path(text, host))), "")
