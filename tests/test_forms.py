"""Every form says how it is drawn: all its fields, each with its name, and what is wrong at its place."""

import re

import pytest
from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.html import escape

from config.common.errors import InvalidInput
from config.jinja import crispy
from fleet.account_forms import PasswordChangeForm, SignInForm
from fleet.models import Person
from ratings.forms import QuickRatingForm, RatingForm
from ticketing.forms.actions import AssignForm, ChangeVisibilityForm, PriorityForm, WithdrawForm
from ticketing.forms.codes import PinForm
from ticketing.forms.conversation import InternalMessageForm, InternalUpdateForm, MessageForm, UpdateForm
from ticketing.forms.search import DeviceSearchForm
from ticketing.forms.start import StartForm
from ticketing.forms.steps import StepForm
from ticketing.forms.summary import ContactForm, VisibilityForm
from ticketing.models import Priority, Question, QuestionKind, Ticket, Visibility
from ticketing.pages.flow import FilesQuestion

ALICE, BOB = Person(pk=1, first_name="Alice"), Person(pk=2, first_name="Bob")
TICKET = Ticket(pk=3, priority=Priority.HIGH, visibility=Visibility.PUBLIC)
QUESTIONS = [
    Question(pk=number, kind=kind, text=f"Question {kind}", help_text="As you see it.")
    for number, kind in enumerate([kind for kind in QuestionKind if "choice" not in kind], 1)
]
FORMS: list[forms.BaseForm] = [
    SignInForm(),
    PasswordChangeForm(request=HttpRequest(), user=ALICE),
    PinForm(),
    StepForm(QUESTIONS, {}),
    ContactForm(ALICE),
    VisibilityForm(),
    RatingForm(),
    QuickRatingForm(),
    MessageForm(),
    InternalMessageForm(),
    UpdateForm(),
    InternalUpdateForm(),
    StartForm(),
    DeviceSearchForm(),
    AssignForm([ALICE, BOB]),
    WithdrawForm([ALICE, BOB]),
    PriorityForm(TICKET),
    ChangeVisibilityForm(TICKET),
]


def draw(form: forms.BaseForm) -> str:
    """The form with all that the pages give to the templates of its fields."""
    files = {name: FilesQuestion([], f"{name}_uploads", name, []) for name in form.fields}
    return crispy(form, files=files, with_camera=True, send_button="", waiting=[], reply="", back_url="")


def named(form: forms.BaseForm) -> str:
    return type(form).__name__


@pytest.mark.parametrize("form", FORMS, ids=named)
def test_all_fields_are_drawn(form: forms.BaseForm) -> None:
    html = draw(form)

    missing = [name for name in form.fields if not re.search(rf'\b(data-)?name="{name}"', html)]
    assert missing == []
    assert "<form" not in html
    assert "csrfmiddlewaretoken" not in html


@pytest.mark.parametrize("form", FORMS, ids=named)
def test_every_control_has_a_name_for_screen_readers(form: forms.BaseForm) -> None:
    html = draw(form)

    controls = re.findall(r"<(?:input|select|textarea)\b[^>]*>", html)
    shown = [control for control in controls if 'type="hidden"' not in control]
    nameless = [
        control
        for control in shown
        if "aria-label" not in control
        and not any(f'for="{own}"' in html for own in re.findall(r'\bid="([^"]+)"', control))
        and 'type="radio"' not in control  # Stands inside its label.
    ]
    assert nameless == []


@pytest.mark.parametrize(
    "form",
    [
        SignInForm({}),
        PinForm({}),
        StepForm(QUESTIONS, {}, data=QueryDict("")),
        ContactForm(ALICE, {"phone": "abc", "contact_email": "nowhere"}),
        VisibilityForm({}),
        RatingForm({"comment": "x" * 2001}),
        MessageForm.shown_again("Hello", "public", InvalidInput("Too <long>.")),
        AssignForm([ALICE], {"person": "2"}),
        AssignForm([ALICE], {"person": "１"}),
        PriorityForm(TICKET, {"priority": "7"}),
        ChangeVisibilityForm(TICKET, {"visibility": "secret"}),
        DeviceSearchForm({"q": "x" * 101}),
    ],
    ids=named,
)
def test_what_is_wrong_stands_at_its_field(form: forms.BaseForm) -> None:
    assert not form.is_valid()

    html = draw(form)

    for bound in (bound for bound in form.visible_fields() if bound.errors):
        assert f'id="{bound.auto_id}_error"' in html, bound.name
        assert all(escape(error) in html for error in bound.errors), bound.name


def test_a_wrong_field_names_its_help_and_its_error() -> None:
    html = draw(AssignForm([ALICE], {}))

    control = re.search("<select[^>]*>", html)
    assert control is not None
    assert 'aria-describedby="assign-person_help assign-person_error"' in control[0]
    assert 'aria-invalid="true"' in control[0]


def test_people_are_chosen_by_plain_digits_among_those_who_are_offered() -> None:
    assert AssignForm([ALICE, BOB], {"person": "2"}).is_valid()
    assert WithdrawForm([ALICE], {"person": "1"}).is_valid()
    assert not AssignForm([ALICE], {"person": "2"}).is_valid()
    assert not AssignForm([ALICE], {"person": "１"}).is_valid()
    assert not WithdrawForm([ALICE], {}).is_valid()


def test_a_text_that_is_shown_again_is_something_new() -> None:
    first = MessageForm.shown_again("Hello", "internal", InvalidInput("Too long."))
    second = MessageForm.shown_again("Hello", "internal", InvalidInput("Too long."))

    assert first["client_key"].value() != second["client_key"].value()
    assert first["audience"].value() == "internal"
    assert ">\nHello</textarea>" in draw(first)
