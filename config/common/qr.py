"""QR codes as pictures inside a page."""

import segno
from django.utils.safestring import SafeString, mark_safe

# Readers need four modules of paper around a code.
QUIET_ZONE = 4


def qr_svg(text: str) -> SafeString:
    """A QR code as inline SVG of class ``code-qr`` that scales with its box, dark on light in every theme."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(omitsize=True, light="#fff", border=QUIET_ZONE, svgclass="code-qr", lineclass=None)
    return mark_safe(drawn)  # noqa: S308  made of numbers only: the text is drawn, never written
