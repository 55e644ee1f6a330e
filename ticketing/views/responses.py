"""What the views of the back office answer with."""

from django.http import HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """After a form was sent: look there, by GET."""

    status_code = 303
