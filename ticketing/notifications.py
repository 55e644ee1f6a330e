"""The notification kinds of tickets."""

from django.utils.translation import gettext_lazy as _

from messenger.kinds import NotificationKind, register_kind

KINDS = (
    NotificationKind("ticket_offered", _("This ticket is offered to you."), "inbox", is_urgent=True),
    NotificationKind("ticket_opened", _("A new ticket was opened."), "ticket"),
    NotificationKind("ticket_assigned", _("%(actor)s assigned this ticket to you."), "user-check", is_urgent=True),
    NotificationKind(
        "responsible_automatically", _("You are responsible for this ticket."), "user-check", is_urgent=True
    ),
    NotificationKind("responsibility_withdrawn", _("%(actor)s withdrew this ticket from you."), "user-x"),
    NotificationKind(
        "nobody_responsible", _("Nobody is responsible for this ticket."), "triangle-alert", is_urgent=True
    ),
    NotificationKind("everybody_rejected", _("Everybody rejected this ticket."), "triangle-alert", is_urgent=True),
    NotificationKind(
        "team_missing", _("A meta team leads to nobody for this customer."), "triangle-alert", is_urgent=True
    ),
    NotificationKind("message_sent", _("%(actor)s wrote a message."), "message-circle"),
    NotificationKind("update_posted", _("%(actor)s posted an update."), "clipboard-list"),
    NotificationKind("internal_update_posted", _("%(actor)s posted an internal update."), "lock"),
    NotificationKind("ticket_finished", _("%(actor)s finished this ticket."), "circle-check"),
    NotificationKind("ticket_reopened", _("%(actor)s reopened this ticket."), "rotate-ccw"),
    NotificationKind("ticket_cancelled", _("%(actor)s cancelled this ticket."), "circle-x"),
    NotificationKind("ticket_rated", _("%(actor)s rated this ticket."), "star"),
)


def register() -> None:
    """Supply all kinds to messenger; called at start-up."""
    for kind in KINDS:
        register_kind(kind)
