"""Icons in the pages of the administration."""

from django import template

from config.common.interface import icon

register = template.Library()
register.simple_tag(icon)
