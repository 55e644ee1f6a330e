"""What was written into the desk form while the session ended: its page shows it again after signing in.

Kept in the session of who signs in next in this browser, and shown to nobody but its writer.
"""

from django.http import QueryDict

from fleet.requests import Request

_KEY = "kept_desk_form"
_MOST = 60_000  # Characters, as sent: several times the longest texts that anybody writes.


def keep_desk_form(request: Request) -> None:
    """Keep what was sent, also the ids of uploads; not its files: nobody has signed in to whom they could belong."""
    sent = request.POST.copy()
    sent.pop("csrfmiddlewaretoken", None)
    if sent.get("writer") and len(written := sent.urlencode()) <= _MOST:
        request.session[_KEY] = written


def take_desk_form(request: Request, person_id: int) -> QueryDict | None:
    """What was kept for this person, once; nothing of somebody else's."""
    if _KEY not in request.session:
        return None
    sent = QueryDict(request.session.pop(_KEY))
    return sent if sent.get("writer") == str(person_id) else None
