"""The addresses of the back office; `ticketing.office.middleware` lets only signed-in people in."""

from django.urls import include, path
from django.views.generic import RedirectView

from ticketing.office.views import actions, creation, notifications, ticket, ticket_list
from ticketing.surfaces import OFFICE
from ticketing.views.conversation import conversation_urls
from ticketing.views.flow import flow_urls

app_name = "office"

ACTIONS = {
    "accept": actions.ticket_accept,
    "reject": actions.ticket_reject,
    "assign": actions.ticket_assign,
    "withdraw": actions.ticket_withdraw,
    "start": actions.ticket_start,
    "set-back": actions.ticket_set_back,
    "finish": actions.ticket_finish,
    "close": actions.ticket_close,
    "reopen": actions.ticket_reopen,
    "cancel": actions.ticket_cancel,
    "priority": actions.ticket_priority,
    "visibility": actions.ticket_visibility,
    "delete-draft": actions.ticket_delete_draft,
    "read": notifications.ticket_read,
}

ticket_urls = [
    path("", ticket.ticket_detail, name="ticket_detail"),
    path("parts/<slug:part>/", ticket.ticket_part, name="ticket_part"),
    *(path(f"{verb}/", view, name=f"ticket_{verb.replace('-', '_')}") for verb, view in ACTIONS.items()),
    *conversation_urls(OFFICE),
]

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="office:ticket_list"), name="home"),
    path("tickets/", ticket_list.ticket_list, name="ticket_list"),
    path("tickets/new/", creation.ticket_create, name="ticket_create"),
    path("tickets/new/<slug:slug>/", creation.ticket_create_flow, name="ticket_create_flow"),
    path("tickets/new/<slug:slug>/", include(flow_urls(OFFICE))),
    path("tickets/<int:ticket_id>/", include(ticket_urls)),
    path("notifications/", notifications.notification_list, name="notification_list"),
    path("notifications/read/", notifications.notification_read_all, name="notification_read_all"),
    path("notifications/<int:notification_id>/", notifications.notification_open, name="notification_open"),
]
