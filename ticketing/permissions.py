"""The rules of ticketing: who may do what to a ticket, and in which statuses."""

from datetime import timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.common import clock
from config.common.rules import HIDDEN, YES, Verdict, no, not_now, rule
from fleet.actors import Actor
from fleet.models import Decision, Device
from fleet.models.devices import PortalScope
from fleet.organisation import organisation
from fleet.selectors import has_open_offer, is_responsible
from messenger.models import Attachment, Message
from ticketing.models import Audience, CannedReply, Category, CreationFlow, Source, Ticket
from ticketing.transitions import DEALT_WITH, LIVE, OPEN_WORK, WORK, TicketStatus

NOT_RESPONSIBLE = _("Accept the offer or be assigned first: only then can you work on this ticket.")
SUPERIORS_ONLY = _("Only moderators and administrators may do this.")
NOT_FOR_YOU = _("This is done by our team.")
ONLY_REPORTER = _("Only the person who reported this with a code may do this.")
PASSING = _("Your access ends soon, and a private link would not. Scan the code on the device to make one.")
NOT_FOR_EMPLOYEES = _("Only customers may do this.")
IS_YOURS = _("This ticket is yours already.")
ONLY_AUTHOR = _("Only the person who wrote this message may do this.")
TOO_LATE_TO_CHANGE = _("A message can be edited or taken back for ten minutes. Write another one instead.")
SAID_BY_BUTTON = _("This message was made by a button. Write another one instead.")
NOT_WHILE_INTERNAL = _("Customers read this message, and the ticket is INTERNAL now. It stays as it is.")
TIME_TO_CHANGE = timedelta(minutes=10)
# Kinds of messages from which something followed.
CONSEQUENTIAL = ("not_fixed", "works_again", "danger_reported", "video_invited")
NOT_JOINED = _("This is for those who are affected.")


# Relations -----------------------------------------------------------------------------------------------------------


def is_worker(actor: Actor, ticket: Ticket) -> bool:
    # Superiors work on every ticket, without an assignment.
    return actor.is_superior or (actor.is_employee and is_responsible(actor.person_id, ticket))


def is_creator(actor: Actor, ticket: Ticket) -> bool:
    return actor.person_id is not None and ticket.creator_id == actor.person_id


def is_own(actor: Actor, ticket: Ticket) -> bool:
    """Whether the actor created the ticket, or it was recorded for them."""
    return actor.person_id is not None and actor.person_id in (ticket.creator_id, ticket.person_id)


def is_affected(actor: Actor, ticket: Ticket) -> bool:
    """Whether the actor joined the ticket of somebody else; a query where those who did are not prefetched."""
    if not ticket.affected_count or actor.person_id is None:
        return False
    return any(each.person_id == actor.person_id for each in ticket.affected.all())


def holds_code_of(actor: Actor, ticket: Ticket) -> bool:
    """Whether this browser may see the ticket by the code of its device, or by a private link."""
    # Tickets from the desk form are never shown to holders of a code.
    if actor.is_employee or ticket.source != Source.FLOW:
        return False
    if actor.opens(ticket.pk):
        return True
    if not actor.holds(ticket.device_id):
        return False
    if is_creator(actor, ticket):
        return True
    assert ticket.device is not None
    return ticket.device.template.portal_scope == PortalScope.DEVICE


def belongs_by_login(actor: Actor, ticket: Ticket) -> bool:
    """Whether a customer's person may see the ticket by signing in: others than its creator only once it was sent."""
    if not actor.is_customer_person:
        return False
    if is_creator(actor, ticket):
        return True
    if ticket.is_draft:
        return False
    return ticket.person_id == actor.person_id or (
        actor.is_manager and ticket.customer_id == actor.customer_id is not None
    )


def is_outside(actor: Actor, ticket: Ticket) -> bool:
    """Whether the actor is on the customers' side of a PUBLIC ticket: a code user, a subscriber or a manager."""
    return ticket.is_public and (holds_code_of(actor, ticket) or belongs_by_login(actor, ticket))


