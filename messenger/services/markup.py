"""The markup that is kept with each text."""

from collections.abc import Iterator

from django.db import transaction

from messenger.models.conversations import WrittenText
from messenger.text import MARKUP_VERSION, render_text

BATCH_SIZE = 500  # Rows that are locked together.


def mark_up(written: WrittenText) -> None:
    """Make the markup of a text that is about to be stored."""
    written.markup, written.markup_version = render_text(written.text), MARKUP_VERSION


def remake_markup(model: type[WrittenText]) -> Iterator[int]:
    """Make all markup again that other rules than the present ones made; yields how many rows each batch changed.

    Harmless at any time and any number of times: pages show the same before and after, and a text that is erased
    meanwhile gets no markup. Each batch has a transaction of its own.
    """
    last = 0
    outdated = model._default_manager.exclude(markup_version=MARKUP_VERSION).order_by("pk").values_list("pk", "text")
    while batch := list(outdated.filter(pk__gt=last)[:BATCH_SIZE]):
        last = batch[-1][0]
        # Outside the transaction, in which no one else can write on SQLite.
        made = [(pk, text, render_text(text)) for pk, text in batch]
        with transaction.atomic():
            changed = sum(
                model._default_manager.filter(pk=pk, text=text).update(markup=markup, markup_version=MARKUP_VERSION)
                for pk, text, markup in made
            )
        yield changed
