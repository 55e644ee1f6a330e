"""What people of each role are sent unless they choose otherwise: one page with a table for each role."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.common.admin import RuledAdmin
from fleet.models import Role
from fleet.requests import signed_in_actor
from messenger.models import Channel, Occasion, RoleDefault
from messenger.preferences import CHANNELS, defaults_of, grouped, is_on_by_default, occasions_for
from messenger.services.preferences import ChangedDefault, set_role_defaults

ROLES = tuple(role for role in Role if role != Role.CODE_USER)
SHOWN_CHANGES = 20


@dataclass(frozen=True)
class Cell:
    """A box of the table, and whether the product has it on."""

    name: str
    label: str
    is_on: bool
    is_on_in_product: bool


@dataclass(frozen=True)
class Row:
    occasion: Occasion
    cells: list[Cell]


@admin.register(RoleDefault)
class RoleDefaultAdmin(RuledAdmin[RoleDefault]):
    """Entries of the log name the role instead of a row: rows come and go with what differs from the product."""

    menu_place = 1

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: RoleDefault | None = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Where the log of the administration leads: to the table of the role."""
        return redirect(_address(_role_named(object_id)))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """The table of one role, and what it sends."""
        role = _role_named(request.GET.get("role", ""))
        if request.method == "POST":
            self._store(request, role)
            self.message_user(request, _("The defaults were saved. What people have chosen stays."), messages.SUCCESS)
            return redirect(_address(role))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Notification defaults"),
            "opts": self.opts,
            "role": role,
            "roles": [(each, _address(each)) for each in ROLES],
            "channels": CHANNELS,
            "groups": _table(role),
            "changes": _changes(role)[:SHOWN_CHANGES],
        }
        return TemplateResponse(request, "admin/messenger/roledefault/change_list.html", context)

    @transaction.atomic
    def _store(self, request: HttpRequest, role: Role) -> None:
        wanted = {
            (occasion.value, channel.value): _name(occasion, channel) in request.POST
            for occasion in occasions_for(role)
            for channel in CHANNELS
        }
        actor = signed_in_actor(request)
        changed = set_role_defaults(actor=actor, role=role, channels=wanted)
        if changed:
            LogEntry.objects.create(
                user=actor.person,
                content_type=ContentType.objects.get_for_model(RoleDefault),
                object_id=role.value,
                object_repr=str(role.label),
                action_flag=CHANGE,
                change_message=_sentence(changed),
            )


def _role_named(name: str) -> Role:
    """The first one for a name that is none."""
    return next((role for role in ROLES if role.value == name), ROLES[0])


def _address(role: Role) -> str:
    return reverse("admin:messenger_roledefault_changelist", query={"role": role.value})


def _name(occasion: Occasion, channel: Channel) -> str:
    return f"{occasion.value}-{channel.value}"


def _table(role: Role) -> list[tuple[str | Promise, list[Row]]]:
    present = defaults_of(role)

    def cell(occasion: Occasion, channel: Channel) -> Cell:
        return Cell(
            name=_name(occasion, channel),
            label=f"{occasion.label}: {channel.label}",
            is_on=present[occasion, channel],
            is_on_in_product=is_on_by_default(role, occasion, channel),
        )

    return [
        (label, [Row(each, [cell(each, channel) for channel in CHANNELS]) for each in occasions])
        for label, occasions in grouped(occasions_for(role))
    ]


def _changes(role: Role) -> QuerySet[LogEntry]:
    """The newest first."""
    of_table = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(RoleDefault))
    return of_table.filter(object_id=role.value).select_related("user").order_by("-action_time", "-pk")


def _sentence(changed: Collection[ChangedDefault]) -> str:
    """In the language of who changed it, like all of the log."""
    said = (
        f"{each.row.get_occasion_display()} · {each.row.get_channel_display()}: {_('off') if each.was_on else _('on')}"
        for each in changed
    )
    return ", ".join(said)
