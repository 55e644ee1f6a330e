"""Creating and editing devices, customers, people and reservations."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from config.common.errors import InvalidInput, NotVisible
from config.common.numbers import whole_number
from config.common.rows import get_or_none
from config.common.rules import require
from fleet.access import customer_for, customers_for, device_sheet_for, person_for, reservation_for
from fleet.forms.customers import CustomerForm
from fleet.forms.devices import DeviceForm
from fleet.forms.editing import EditForm
from fleet.forms.people import CustomerPersonForm
from fleet.forms.reservations import ReservationForm
from fleet.requests import Request, known_actor
from fleet.services.customers import change_customer, create_customer
from fleet.services.devices import change_device, create_device
from fleet.services.people import activate_person, change_person, create_person
from fleet.services.reservations import change_reservation, create_reservation
from ticketing.office.pages.editing import EditPage
from ticketing.services.people import deactivate_person
from ticketing.views.responses import SeeOther

EDITING = ["GET", "HEAD", "POST"]
SAVED = _("Your changes were saved.")
Form = EditForm[Any]


@dataclass(frozen=True)
class Editing:
    """What a page needs: how its form is made, of the data and files that were sent, and what stores it.

    `store` returns the address of the sheet.
    """

    title: str | Promise
    back_url: str
    back_label: str | Promise
    form: Callable[[Any, Any], Form]
    store: Callable[[Form], str]
    done: str | Promise = SAVED


def _edit(request: Request, editing: Editing) -> HttpResponse:
    if request.method != "POST":
        return _show(request, editing, editing.form(None, None))
    form = editing.form(request.POST, request.FILES)
    if form.is_valid():
        try:
            address = editing.store(form)
        except InvalidInput as refusal:
            # Made anew of what is stored now, so that it says what has changed.
            form = editing.form(request.POST, request.FILES)
            if form.is_valid():
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, str(editing.done))
            return SeeOther(address)
    return _show(request, editing, form, status=400)


def _show(request: Request, editing: Editing, form: Form, status: int = 200) -> HttpResponse:
    page = EditPage(editing.title, form, editing.back_url, editing.back_label)
    return render(request, "ticketing/office/edit.html", {"page": page}, status=status)


def _sheet(name: str, row: Model, key: object = None) -> str:
    return reverse(f"office:{name}_detail", args=[key or row.pk])


@require_http_methods(EDITING)
def device_create(request: Request) -> HttpResponse:
    actor = known_actor(request)
    require(actor, "fleet.change_records")

    def store(form: Form) -> str:
        device = create_device(actor=actor, values=form.changes.values)
        return _sheet("device", device, device.slug)

    customer = _customer_in(request)
    return _edit(
        request,
        Editing(
            title=_("New device"),
            back_url=reverse("office:device_list"),
            back_label=_("Devices"),
            form=lambda data, files: DeviceForm(data, files, initial={"customer": customer, "is_active": True}),
            store=store,
            done=_("The device was created."),
        ),
    )


@require_http_methods(EDITING)
def device_edit(request: Request, slug: str) -> HttpResponse:
    actor = known_actor(request)
    device = device_sheet_for(actor, slug)
    require(actor, "fleet.change_records")

    def store(form: Form) -> str:
        changes = form.changes
        change_device(actor=actor, device_id=device.pk, values=changes.values, before=changes.before)
        return _sheet("device", device, device.slug)

    return _edit(
        request,
        Editing(
            title=device.name,
            back_url=_sheet("device", device, device.slug),
            back_label=device.name,
            form=lambda data, files: DeviceForm(data, files, instance=device_sheet_for(actor, slug)),
            store=store,
        ),
    )


@require_http_methods(EDITING)
def customer_create(request: Request) -> HttpResponse:
    actor = known_actor(request)
    require(actor, "fleet.change_records")
    return _edit(
        request,
        Editing(
            title=_("New customer"),
            back_url=reverse("office:customer_list"),
            back_label=_("Customers"),
            form=CustomerForm,
            store=lambda form: _sheet("customer", create_customer(actor=actor, values=form.changes.values)),
            done=_("The customer was created."),
        ),
    )


@require_http_methods(EDITING)
def customer_edit(request: Request, customer_id: int) -> HttpResponse:
    actor = known_actor(request)
    customer = customer_for(actor, customer_id)
    require(actor, "fleet.change_records")

    def store(form: Form) -> str:
        changes = form.changes
        change_customer(actor=actor, customer_id=customer_id, values=changes.values, before=changes.before)
        return _sheet("customer", customer)

    return _edit(
        request,
        Editing(
            title=customer.name,
            back_url=_sheet("customer", customer),
            back_label=customer.name,
            form=lambda data, files: CustomerForm(data, files, instance=customer_for(actor, customer_id)),
            store=store,
        ),
    )


@require_http_methods(EDITING)
def person_create(request: Request) -> HttpResponse:
    """A manager or subscriber of a customer."""
    actor = known_actor(request)
    require(actor, "fleet.change_records")

    def store(form: Form) -> str:
        assert isinstance(form, CustomerPersonForm)
        return _sheet("person", create_person(actor=actor, details=form.details))

    customer = _customer_in(request)
    return _edit(
        request,
        Editing(
            title=_("New person"),
            back_url=reverse("office:person_list"),
            back_label=_("People"),
            form=lambda data, files: CustomerPersonForm(data, files, initial={"customer": customer}),
            store=store,
            done=_("The person was created. They can sign in as soon as they have a password."),
        ),
    )


@require_http_methods(EDITING)
def person_edit(request: Request, person_id: int) -> HttpResponse:
    """Employees are edited in the administration."""
    actor = known_actor(request)
    person = person_for(actor, person_id)
    if not person.is_customer_person:
        raise NotVisible
    require(actor, "fleet.change_records")

    def store(form: Form) -> str:
        assert isinstance(form, CustomerPersonForm)
        change_person(actor=actor, person=person, details=form.details, before=form.before)
        if form.activity is not None:
            (activate_person if form.activity else deactivate_person)(actor=actor, person=person)
        return _sheet("person", person)

    return _edit(
        request,
        Editing(
            title=person.name,
            back_url=_sheet("person", person),
            back_label=person.name,
            form=lambda data, files: CustomerPersonForm(data, files, instance=person_for(actor, person_id)),
            store=store,
        ),
    )


@require_http_methods(EDITING)
def reservation_create(request: Request) -> HttpResponse:
    actor = known_actor(request)
    require(actor, "fleet.change_records")
    return _edit(
        request,
        Editing(
            title=_("New reservation"),
            back_url=reverse("office:reservation_list"),
            back_label=_("Reservations"),
            form=lambda data, files: ReservationForm(data, files, actor=actor),
            store=lambda form: _sheet("reservation", create_reservation(actor=actor, values=form.changes.values)),
            done=_("The reservation was created."),
        ),
    )


@require_http_methods(EDITING)
def reservation_edit(request: Request, reservation_id: int) -> HttpResponse:
    actor = known_actor(request)
    reservation = reservation_for(actor, reservation_id)
    require(actor, "fleet.change_records")

    def store(form: Form) -> str:
        changes = form.changes
        change_reservation(actor=actor, reservation_id=reservation_id, values=changes.values, before=changes.before)
        return _sheet("reservation", reservation)

    return _edit(
        request,
        Editing(
            title=_("Reservation %(number)s") % {"number": reservation.number},
            back_url=_sheet("reservation", reservation),
            back_label=reservation.number,
            form=lambda data, files: ReservationForm(
                data, files, instance=reservation_for(actor, reservation_id), actor=actor
            ),
            store=store,
        ),
    )


def _customer_in(request: Request) -> object:
    """The customer whose sheet led here, for the form to begin with."""
    number = whole_number(request.GET.get("customer"))
    return get_or_none(customers_for(request.actor).filter(pk=number)) if number is not None else None
