"""Files that come with the form of a ticket."""

from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile

from fleet.actors import Actor
from fleet.services.limits import count_uploads
from ticketing.models import Ticket


def count_files(*, actor: Actor, ticket_id: int, files: Iterable["UploadedFile[bytes]"]) -> None:
    """Count the files by the code of the ticket's device, before they are looked at. Costs nothing without files.

    Raises `TooMuch` at a limit.
    """
    sizes = [file.size or 0 for file in files]
    if not sizes or actor.is_employee:
        return
    # No rule is asked: the code that counts is the actor's own.
    device_id = Ticket.objects.filter(pk=ticket_id).values_list("device_id", flat=True).first()
    count_uploads(actor=actor, device_id=device_id, number=len(sizes), size=sum(sizes))
