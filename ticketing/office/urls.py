"""The addresses of the back office; `ticketing.office.middleware` lets only signed-in people in."""

from django.urls import include, path
from django.views.generic import RedirectView

from ticketing.office.views import notifications, ticket_actions, ticket_create, ticket_detail, ticket_list
from ticketing.surfaces import OFFICE
from ticketing.views.conversation import conversation_urls
from ticketing.views.flow import flow_urls

app_name = "office"

ACTIONS = {
    "accept": ticket_actions.ticket_accept,
    "reject": ticket_actions.ticket_reject,
    "assign": ticket_actions.ticket_assign,
    "withdraw": ticket_actions.ticket_withdraw,
    "start": ticket_actions.ticket_start,
    "set-back": ticket_actions.ticket_set_back,
    "finish": ticket_actions.ticket_finish,
    "close": ticket_actions.ticket_close,
    "reopen": ticket_actions.ticket_reopen,
    "cancel": ticket_actions.ticket_cancel,
    "priority": ticket_actions.ticket_priority,
    "visibility": ticket_actions.ticket_visibility,
    "delete-draft": ticket_actions.ticket_delete_draft,
    "read": notifications.ticket_read,
}

ticket_urls = [
    path("", ticket_detail.ticket_detail, name="ticket_detail"),
    path("parts/<slug:part>/", ticket_detail.ticket_part, name="ticket_part"),
    *(path(f"{verb}/", view, name=f"ticket_{verb.replace('-', '_')}") for verb, view in ACTIONS.items()),
    *conversation_urls(OFFICE),
]

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="office:ticket_list"), name="home"),
    path("tickets/", ticket_list.ticket_list, name="ticket_list"),
    path("tickets/new/", ticket_create.ticket_create, name="ticket_create"),
    path("tickets/new/<slug:slug>/", ticket_create.ticket_create_flow, name="ticket_create_flow"),
    path("tickets/new/<slug:slug>/", include(flow_urls(OFFICE))),
    path("tickets/<int:ticket_id>/", include(ticket_urls)),
    path("notifications/", notifications.notification_list, name="notification_list"),
    path("notifications/bell/", notifications.notification_bell, name="notification_bell"),
    path("notifications/read/", notifications.notification_read_all, name="notification_read_all"),
    path("notifications/<int:notification_id>/", notifications.notification_open, name="notification_open"),
]