# Seeing --------------------------------------------------------------------------------------------------------------


@rule("ticketing.view_ticket")
def view_ticket(actor: Actor, ticket: Ticket) -> Verdict:
    """Employees see every ticket that was sent, customers theirs; a draft is its creator's and the superiors'.

    Says the same as `Ticket.objects.visible_to`.
    """
    if ticket.is_draft:
        return _visible(
            actor.is_superior or (is_creator(actor, ticket) and (actor.is_employee or is_outside(actor, ticket)))
        )
    return _visible(actor.is_employee or is_outside(actor, ticket))


def _visible(allowed: bool) -> Verdict:
    return YES if allowed else HIDDEN


def _posted(actor: Actor, ticket: Ticket) -> Verdict:
    return view_ticket(actor, ticket) & _visible(not ticket.is_draft)


@rule("ticketing.see_reporter_contact")
def see_reporter_contact(actor: Actor, ticket: Ticket) -> Verdict:
    """Those who work on it, the code user who created it, who reported it, and the customer's managers.

    An employee who created it, as long as it is a draft. Managers not that of a person of another customer, also where
    they wrote the ticket: they do not see the sheet of that person either.
    """
    if actor.is_employee:
        known = is_worker(actor, ticket) or (is_creator(actor, ticket) and ticket.is_draft)
    elif actor.is_customer_person:
        known = actor.person_id == (ticket.person_id or ticket.creator_id) or _manages_reporter(actor, ticket)
    else:
        known = is_creator(actor, ticket)
    return view_ticket(actor, ticket) & _visible(known)


def _manages_reporter(actor: Actor, ticket: Ticket) -> bool:
    is_own = ticket.person is None or ticket.person.customer_id == actor.customer_id
    return actor.is_manager and is_own and belongs_by_login(actor, ticket)


@rule("ticketing.read_comment")
def read_comment(actor: Actor, ticket: Ticket) -> Verdict:
    """The comment of the desk form: employees, the customer's managers and its author, not the person it is about."""
    is_manager = actor.is_manager and ticket.customer_id == actor.customer_id is not None
    # Subscribers are asked for none: where they wrote the ticket, others wrote the comment.
    is_author = is_creator(actor, ticket) and (actor.is_manager or ticket.person_id != actor.person_id)
    return view_ticket(actor, ticket) & _visible(actor.is_employee or is_manager or is_author)


@rule("ticketing.read_public_updates")
def read_public_updates(actor: Actor, ticket: Ticket) -> Verdict:
    """Everyone who sees the ticket."""
    return _posted(actor, ticket)


@rule("ticketing.read_internal_updates")
def read_internal_updates(actor: Actor, ticket: Ticket) -> Verdict:
    """Employees."""
    return _visible(actor.is_employee and not ticket.is_draft)


@rule("ticketing.read_messages")
def read_messages(actor: Actor, ticket: Ticket) -> Verdict:
    """The customers' side, superiors, responsible members, and members who decide about an offer."""
    if actor.is_employee and not (is_worker(actor, ticket) or has_open_offer(actor.person_id, ticket)):
        return _posted(actor, ticket) & no(NOT_RESPONSIBLE)
    return _posted(actor, ticket)


@rule("ticketing.download_attachment")
def download_attachment(actor: Actor, attachment: Attachment) -> Verdict:
    """Those who may read what the file belongs to; as long as it belongs to nothing, its uploader."""
    if attachment.message is not None:
        message = attachment.message
        verdict = read_messages(actor, message.conversation.ticket)
        inside = message.is_internal and not actor.is_employee
        return _visible(bool(verdict) and not inside)
    if attachment.update is not None:
        update = attachment.update
        return _visible(
            bool((read_internal_updates if update.is_internal else read_public_updates)(actor, update.ticket))
        )
    if attachment.answer is not None:
        return view_ticket(actor, attachment.answer.ticket)
    return _visible(attachment.uploader_id == actor.person_id)


