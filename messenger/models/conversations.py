"""Conversations and their messages."""

import secrets
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from messenger.models.attachments import Attachment


def make_salt() -> str:
    """The salt of a text's digest. It is blanked together with the text and its markup when a person is erased."""
    return secrets.token_hex(16)


class Conversation(models.Model):
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")

    def __str__(self) -> str:
        return str(self.pk)


class WrittenText(models.Model):
    """A text and the markup that was made of it by the rules of that version."""

    text = models.TextField(_("text"), blank=True)
    salt = models.CharField(max_length=32, default=make_salt, blank=True, editable=False)
    # Defaults in the database, too: servers of the version before write rows while an update goes on.
    markup = models.TextField(default="", db_default="", blank=True, editable=False)
    markup_version = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    # For one reader, and never stored: the markup with what its links lead to.
    filled_markup: SafeString | None = None

    class Meta:
        abstract = True


# Who erases a text cannot forget its markup.
NO_MARKUP_WITHOUT_TEXT = ~Q(text="") | Q(markup="")


class Message(WrittenText):
    """One message. `sequence` is that of its journal entry; `public_sequence` is null for messages among employees."""

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="messages")
    author = models.ForeignKey("fleet.Person", models.PROTECT, related_name="messages")
    sequence = models.PositiveIntegerField()
    public_sequence = models.PositiveIntegerField(null=True)
    # Made by the writer's browser: the same key twice is the same message.
    client_key = models.UUIDField()
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    # The name of a `MessageKind`, whose heading stands above what was written; empty where nothing but that is said.
    kind = models.CharField(max_length=40, default="", db_default="", blank=True, editable=False)
    # The message that it answers, which its writer could read.
    reply_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    edited_at = models.DateTimeField(null=True)
    # Its text, former texts and files are gone, and only the fact remains.
    taken_back_at = models.DateTimeField(null=True)
    # The numbers of the entry that says so last, as `sequence` and `public_sequence`; null while it is as it was sent.
    change_sequence = models.PositiveIntegerField(null=True)
    public_change_sequence = models.PositiveIntegerField(null=True)
    # What the product says for the author, in words that are made for each reader: see `messenger.composed`.
    composed = models.JSONField(null=True, editable=False)
    # Of a question the `sequence` of the message that answers it.
    answered_by = models.PositiveIntegerField(null=True, editable=False)

    # For one reader, and never stored: how the session stands to which it invites.
    card: object = None

    if TYPE_CHECKING:
        attachments: RelatedManager[Attachment]

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("sequence",)
        constraints = (
            models.UniqueConstraint(fields=("conversation", "sequence"), name="message_sequence_unique"),
            models.UniqueConstraint(
                fields=("conversation", "public_sequence"),
                condition=Q(public_sequence__isnull=False),
                name="message_public_sequence_unique",
            ),
            models.UniqueConstraint(fields=("conversation", "author", "client_key"), name="message_sent_once"),
            models.CheckConstraint(name="message_markup_goes_with_text", condition=NO_MARKUP_WITHOUT_TEXT),
        )

    def __str__(self) -> str:
        return f"{self.author}, {self.sequence}"

    @property
    def is_internal(self) -> bool:
        """Whether only employees may read it, because the ticket was INTERNAL when it was written."""
        return self.public_sequence is None

    @property
    def is_taken_back(self) -> bool:
        return self.taken_back_at is not None


class MessageVersion(models.Model):
    """A text of a message before it was edited; `sequence` is that of the journal entry which holds its digest."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="versions")
    sequence = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("sequence",)
        constraints = (models.UniqueConstraint(fields=("message", "sequence"), name="message_version_unique"),)

    def __str__(self) -> str:
        return f"{self.message_id}/{self.sequence}"


class SeenMark(models.Model):
    """How far a person has seen a conversation: everything up to that number of the journal."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="seen_marks")
    person = models.ForeignKey("fleet.Person", models.CASCADE, related_name="seen_marks")
    sequence = models.PositiveIntegerField()

    objects: ClassVar[models.Manager["SeenMark"]]

    class Meta:
        verbose_name = _("seen mark")
        verbose_name_plural = _("seen marks")
        constraints = (models.UniqueConstraint(fields=("conversation", "person"), name="seen_mark_once"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.sequence}"
