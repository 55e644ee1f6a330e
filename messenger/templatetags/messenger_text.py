"""`{{ message.text|message_text }}`: what people wrote, as safe markup."""

from django import template
from django.utils.safestring import SafeString

from messenger.text import render_text

register = template.Library()


@register.filter
def message_text(text: str) -> SafeString:
    """The text with bold, italic, links and line breaks; everything else as it was typed."""
    return render_text(text)