@rule("ticketing.read_internal_journal")
def read_internal_journal(actor: Actor, ticket: Ticket) -> Verdict:
    """Employees: all entries."""
    return read_internal_updates(actor, ticket)


@rule("ticketing.read_journal")
def read_journal(actor: Actor, ticket: Ticket) -> Verdict:
    """Everyone who sees the ticket: the public entries."""
    return _posted(actor, ticket)


@rule("ticketing.follow_ticket")
def follow_ticket(actor: Actor, ticket: Ticket) -> Verdict:
    """Everyone who sees the ticket: hints of what is public."""
    return _posted(actor, ticket)


@rule("ticketing.follow_tickets")
def follow_tickets(actor: Actor, _obj: object) -> Verdict:
    """Employees: hints for the ticket list of the back office."""
    return _visible(actor.is_employee)


@rule("ticketing.follow_own_notifications")
def follow_own_notifications(actor: Actor, person_id: object) -> Verdict:
    """People who sign in: hints for their own bell."""
    return _visible(actor.is_signed_in and actor.person_id == person_id)


@rule("ticketing.mute_ticket")
def mute_ticket(actor: Actor, ticket: Ticket) -> Verdict:
    """Everyone who signs in and sees the ticket: only for themselves."""
    return _posted(actor, ticket) & _visible(actor.is_signed_in)


@rule("ticketing.see_start_page")
def see_start_page(actor: Actor, _obj: object = None) -> Verdict:
    """Managers: what is open of their customer."""
    return _visible(actor.is_manager)


@rule("ticketing.use_replies")
def use_replies(actor: Actor, _obj: object = None) -> Verdict:
    """Employees: canned replies, their own and those for all."""
    return _visible(actor.is_employee)


@rule("ticketing.change_reply")
def change_reply(actor: Actor, reply: CannedReply) -> Verdict:
    """Whose it is; those for all by superiors."""
    if reply.is_shared:
        return use_replies(actor) & (YES if actor.is_superior else no(SUPERIORS_ONLY))
    return use_replies(actor) & _visible(reply.owner_id == actor.person_id)


# Creating ------------------------------------------------------------------------------------------------------------


@rule("ticketing.start_flow")
def start_flow(actor: Actor, pair: tuple[CreationFlow, Device]) -> Verdict:
    """Employees, holders of the device's code and people of its customer: active flows of the device's template.

    Only employees start those that are not open to code users.
    """
    flow, device = pair
    reachable = actor.is_employee or actor.holds(device.pk) or actor.customer_id == device.customer_id is not None
    offered = flow.is_active and flow.template_id == device.template_id
    return _visible(reachable and offered and (actor.is_employee or flow.open_to_code_users))


@rule("ticketing.create_desk_ticket")
def create_desk_ticket(actor: Actor, _obj: object = None) -> Verdict:
    """Everybody who signs in."""
    return _visible(actor.is_employee or actor.is_customer_person)


@rule("ticketing.choose_category")
def choose_category(actor: Actor, category: Category) -> Verdict:
    """Active ones for everybody; those for managers also by employees. A sub-category is as open as what it is of."""
    levels = [category] if category.parent is None else [category, category.parent]
    is_open = all(each.audience == Audience.ALL for each in levels) or actor.is_employee or actor.is_manager
    return create_desk_ticket(actor) & _visible(is_open and all(each.is_active for each in levels))


@rule("ticketing.choose_visibility")
def choose_visibility(actor: Actor, _obj: object = None) -> Verdict:
    """Employees, who must: tickets of all others are PUBLIC."""
    return YES if actor.is_employee else no(NOT_FOR_YOU)


@rule("ticketing.send_to_managers")
def send_to_managers(actor: Actor, _obj: object = None) -> Verdict:
    """Employees, when they create a ticket at the desk."""
    return YES if actor.is_employee else no(NOT_FOR_YOU)


@rule("ticketing.continue_draft")
def continue_draft(actor: Actor, ticket: Ticket) -> Verdict:
    """Only its creator."""
    if not is_creator(actor, ticket):
        return view_ticket(actor, ticket) & no(_("Only the person who began this draft can continue it."))
    return view_ticket(actor, ticket) & (YES if ticket.is_draft else not_now(_("This ticket was sent already.")))


