"""The id of a code that is typed, as a linear barcode."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from reportlab.graphics.barcode.code128 import Code128

from fleet.short_ids import shown_short_id

QUIET_ZONE = 10  # Modules on either side.
_HEIGHT, _TEXT = 40, 14


def barcode_svg(short_id: str) -> SafeString:
    """Code 128, with the id below it in two halves."""
    code = Code128(short_id)
    code.validate()
    code.encode()
    code.decompose()
    # Each letter is a bar or, small, a space, of a width of a to d.
    bars, x = "", QUIET_ZONE
    for letter in code.decomposed:
        width = ord(letter.lower()) - ord("a") + 1
        if letter.isupper():
            bars += f"M{x} 4h{width}v{_HEIGHT}h-{width}z"
        x += width
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{mm}mm" role="img">'
        '<path fill="#fff" d="M0 0h{w}v{h}h-{w}z"/><path d="{bars}"/>'
        '<text x="{middle}" y="{baseline}" font-size="{size}" font-family="monospace" text-anchor="middle">'
        "{text}</text>"
        "</svg>",
        w=x + QUIET_ZONE,
        h=_HEIGHT + _TEXT + 12,
        mm=60,
        bars=bars,
        middle=(x + QUIET_ZONE) / 2,
        baseline=_HEIGHT + _TEXT + 6,
        size=_TEXT,
        text=shown_short_id(short_id),
    )
