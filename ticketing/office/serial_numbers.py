"""The serial number among the texts on a nameplate."""

import re

from fleet.models import Device

# Behind 21 in the numbering of GS1, which many makers print with the number of the article before it.
_GS1_SERIAL = re.compile(r"\(21\)([^(]+)")
_LINK = re.compile(r"[a-z]+://", re.IGNORECASE)
LONGEST = Device._meta.get_field("serial_number").max_length or 0


def serial_number_of(texts: list[str]) -> str:
    """The first text that can be one; empty where there is none, such as on a sticker of ours."""
    found = (match[1] if (match := _GS1_SERIAL.search(text)) else text for text in texts)
    return next((text.strip() for text in found if len(text) <= LONGEST and not _LINK.match(text)), "")