@rule("ticketing.delete_draft")
def delete_draft(actor: Actor, ticket: Ticket) -> Verdict:
    """Its creator, and superiors."""
    if not (is_creator(actor, ticket) or actor.is_superior):
        return view_ticket(actor, ticket) & no(_("Only the person who began this draft can delete it."))
    sentence = gettext("This ticket was sent already and is never deleted. Its status is %(status)s now.")
    was_sent = not_now(sentence % {"status": ticket.status.label})
    return view_ticket(actor, ticket) & (YES if ticket.is_draft else was_sent)


@rule("ticketing.delete_ticket")
def delete_ticket(actor: Actor, ticket: Ticket) -> Verdict:
    """No one, in no status."""
    return view_ticket(actor, ticket) & no(_("A ticket that was sent is never deleted."))


# Working -------------------------------------------------------------------------------------------------------------


def _worker(actor: Actor, ticket: Ticket) -> Verdict:
    if is_worker(actor, ticket):
        return view_ticket(actor, ticket)
    return view_ticket(actor, ticket) & no(NOT_RESPONSIBLE if actor.is_employee else NOT_FOR_YOU)


def _participant(actor: Actor, ticket: Ticket) -> Verdict:
    is_participant = is_worker(actor, ticket) or is_outside(actor, ticket)
    return view_ticket(actor, ticket) & (YES if is_participant else no(NOT_RESPONSIBLE))


def _superior(actor: Actor, ticket: Ticket) -> Verdict:
    return view_ticket(actor, ticket) & (
        YES if actor.is_superior else no(SUPERIORS_ONLY if actor.is_employee else NOT_FOR_YOU)
    )


def _in(ticket: Ticket, statuses: tuple[TicketStatus, ...]) -> Verdict:
    if ticket.status in statuses:
        return YES
    # Put together only where it is read: pages ask many rules of each ticket.
    return not_now(format_lazy(_("This is not possible while the ticket is {status}."), status=ticket.status.label))


@rule("ticketing.write_message")
def write_message(actor: Actor, ticket: Ticket) -> Verdict:
    """The customers' side and those who work on the ticket, until it is CLOSED or CANCELLED."""
    return _participant(actor, ticket) & _in(ticket, LIVE)


def _own_message(actor: Actor, message: Message) -> Verdict:
    ticket = message.conversation.ticket
    if message.is_internal and not actor.is_employee:
        return HIDDEN
    if message.author_id != actor.person_id:
        return read_messages(actor, ticket) & no(ONLY_AUTHOR)
    may_write = write_message(actor, ticket)
    if not may_write:
        return may_write
    is_recent = clock.now() - message.created_at < TIME_TO_CHANGE
    return YES if is_recent and not message.is_taken_back else not_now(TOO_LATE_TO_CHANGE)


@rule("ticketing.take_back_message")
def take_back_message(actor: Actor, message: Message) -> Verdict:
    """Its author, who may still write, for ten minutes; not what a button said, from which something followed."""
    # An answer belongs to its question.
    is_answer = message.answered_by is not None or "answer" in (message.composed or ())
    return _own_message(actor, message) & (no(SAID_BY_BUTTON) if is_answer or message.kind in CONSEQUENTIAL else YES)


@rule("ticketing.edit_message")
def edit_message(actor: Actor, message: Message) -> Verdict:
    """Who may take it back, if it is text; one that customers read not while the ticket is INTERNAL."""
    ticket = message.conversation.ticket
    # What is written while it is INTERNAL stays with employees.
    mixed = not message.is_internal and not ticket.is_public
    is_said = message.kind or message.composed is not None
    return _own_message(actor, message) & (
        no(SAID_BY_BUTTON) if is_said else not_now(NOT_WHILE_INTERNAL) if mixed else YES
    )


