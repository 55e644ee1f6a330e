"""The journal: an entry for each fact, never changed, chained by hashes."""

from typing import NoReturn

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JournalQuerySet(models.QuerySet["JournalEntry"]):
    """Entries cannot be changed or deleted through it."""

    def public(self) -> "JournalQuerySet":
        """The entries that code users and customers may know of."""
        return self.filter(public_sequence__isnull=False)

    def update(self, **kwargs: object) -> NoReturn:
        raise TypeError("Journal entries are never changed.")

    def delete(self) -> NoReturn:
        raise TypeError("Journal entries are never deleted.")


class JournalEntry(models.Model):
    """A fact: who did what when. `kind` is the name of an `EntryKind`."""

    ticket = models.ForeignKey("ticketing.Ticket", models.PROTECT, related_name="journal")
    sequence = models.PositiveIntegerField()
    public_sequence = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=40)
    person = models.ForeignKey("fleet.Person", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    # Ids and salted digests, never names or texts: those can be erased, an entry cannot.
    data = models.JSONField(default=dict)
    previous_digest = models.CharField(max_length=64, blank=True)
    # SHA-256 over all of this entry and the digest of the entry before.
    digest = models.CharField(max_length=64)

    objects = JournalQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")
        ordering = ("ticket", "sequence")
        constraints = (
            models.UniqueConstraint(fields=("ticket", "sequence"), name="journal_sequence_unique"),
            models.UniqueConstraint(
                fields=("ticket", "public_sequence"),
                condition=Q(public_sequence__isnull=False),
                name="journal_public_sequence_unique",
            ),
        )

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError("Journal entries are never deleted.")

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.sequence} {self.kind}"
