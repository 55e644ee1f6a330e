"""How a form says what it looks like; crispy draws it with the templates in templates/fleetdesk/."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout


class Helper(FormHelper):
    """The layout of a form. The tag around it, the token and the buttons are the page's.

    With `form_show_errors` what is wrong with the form as a whole stands above its fields.
    """

    form_tag = False
    disable_csrf = True

    def __init__(self, layout: Layout, *, form_show_errors: bool = True) -> None:
        super().__init__()
        self.layout = layout
        self.form_show_errors = form_show_errors