@rule("ticketing.send_ready_message")
def send_ready_message(actor: Actor, ticket: Ticket) -> Verdict:
    """Those who work on it, and may write a message."""
    return _worker(actor, ticket) & write_message(actor, ticket)


@rule("ticketing.answer_question")
def answer_question(actor: Actor, ticket: Ticket) -> Verdict:
    """The customers' side of a PUBLIC ticket, until it is CLOSED or CANCELLED."""
    if not is_outside(actor, ticket):
        return view_ticket(actor, ticket) & no(NOT_FOR_EMPLOYEES)
    return write_message(actor, ticket)


@rule("ticketing.create_video_session")
def create_video_session(actor: Actor, ticket: Ticket) -> Verdict:
    """Those who work on it, until it is CLOSED or CANCELLED; also for cancelling one."""
    return _worker(actor, ticket) & _in(ticket, LIVE)


@rule("ticketing.join_video_session")
def join_video_session(actor: Actor, ticket: Ticket) -> Verdict:
    """Who may write a message; the session itself says whether it goes on, and who has its seats."""
    return write_message(actor, ticket)


@rule("ticketing.list_video_sessions")
def list_video_sessions(actor: Actor, _obj: object = None) -> Verdict:
    """Employees: all of them, and the sheet of each."""
    return _visible(actor.is_employee)


@rule("ticketing.link_video_session")
def link_video_session(actor: Actor, ticket: Ticket) -> Verdict:
    """Those who work on the ticket, also once it is CLOSED or CANCELLED."""
    return _posted(actor, ticket) & _worker(actor, ticket)


@rule("ticketing.report_not_fixed")
def report_not_fixed(actor: Actor, ticket: Ticket) -> Verdict:
    """The customers' side of a PUBLIC ticket, while it is DONE and asks whether everything works again."""
    if not is_outside(actor, ticket):
        return view_ticket(actor, ticket) & no(NOT_FOR_EMPLOYEES)
    asked = ticket.status == TicketStatus.DONE and ticket.asks_for_rating
    return view_ticket(actor, ticket) & (YES if asked else not_now())


@rule("ticketing.join_ticket")
def join_ticket(actor: Actor, ticket: Ticket) -> Verdict:
    """The customers' side of a PUBLIC ticket of somebody else, until it is CLOSED or CANCELLED."""
    if not is_outside(actor, ticket):
        return view_ticket(actor, ticket) & no(NOT_FOR_EMPLOYEES)
    return view_ticket(actor, ticket) & (no(IS_YOURS) if is_own(actor, ticket) else YES) & _in(ticket, LIVE)


@rule("ticketing.leave_ticket")
def leave_ticket(actor: Actor, ticket: Ticket) -> Verdict:
    """Who joined the ticket, until it is CLOSED or CANCELLED."""
    joined = is_outside(actor, ticket) and is_affected(actor, ticket)
    return view_ticket(actor, ticket) & (YES if joined else no(NOT_JOINED)) & _in(ticket, LIVE)


@rule("ticketing.say_works_again")
def say_works_again(actor: Actor, ticket: Ticket) -> Verdict:
    """Who reported a PUBLIC ticket, is named by it or joined it, until the work is done."""
    concerned = is_outside(actor, ticket) and (is_own(actor, ticket) or is_affected(actor, ticket))
    return view_ticket(actor, ticket) & (YES if concerned else no(NOT_JOINED)) & _in(ticket, OPEN_WORK)


@rule("ticketing.see_affected")
def see_affected(actor: Actor, ticket: Ticket) -> Verdict:
    """Employees: who is affected. All others read how many."""
    return read_internal_updates(actor, ticket)


@rule("ticketing.post_public_update")
def post_public_update(actor: Actor, ticket: Ticket) -> Verdict:
    """The customers' side and those who work on the ticket, until it is CLOSED or CANCELLED.

    On an INTERNAL ticket nothing new is public.
    """
    refusal = no(_("This ticket is internal: updates stay with employees."))
    return _participant(actor, ticket) & (YES if ticket.is_public else refusal) & _in(ticket, LIVE)


