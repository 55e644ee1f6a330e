"""An answer that says that people are in danger: what its author reads, and what the team sees."""

import pytest

from tests.factories import ChoiceFactory, FlowFactory, QuestionFactory, StepFactory
from tests.ticketing.portal_browser import PortalBrowser
from ticketing.admin.warnings import choice_warnings
from ticketing.models import Choice, CreationFlow, Priority, QuestionKind, Ticket

pytestmark = pytest.mark.django_db
INSTRUCTION = "Press the emergency stop."


@pytest.fixture
def flow(phone: PortalBrowser) -> CreationFlow:
    """One question: is anybody in danger?"""
    template = phone.device.template
    template.emergency_number = "112"
    template.next_steps = "A technician calls you within 30 minutes."
    template.save()
    flow: CreationFlow = FlowFactory(template=template)
    question = QuestionFactory(step=StepFactory(flow=flow), kind=QuestionKind.SINGLE_CHOICE, text="In danger?")
    ChoiceFactory(question=question, label="Yes", raises_priority=True, instruction=INSTRUCTION)
    ChoiceFactory(question=question, label="No")
    return flow


def report(phone: PortalBrowser, flow: CreationFlow, label: str) -> tuple[Ticket, dict[str, str]]:
    """The sent ticket, and the pages on the way."""
    draft = phone.start(flow)
    choice = Choice.objects.get(label=label)
    pages = {"step": phone.get("flow_step", ticket_id=draft.pk, number=1).content.decode()}
    phone.answer(draft, 1, **{f"q{choice.question_id}": str(choice.pk)})
    pages["summary"] = phone.get("flow_summary", ticket_id=draft.pk).content.decode()
    phone.post("flow_send", ticket_id=draft.pk)
    pages["sent"] = phone.get("flow_confirmation", ticket_id=draft.pk).content.decode()
    return Ticket.objects.get(pk=draft.pk), pages


def test_danger_raises_the_priority_and_says_what_to_do_on_every_page(phone: PortalBrowser, flow: CreationFlow) -> None:
    ticket, pages = report(phone, flow, "Yes")

    assert ticket.priority == Priority.HIGH
    for page in pages.values():
        assert INSTRUCTION in page
        assert 'href="tel:112"' in page
    entry = ticket.journal.get(kind="priority_changed")
    assert (entry.person, entry.data) == (None, {"before": Priority.NORMAL, "after": Priority.HIGH})


def test_no_danger_changes_nothing(phone: PortalBrowser, flow: CreationFlow) -> None:
    ticket, pages = report(phone, flow, "No")

    assert ticket.priority == Priority.NORMAL
    assert not ticket.journal.filter(kind="priority_changed").exists()
    assert INSTRUCTION not in pages["summary"] + pages["sent"]


def test_a_code_user_cannot_send_a_priority(phone: PortalBrowser, flow: CreationFlow) -> None:
    draft = phone.start(flow)
    choice = Choice.objects.get(label="No")
    phone.answer(draft, 1, **{f"q{choice.question_id}": str(choice.pk), "priority": "3"})

    phone.post("flow_send", {"priority": "3"}, ticket_id=draft.pk)

    assert Ticket.objects.get(pk=draft.pk).priority == Priority.NORMAL


def test_the_confirmation_says_what_the_template_promises(phone: PortalBrowser, flow: CreationFlow) -> None:
    ticket, pages = report(phone, flow, "No")

    assert "A technician calls you within 30 minutes." in pages["sent"]
    assert f'data-text="{ticket.reference}"' in pages["sent"]


def test_an_instruction_that_is_never_shown_is_pointed_out(flow: CreationFlow) -> None:
    shown = Choice.objects.get(label="Yes")
    assert not list(choice_warnings(shown))

    shown.raises_priority = False
    assert len(list(choice_warnings(shown))) == 1
