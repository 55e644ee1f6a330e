"""The form with which somebody says that they have the problem of a ticket, too."""

from crispy_forms.layout import Layout
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from ticketing.forms.conversation import WRITTEN, WritingForm, text_field


class JoinForm(WritingForm):
    """What they see may be left out: that they are affected says enough."""

    text = text_field(_("What do you see? (optional)"), _("What do you see? (optional)"), rows=3)

    helper = Helper(Layout("client_key", *WRITTEN), form_show_errors=False)