@rule("ticketing.post_internal_update")
def post_internal_update(actor: Actor, ticket: Ticket) -> Verdict:
    """Those who work on the ticket, also when it is CLOSED."""
    return _worker(actor, ticket) & _in(ticket, (*LIVE, TicketStatus.CLOSED))


@rule("ticketing.accept_offer")
def accept_offer(actor: Actor, ticket: Ticket) -> Verdict:
    """Employees with an open offer, until the work is done."""
    offered = actor.is_employee and has_open_offer(actor.person_id, ticket)
    refusal = no(_("This ticket is not offered to you, or no longer.") if actor.is_employee else NOT_FOR_YOU)
    verdict = view_ticket(actor, ticket) & (YES if offered else refusal)
    return verdict & _in(ticket, (TicketStatus.OPEN, *WORK))


@rule("ticketing.reject_offer")
def reject_offer(actor: Actor, ticket: Ticket) -> Verdict:
    """Employees with an open offer, until the work is done."""
    return accept_offer(actor, ticket)


@rule("ticketing.assign")
def assign(actor: Actor, ticket: Ticket) -> Verdict:
    """Superiors, until the ticket is CLOSED or CANCELLED; also for taking a ticket away from an employee."""
    return _superior(actor, ticket) & _in(ticket, LIVE)


@rule("ticketing.start")
def start(actor: Actor, ticket: Ticket) -> Verdict:
    """Those who work on an ASSIGNED ticket; on an OPEN one superiors, who become responsible."""
    verdict = _superior(actor, ticket) if ticket.status == TicketStatus.OPEN else _worker(actor, ticket)
    return verdict & _in(ticket, (TicketStatus.OPEN, TicketStatus.ASSIGNED))


@rule("ticketing.set_back")
def set_back(actor: Actor, ticket: Ticket) -> Verdict:
    """Those who work on the ticket while it is IN PROGRESS."""
    return _worker(actor, ticket) & _in(ticket, (TicketStatus.IN_PROGRESS,))


@rule("ticketing.finish")
def finish(actor: Actor, ticket: Ticket) -> Verdict:
    """Those who work on the ticket while it is ASSIGNED or IN PROGRESS."""
    return _worker(actor, ticket) & _in(ticket, WORK)


@rule("ticketing.close")
def close(actor: Actor, ticket: Ticket) -> Verdict:
    """Those who work on the ticket while it is DONE, because a rating may never come."""
    return _worker(actor, ticket) & _in(ticket, (TicketStatus.DONE,))


@rule("ticketing.reopen")
def reopen(actor: Actor, ticket: Ticket) -> Verdict:
    """Those who work on the ticket once it is DONE, CLOSED or CANCELLED."""
    return _worker(actor, ticket) & _in(ticket, DEALT_WITH)


@rule("ticketing.cancel")
def cancel(actor: Actor, ticket: Ticket) -> Verdict:
    """Those who work on the ticket until the work is done; customers what they created, while it is OPEN."""
    if not actor.is_employee and is_creator(actor, ticket):
        return view_ticket(actor, ticket) & _in(ticket, (TicketStatus.OPEN,))
    return _worker(actor, ticket) & _in(ticket, (TicketStatus.OPEN, *WORK))


@rule("ticketing.make_private_link")
def make_private_link(actor: Actor, ticket: Ticket) -> Verdict:
    """The code user who created the ticket, once it was sent; not while a link for a time is all that lets them in."""
    is_passing = actor.holds_for_a_time(ticket.device_id) and not actor.opens(ticket.pk)
    return _reporter_with_a_code(actor, ticket) & (no(PASSING) if is_passing else YES)


def _reporter_with_a_code(actor: Actor, ticket: Ticket) -> Verdict:
    is_own = is_creator(actor, ticket) and actor.person is not None and actor.person.is_code_user
    return _posted(actor, ticket) & (YES if is_own else no(ONLY_REPORTER))


