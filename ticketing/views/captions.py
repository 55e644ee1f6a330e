"""The captions of files that wait for a form, whatever form it is."""

import re
import uuid
from itertools import islice

from django.http import QueryDict

from fleet.actors import Actor
from messenger.services.attachments import MAX_WAITING
from messenger.services.captions import caption_files

_NAME = re.compile(r"caption-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def keep_captions(actor: Actor, sent: QueryDict) -> None:
    """Keep what the form says of its files, which come with it or stay in it. Raises `InvalidInput`."""
    named = ((found[1], str(sent[name])) for name in sent if (found := _NAME.fullmatch(name)))
    caption_files(actor=actor, captions={uuid.UUID(pk): text for pk, text in islice(named, MAX_WAITING)})
