"""What people say of their files before they are sent."""

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.common.errors import InvalidInput
from config.common.visible import clean_line, page_length
from fleet.actors import Actor
from messenger.models import Attachment
from messenger.models.attachments import MAX_CAPTION, UNATTACHED


def check_caption(text: str) -> str:
    """The caption in one clean line. Raises `InvalidInput` if it is too long."""
    caption = clean_line(text)
    if page_length(caption) > MAX_CAPTION:
        message = _("This caption is too long. Please keep it below 200 characters.")
        raise InvalidInput(message, code="caption", field="files")
    return caption


def caption_files(*, actor: Actor, captions: Mapping[uuid.UUID, str]) -> None:
    """Say of the actor's own files, by their ids, what is seen in them; an empty text takes a caption away.

    Of files that were sent already, or are not the actor's, nothing is changed: what was recorded stays. No statement
    without captions. Raises `InvalidInput` for one that is too long.
    """
    wanted = {pk: check_caption(text) for pk, text in captions.items()}
    if not wanted or actor.person_id is None:
        return
    with transaction.atomic():
        # Locked: while a message takes a file along, its digest is made with the caption.
        mine = Attachment.objects.select_for_update().filter(UNATTACHED, uploader=actor.person_id, pk__in=wanted)
        for attachment in mine:
            if attachment.caption != wanted[attachment.pk]:
                attachment.caption = wanted[attachment.pk]
                attachment.save(update_fields=["caption"])