@rule("ticketing.revoke_private_links")
def revoke_private_links(actor: Actor, ticket: Ticket) -> Verdict:
    """The code user who created the ticket, and those who work on it, once it was sent."""
    if not actor.is_employee:
        return _reporter_with_a_code(actor, ticket)
    refusal = not_now(_("Only tickets that were reported with a code have private links."))
    return _posted(actor, ticket) & _worker(actor, ticket) & (YES if ticket.creator.is_code_user else refusal)


@rule("ticketing.change_priority")
def change_priority(actor: Actor, ticket: Ticket) -> Verdict:
    """Those who work on the ticket, until it is CLOSED or CANCELLED."""
    return _worker(actor, ticket) & _in(ticket, LIVE)


@rule("ticketing.change_visibility")
def change_visibility(actor: Actor, ticket: Ticket) -> Verdict:
    """Those who work on the ticket, until it is CLOSED or CANCELLED."""
    return _worker(actor, ticket) & _in(ticket, LIVE)


@rule("ticketing.edit_fields")
def edit_fields(actor: Actor, ticket: Ticket) -> Verdict:
    """Those who work on the ticket, until it is CLOSED or CANCELLED; who wrote it at the desk, while it is OPEN."""
    if not actor.is_employee and ticket.is_from_desk and is_creator(actor, ticket):
        return view_ticket(actor, ticket) & _in(ticket, (TicketStatus.OPEN,))
    return _worker(actor, ticket) & _in(ticket, LIVE)


@rule("ticketing.archive")
def archive(actor: Actor, ticket: Ticket) -> Verdict:
    """Managers: PUBLIC tickets of their customer while they are OPEN; what they wrote, until the work is done."""
    is_theirs = actor.is_manager and ticket.customer_id == actor.customer_id is not None
    own = is_creator(actor, ticket) and actor.is_manager
    if not (ticket.is_public and (is_theirs or own)):
        return view_ticket(actor, ticket) & no(_("Only managers may do this, for tickets of their customer."))
    return view_ticket(actor, ticket) & _in(ticket, OPEN_WORK if own else (TicketStatus.OPEN,))


# Being notified ------------------------------------------------------------------------------------------------------


@rule("ticketing.be_notified_of_offer")
def be_notified_of_offer(actor: Actor, ticket: Ticket) -> Verdict:
    """Employees with an open offer, until the work is done."""
    return accept_offer(actor, ticket)


@rule("ticketing.be_notified_of_messages")
def be_notified_of_messages(actor: Actor, ticket: Ticket) -> Verdict:
    """Responsible people and the customers' side, until the ticket is CLOSED or CANCELLED.

    Of an OPEN ticket also employees with an open offer; if there is no open offer, superiors.
    """
    if actor.is_employee:
        involved = is_responsible(actor.person_id, ticket) or _may_take(actor, ticket)
    else:
        involved = is_outside(actor, ticket)
    return view_ticket(actor, ticket) & _visible(involved) & _in(ticket, LIVE)


def _may_take(actor: Actor, ticket: Ticket) -> bool:
    if ticket.status != TicketStatus.OPEN:
        return False
    waiting = [offer.person_id for offer in ticket.offers.all() if offer.decision == Decision.OPEN]
    return actor.person_id in waiting if waiting else actor.is_superior


@rule("ticketing.be_notified_of_internal_updates")
def be_notified_of_internal_updates(actor: Actor, ticket: Ticket) -> Verdict:
    """Responsible people, also when the ticket is CLOSED."""
    involved = actor.is_employee and is_responsible(actor.person_id, ticket)
    return view_ticket(actor, ticket) & _visible(involved) & _in(ticket, (*LIVE, TicketStatus.CLOSED))


# Assistants -----------------------------------------------------------------------------------------------------------


@rule("ticketing.edit_assistant")
def edit_assistant(actor: Actor, _obj: object = None) -> Verdict:
    """Administrators; moderators where the organisation says so."""
    if actor.is_administrator:
        return YES
    if not actor.is_superior:
        return HIDDEN
    house = organisation()
    return YES if house is not None and house.moderators_edit_assistants else HIDDEN
