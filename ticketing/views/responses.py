"""Responses that views of several pages return."""

from django.http import HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """After a form was sent: look there, by GET."""

    status_code = 303
