"""The kinds of journal entries: how the history words each, where it shows, and who is notified of it.

Services record entries; what follows from an entry is said here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from config.common.marks import isolated
from messenger.kinds import DELIVERY_FAILED, MessageKind, NotificationKind, register_kind, register_message_kind
from messenger.models import Occasion
from messenger.presentation import duration_text
from ticketing import audiences
from ticketing.audiences import Audience
from ticketing.models import JournalEntry, Priority, TicketStatus, Visibility
from ticketing.transitions import DEALT_WITH

Text = str | Promise
# Of people by their id.
Names = Mapping[int, str]
Sentence = Callable[[JournalEntry, Names], str]
C = TypeVar("C", bound=Choices)

# The keys under which entries hold ids of people.
ASSIGNEE, WITHDRAWN_FROM, OFFERED_TO, REPORTER = "assignee", "withdrawn", "people", "reporter"


@dataclass(frozen=True, kw_only=True)
class EntryNotification(NotificationKind):
    """A notification that follows from an entry."""

    audience: Audience
    # From which entries of the kind it follows.
    applies: Callable[[JournalEntry], bool] = lambda _entry: True


@dataclass(frozen=True)
class EntryKind:
    """What all entries of a kind share."""

    name: str
    sentence: Sentence
    icon: str
    # The one of the back office's ticket page that shows what the entry is about.
    tab: str = "general"
    tone: Callable[[JournalEntry], str] = lambda _entry: "neutral"
    # Its entries hold the digest of a text that is stored under the same sequence number.
    has_text: bool = False
    # Only employees know of its entries.
    is_internal: bool = False
    # Also of what happened while the ticket was INTERNAL customers learn as soon as they may read it again: else their
    # open pages would go on showing what is gone.
    shows_later: bool = False
    # What customers read instead, who do not learn whose doing it was.
    outside: Text = ""
    notifications: tuple[EntryNotification, ...] = ()


def plain(text: Text) -> Sentence:
    return lambda _entry, _names: str(text)


def naming(key: str, text: Text) -> Sentence:
    """A sentence with the ``%(name)s`` of the person whose id the entry holds under the key."""
    return lambda entry, names: str(text) % {"name": isolated(names.get(entry.data.get(key, 0), "?"))}


def changing(values: type[C], text: Text) -> Sentence:
    """A sentence with the labels ``%(before)s`` and ``%(after)s`` of two members of an enum."""
    return lambda entry, _names: (
        str(text) % {"before": values(entry.data["before"]).label, "after": values(entry.data["after"]).label}
    )


def _offers_sent(entry: JournalEntry, names: Names) -> str:
    people = ", ".join(isolated(names.get(person_id, "?")) for person_id in entry.data[OFFERED_TO])
    if not people:
        return str(_("No one new could be asked."))
    return str(_("Offered to %(people)s.")) % {"people": people}


def _withdrawn(entry: JournalEntry, names: Names) -> str:
    if "offer" in entry.data:
        text = _("Withdrew the offer to %(name)s.")
    elif "assignment" in entry.data:
        text = _("Withdrew the assignment of %(name)s.")
    else:
        # Entries of former versions do not say which of them it was.
        text = _("Withdrew the ticket from %(name)s.")
    return naming(WITHDRAWN_FROM, text)(entry, names)


def _video_ended(entry: JournalEntry, _names: Names) -> str:
    return str(_("The video session ended after %(duration)s.")) % {
        "duration": duration_text(entry.data["seconds"] * 1000)
    }


def _opened(entry: JournalEntry, names: Names) -> str:
    if REPORTER in entry.data:
        return naming(REPORTER, _("Recorded the ticket for %(name)s."))(entry, names)
    return str(_("Sent the ticket."))


OPENED = EntryKind(
    "opened",
    _opened,
    "send",
    notifications=(
        EntryNotification(
            "ticket_opened",
            _("A new ticket was opened."),
            "ticket",
            Occasion.NEW_TICKET,
            brief=_("New ticket"),
            audience=audiences.OF_OPENING,
        ),
    ),
)
OFFERS_SENT = EntryKind("offers_sent", _offers_sent, "inbox", is_internal=True)
SENT_TO_MANAGERS = EntryKind(
    "sent_to_managers",
    plain(_("Sent the ticket to the managers.")),
    "send",
    notifications=(
        EntryNotification(
            "sent_to_managers",
            _("%(actor)s sent you this ticket."),
            "ticket",
            Occasion.SENT_TO_MANAGERS,
            brief=_("Sent to you as a manager"),
            audience=(audiences.MANAGERS_OF_PERSON,),
        ),
    ),
)
_EDITED = {
    "category": _("Changed the category."),
    "subject": _("Changed the subject."),
    "person": _("Changed the person."),
    "device": _("Changed the device."),
    "reservation": _("Changed the reservation."),
    "description": _("Changed the description."),
    "comment": _("Changed the comment."),
}
# Its entries hold the name of the field, and under ``before`` and ``after`` ids or digests of texts.
FIELD_EDITED = EntryKind("field_edited", lambda entry, _names: str(_EDITED[entry.data["field"]]), "pencil")
# The person of the ticket must not know of it.
COMMENT_EDITED = replace(FIELD_EDITED, name="comment_edited", is_internal=True)
# Its entries hold the digests of answers as the first one does, and the key of the form.
FILES_ADDED = EntryKind("files_added", plain(_("Added files.")), "paperclip")
EDITED_KINDS = (FIELD_EDITED.name, COMMENT_EDITED.name)
OFFER_ACCEPTED = EntryKind("offer_accepted", plain(_("Took responsibility.")), "user-check")
OFFER_REJECTED = EntryKind("offer_rejected", plain(_("Rejected the offer.")), "user-x", is_internal=True)
ASSIGNED = EntryKind(
    "assigned",
    naming(ASSIGNEE, _("Made %(name)s responsible.")),
    "user-plus",
    notifications=(
        EntryNotification(
            "ticket_assigned",
            _("%(actor)s assigned this ticket to you."),
            "user-check",
            Occasion.ASSIGNMENT,
            is_urgent=True,
            brief=_("Assigned to you"),
            audience=(audiences.assigned(ASSIGNEE),),
        ),
    ),
)
ASSIGNED_AUTOMATICALLY = EntryKind(
    "assigned_automatically",
    naming(ASSIGNEE, _("%(name)s became responsible automatically.")),
    "user-plus",
    notifications=(
        EntryNotification(
            "responsible_automatically",
            _("You are responsible for this ticket."),
            "user-check",
            Occasion.ASSIGNMENT,
            is_urgent=True,
            audience=(audiences.assigned(ASSIGNEE),),
        ),
    ),
)
WITHDRAWN = EntryKind(
    "withdrawn",
    _withdrawn,
    "user-minus",
    is_internal=True,
    notifications=(
        EntryNotification(
            "responsibility_withdrawn",
            _("%(actor)s withdrew this ticket from you."),
            "user-x",
            Occasion.WITHDRAWAL,
            brief=_("Withdrawn from you"),
            audience=(audiences.former(WITHDRAWN_FROM),),
        ),
    ),
)
STATUS_CHANGED = EntryKind(
    "status_changed",
    changing(TicketStatus, _("Status changed from %(before)s to %(after)s.")),
    "arrow-right",
    tone=lambda entry: TicketStatus(entry.data["after"]).tone,
    notifications=(
        EntryNotification(
            "ticket_finished",
            _("%(actor)s finished this ticket."),
            "circle-check",
            Occasion.STATUS,
            brief=_("Finished"),
            audience=audiences.OF_END,
            applies=lambda entry: entry.data["after"] == TicketStatus.DONE,
        ),
        EntryNotification(
            "ticket_started",
            _("%(actor)s is working on this ticket."),
            "play",
            Occasion.STATUS,
            brief=_("Being worked on"),
            audience=audiences.OF_PROGRESS,
            applies=lambda entry: entry.data["after"] == TicketStatus.IN_PROGRESS,
        ),
        EntryNotification(
            "ticket_reopened",
            _("%(actor)s reopened this ticket."),
            "rotate-ccw",
            Occasion.STATUS,
            brief=_("Reopened"),
            audience=audiences.OF_CONVERSATION,
            applies=lambda entry: entry.data["before"] in DEALT_WITH and entry.data["after"] not in DEALT_WITH,
        ),
        EntryNotification(
            "ticket_cancelled",
            _("%(actor)s cancelled this ticket."),
            "circle-x",
            Occasion.STATUS,
            brief=_("Cancelled"),
            audience=audiences.OF_CANCELLING,
            applies=lambda entry: entry.data["after"] == TicketStatus.CANCELLED,
        ),
    ),
)
PRIORITY_CHANGED = EntryKind(
    "priority_changed",
    changing(Priority, _("Priority changed from %(before)s to %(after)s.")),
    "chevrons-up",
    notifications=(
        EntryNotification(
            "priority_changed",
            _("%(actor)s changed the priority."),
            "chevrons-up",
            Occasion.PRIORITY,
            brief=_("New priority"),
            audience=(audiences.RESPONSIBLE,),
        ),
    ),
)
VISIBILITY_CHANGED = EntryKind(
    "visibility_changed",
    changing(Visibility, _("Visibility changed from %(before)s to %(after)s.")),
    "lock",
    is_internal=True,
    notifications=(
        EntryNotification(
            "visibility_changed",
            _("%(actor)s changed the visibility."),
            "eye",
            Occasion.VISIBILITY,
            # Customers are not told that a ticket is hidden from them.
            brief=_("New visibility"),
            audience=(audiences.RESPONSIBLE,),
        ),
    ),
)
MESSAGE_SENT = EntryKind(
    "message_sent",
    plain(_("Wrote a message.")),
    "message-circle",
    tab="messenger",
    has_text=True,
    notifications=(
        EntryNotification(
            "message_sent",
            _("%(actor)s wrote a message."),
            "message-circle",
            Occasion.MESSAGE,
            several=ngettext_lazy("%(n)s message", "%(n)s messages", "n"),
            audience=audiences.OF_CONVERSATION,
        ),
    ),
)
UPDATE_POSTED = EntryKind(
    "update_posted",
    plain(_("Posted an update.")),
    "clipboard-list",
    tab="updates",
    has_text=True,
    notifications=(
        EntryNotification(
            "update_posted",
            _("%(actor)s posted an update."),
            "clipboard-list",
            Occasion.UPDATE,
            several=ngettext_lazy("%(n)s update", "%(n)s updates", "n"),
            audience=audiences.OF_CONVERSATION,
        ),
    ),
)
INTERNAL_UPDATE_POSTED = EntryKind(
    "internal_update_posted",
    plain(_("Posted an internal update.")),
    "lock",
    tab="internal",
    has_text=True,
    is_internal=True,
    notifications=(
        EntryNotification(
            "internal_update_posted",
            _("%(actor)s posted an internal update."),
            "lock",
            Occasion.INTERNAL_UPDATE,
            several=ngettext_lazy("%(n)s internal update", "%(n)s internal updates", "n"),
            audience=audiences.OF_INTERNAL_UPDATES,
        ),
        EntryNotification(
            "mentioned",
            _("%(actor)s mentioned you in an internal update."),
            "at-sign",
            Occasion.MENTION,
            is_urgent=True,
            brief=_("You were mentioned"),
            audience=(audiences.MENTIONED,),
        ),
    ),
)
NOT_FIXED = EntryKind(
    "not_fixed",
    plain(_("Said that it is still not right.")),
    "rotate-ccw",
    tab="messenger",
    tone=lambda _entry: "danger",
    has_text=True,
    notifications=(
        EntryNotification(
            "not_fixed",
            _("%(actor)s says that it is still not right."),
            "rotate-ccw",
            Occasion.NOT_FIXED,
            is_urgent=True,
            brief=_("Still not right"),
            audience=(audiences.RESPONSIBLE, audiences.SUPERIORS),
        ),
    ),
)
# The answer to a question of the service; the priority stays what it is until somebody changes it.
DANGER_REPORTED = EntryKind(
    "danger_reported",
    plain(_("Said that somebody is in danger.")),
    "siren",
    tab="messenger",
    tone=lambda _entry: "danger",
    has_text=True,
    notifications=(
        EntryNotification(
            "danger_reported",
            _("%(actor)s says that somebody is in danger."),
            "siren",
            Occasion.MESSAGE,
            is_urgent=True,
            several=ngettext_lazy("%(n)s “in danger”", "%(n)s “in danger”", "n"),
            brief=_("Somebody is in danger"),
            audience=audiences.OF_DANGER,
        ),
    ),
)
# Its entries hold ``again`` where the person had joined before.
JOINED = EntryKind(
    "joined",
    plain(_("Is affected, too.")),
    "users",
    outside=_("One more person is affected."),
    notifications=(
        EntryNotification(
            "ticket_joined",
            _("%(actor)s is affected, too."),
            "users",
            Occasion.AFFECTED,
            several=ngettext_lazy("%(n)s more person affected", "%(n)s more people affected", "n"),
            audience=audiences.OF_AFFECTED,
            # Who leaves and comes back says nothing new.
            applies=lambda entry: "again" not in entry.data,
        ),
    ),
)
LEFT = EntryKind(
    "left", plain(_("Is no longer affected.")), "user-minus", outside=_("One person is no longer affected.")
)
WORKS_AGAIN = EntryKind(
    "works_again",
    plain(_("Said that it works again.")),
    "thumbs-up",
    tab="messenger",
    has_text=True,
    notifications=(
        EntryNotification(
            "works_again",
            _("%(actor)s says that it works again."),
            "thumbs-up",
            Occasion.AFFECTED,
            several=ngettext_lazy("%(n)s “works again”", "%(n)s “works again”", "n"),
            brief=_("Works again"),
            audience=audiences.OF_AFFECTED,
        ),
    ),
)
# Their entries hold the id of the session.
VIDEO_INVITED = EntryKind(
    "video_invited",
    plain(_("Made a video session.")),
    "video",
    tab="messenger",
    has_text=True,
    notifications=(
        EntryNotification(
            "video_invited",
            _("%(actor)s invites you to a video session."),
            "video",
            Occasion.MESSAGE,
            is_urgent=True,
            brief=_("Video session"),
            audience=audiences.OF_CONVERSATION,
        ),
    ),
)
VIDEO_JOINED = EntryKind("video_joined", plain(_("Joined the video session.")), "video", tab="messenger")
VIDEO_LEFT = EntryKind("video_left", plain(_("Left the video session.")), "video-off", tab="messenger")
VIDEO_STARTED = EntryKind("video_started", plain(_("The video session began.")), "video", tab="messenger")
VIDEO_ENDED = EntryKind("video_ended", _video_ended, "video-off", tab="messenger")
VIDEO_CANCELLED = EntryKind("video_cancelled", plain(_("Cancelled the video session.")), "video-off", tab="messenger")
# Of the sheet of a session, which only employees open.
VIDEO_LINKED = EntryKind("video_linked", plain(_("Linked a video session.")), "link", is_internal=True)
VIDEO_UNLINKED = EntryKind(
    "video_unlinked", plain(_("Took the link to a video session away.")), "unlink", is_internal=True
)
LINKS_REVOKED = EntryKind("links_revoked", plain(_("Revoked the private links.")), "link")
# Their entries hold the sequence of the message. What was sent of it before stays true, so nobody is told again.
MESSAGE_EDITED = EntryKind(
    "message_edited", plain(_("Edited a message.")), "pencil", tab="messenger", has_text=True, shows_later=True
)
MESSAGE_TAKEN_BACK = EntryKind(
    "message_taken_back", plain(_("Took a message back.")), "undo-2", tab="messenger", shows_later=True
)
# Customers must not learn that there was a message among employees.
INTERNAL_MESSAGE_EDITED = replace(MESSAGE_EDITED, name="internal_message_edited", is_internal=True)
INTERNAL_MESSAGE_TAKEN_BACK = replace(MESSAGE_TAKEN_BACK, name="internal_message_taken_back", is_internal=True)
EDITED_MESSAGE_KINDS = (MESSAGE_EDITED.name, INTERNAL_MESSAGE_EDITED.name)
# What is read in the messenger.
MESSAGES = (MESSAGE_SENT, NOT_FIXED, DANGER_REPORTED, WORKS_AGAIN, VIDEO_INVITED)
STILL_NOT_RIGHT = MessageKind(NOT_FIXED.name, _("It is still not right."), NOT_FIXED.icon)
IN_DANGER = MessageKind(DANGER_REPORTED.name, _("Somebody is in danger."), DANGER_REPORTED.icon)
IT_WORKS_AGAIN = MessageKind(WORKS_AGAIN.name, _("It works again."), WORKS_AGAIN.icon)
VIDEO_SESSION = MessageKind(VIDEO_INVITED.name, _("Video session"), VIDEO_INVITED.icon, is_plain=True)
TICKET_RATED = EntryNotification(
    "ticket_rated",
    _("%(actor)s rated this ticket."),
    "star",
    Occasion.RATING,
    brief=_("New rating"),
    audience=(audiences.RESPONSIBLE,),
    # Who changes their mind at once says nothing new.
    applies=lambda entry: entry.kind == "rated" or entry.data["adds_comment"] == 1,
)
RATED = EntryKind(
    "rated",
    lambda entry, _names: str(_("Rated the ticket: %(score)s of 5.")) % {"score": entry.data["score"]},
    "star",
    has_text=True,
    notifications=(TICKET_RATED,),
)
# Its `replaces` is the sequence of the entry whose text it replaces.
RATING_CHANGED = EntryKind(
    "rating_changed",
    lambda entry, _names: str(_("Changed the rating: %(score)s of 5.")) % {"score": entry.data["score"]},
    "star",
    has_text=True,
    notifications=(TICKET_RATED,),
)

ENTRY_KINDS = {
    kind.name: kind
    for kind in (
        OPENED,
        OFFERS_SENT,
        SENT_TO_MANAGERS,
        FIELD_EDITED,
        COMMENT_EDITED,
        FILES_ADDED,
        OFFER_ACCEPTED,
        OFFER_REJECTED,
        ASSIGNED,
        ASSIGNED_AUTOMATICALLY,
        WITHDRAWN,
        STATUS_CHANGED,
        PRIORITY_CHANGED,
        VISIBILITY_CHANGED,
        MESSAGE_SENT,
        UPDATE_POSTED,
        INTERNAL_UPDATE_POSTED,
        NOT_FIXED,
        DANGER_REPORTED,
        JOINED,
        LEFT,
        WORKS_AGAIN,
        VIDEO_INVITED,
        VIDEO_JOINED,
        VIDEO_LEFT,
        VIDEO_STARTED,
        VIDEO_ENDED,
        VIDEO_CANCELLED,
        VIDEO_LINKED,
        VIDEO_UNLINKED,
        LINKS_REVOKED,
        MESSAGE_EDITED,
        MESSAGE_TAKEN_BACK,
        INTERNAL_MESSAGE_EDITED,
        INTERNAL_MESSAGE_TAKEN_BACK,
        RATED,
        RATING_CHANGED,
    )
}

# What follows from an entry only in a case that the service finds, or for people whom it knows: it passes these to
# `notify_of` itself.
TICKET_OFFERED = EntryNotification(
    "ticket_offered",
    _("This ticket is offered to you."),
    "inbox",
    Occasion.OFFER,
    is_urgent=True,
    audience=(audiences.OFFERED,),
)
NO_EMPLOYEE_RESPONSIBLE = EntryNotification(
    "nobody_responsible",
    _("No one is responsible for this ticket."),
    "triangle-alert",
    Occasion.NO_ONE_RESPONSIBLE,
    is_urgent=True,
    audience=(audiences.SUPERIORS_WHERE_NO_ONE_IS_LEFT,),
)
ALL_OFFERS_REJECTED = EntryNotification(
    "everybody_rejected",
    _("Everyone rejected this ticket."),
    "triangle-alert",
    Occasion.ALL_REJECTED,
    is_urgent=True,
    audience=(audiences.SUPERIORS_WHERE_NO_ONE_IS_LEFT,),
)
TEAM_MISSING = EntryNotification(
    "team_missing",
    _("A meta team leads to no one for this customer."),
    "triangle-alert",
    Occasion.CONFIGURATION,
    is_urgent=True,
    audience=(audiences.SUPERIORS,),
)

NOTIFICATIONS = {
    notification.name: notification
    for notification in (
        *(notification for kind in ENTRY_KINDS.values() for notification in kind.notifications),
        TICKET_OFFERED,
        NO_EMPLOYEE_RESPONSIBLE,
        ALL_OFFERS_REJECTED,
        TEAM_MISSING,
    )
}
AUDIENCES: Mapping[str, Audience] = {
    **{name: notification.audience for name, notification in NOTIFICATIONS.items()},
    DELIVERY_FAILED.name: (audiences.ADMINISTRATORS,),
}
_TABS = {notification.name: kind.tab for kind in ENTRY_KINDS.values() for notification in kind.notifications}


def tab_of(notification_kind: str) -> str:
    """The tab of the ticket page where a notification leads."""
    return _TABS.get(notification_kind, "general")


def register() -> None:
    """Supplies all kinds of notifications and messages to messenger; called at start-up."""
    for notification in NOTIFICATIONS.values():
        register_kind(notification)
    for said in (STILL_NOT_RIGHT, IN_DANGER, IT_WORKS_AGAIN, VIDEO_SESSION):
        register_message_kind(said)
