"""The administration of the outbox: what waits, what failed and why, and whether mail arrives at all."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from config.common.admin import ReadOnlyAdmin
from fleet.requests import signed_in_actor
from messenger.carriers.trials import TRIAL_LABELS, send_trial
from messenger.kinds import require_kind
from messenger.models import UNFINISHED, Channel, Delivery, DeliveryState
from messenger.services.outbox import ChannelDown, PermanentError, queue_state, retry

SHOWN_BY_DEFAULT = (*UNFINISHED, DeliveryState.DEAD)


class StateFilter(admin.SimpleListFilter):
    """What waits and what failed, unless all or one state is asked for: what was sent is most of the table."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [*((value, str(label)) for value, label in DeliveryState.choices), ("all", gettext("All"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        default, *others = super().choices(changelist)
        yield {**default, "display": gettext("Waiting or failed")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> QuerySet[Delivery]:
        if self.value() == "all":
            return queryset
        states = [self.value()] if self.value() else SHOWN_BY_DEFAULT
        return queryset.filter(state__in=states)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin[Delivery]):
    """The queue; dead letters can be sent again."""

    menu_place = 5
    change_list_template = "admin/messenger/delivery/change_list.html"
    list_display = ("created_at", "person", "ticket", "fact", "channel", "state", "reason", "attempts", "error")
    list_display_links = ("created_at",)
    list_select_related = ("person", "ticket__flow")
    list_filter = (StateFilter, "channel", "reason")
    search_fields = ("=ticket__number", "person__search")
    fields = (
        *("person", "ticket", "fact", "channel", "state", "reason", "error", "attempts"),
        *("created_at", "due_at", "take_at", "finished_at", "letter"),
    )
    readonly_fields = ("fact",)
    actions = ("send_again",)
    show_full_result_count = False

    @admin.display(description=_("kind"))
    def fact(self, obj: Delivery) -> str:
        return str(require_kind(obj.kind).occasion.label)

    @admin.action(description=_("Send again what failed"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        count = retry(queryset)
        sentence = ngettext("%(n)s delivery is sent again.", "%(n)s deliveries are sent again.", count) % {"n": count}
        self.message_user(request, sentence if count else gettext("None of these has failed."))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        trials = [
            {"label": label, "url": reverse(f"admin:messenger_delivery_test_{channel.value}")}
            for channel, label in TRIAL_LABELS.items()
        ]
        return super().changelist_view(request, {**(extra_context or {}), "queue": queue_state(), "trials": trials})

    def get_urls(self) -> list[URLPattern]:
        trials = [self._trial_path(channel) for channel in TRIAL_LABELS]
        return [*trials, *super().get_urls()]

    def _trial_path(self, channel: Channel) -> URLPattern:
        view = self.admin_site.admin_view(lambda request: self.trial(request, channel))
        return path(f"test-{channel.value}/", view, name=f"messenger_delivery_test_{channel.value}")

    def trial(self, request: HttpRequest, channel: Channel) -> HttpResponse:
        """Sends something to the administrator, at once, and says how it went."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            said = send_trial(signed_in_actor(request).person, channel)
        except (ChannelDown, PermanentError, OSError) as error:
            sentence = gettext("It could not be sent: %(error)s") % {"error": error}
            self.message_user(request, sentence, messages.ERROR)
        else:
            self.message_user(request, said)
        return redirect("admin:messenger_delivery_changelist")
