"""The addresses of the portal. After the link of a code, and a private one, none of them holds its token."""

from django.urls import URLPattern, URLResolver, include, path

from ticketing.portal.views import affected, assistant, codes, device, links, push, tickets
from ticketing.surfaces import PORTAL
from ticketing.views.conversation import conversation_urls
from ticketing.views.flow import flow_urls

app_name = "portal"

below_device: list[URLPattern | URLResolver] = [
    path("", device.device_detail, name="device"),
    path("open/", device.device_tickets, name="device_tickets"),
    path("new/", device.ticket_new, name="ticket_new"),
    path("tickets/", device.ticket_list, name="ticket_list"),
    path("tickets/<int:ticket_id>/", tickets.ticket_detail, name="ticket_detail"),
    path("tickets/<int:ticket_id>/status/", tickets.ticket_status, name="ticket_status"),
    path("tickets/<int:ticket_id>/updates/", tickets.ticket_updates, name="ticket_updates"),
    path("tickets/<int:ticket_id>/not-fixed/", tickets.ticket_not_fixed, name="ticket_not_fixed"),
    path("tickets/<int:ticket_id>/join/", affected.ticket_join, name="ticket_join"),
    path("tickets/<int:ticket_id>/leave/", affected.ticket_leave, name="ticket_leave"),
    path("tickets/<int:ticket_id>/works-again/", affected.ticket_works_again, name="ticket_works_again"),
    path("tickets/<int:ticket_id>/cancel/", tickets.ticket_cancel, name="ticket_cancel"),
    path("tickets/<int:ticket_id>/push/", push.ticket_push, name="ticket_push"),
    path("tickets/<int:ticket_id>/push/off/", push.ticket_push_off, name="ticket_push_off"),
    path("tickets/<int:ticket_id>/link/", links.link_make, name="link_make"),
    path("tickets/<int:ticket_id>/link/revoke/", links.link_revoke, name="link_revoke"),
    path("tickets/<int:ticket_id>/", include(conversation_urls(PORTAL))),
    path("help/", assistant.help_start, name="help"),
    path("help/bundle/", assistant.help_bundle, name="help_bundle"),
    path("help/counts/", assistant.help_counts, name="help_counts"),
    path("help/<slug:key>/", assistant.help_element, name="help_element"),
    path("help/<slug:key>/helped/", assistant.help_helped, name="help_helped"),
    path("help/files/<uuid:file_id>/", assistant.help_file, name="help_file"),
    path("help/files/<uuid:file_id>/poster/", assistant.help_poster, name="help_poster"),
    *flow_urls(PORTAL),
]
urlpatterns = [
    path("c/<str:token>/", codes.scan, name="scan"),
    path("c/<str:token>/<path:behind>/", codes.scan),
    path("C/<str:token>/", codes.scan),
    path("C/<str:token>/<path:behind>/", codes.scan),
    path("code/", codes.code_entry, name="code_entry"),
    path("scan/decode/", codes.scan_decode, name="scan_decode"),
    path("l/<str:link_token>/", links.private_link, name="private_link"),
    path("d/<slug:slug>/", include(below_device)),
]
picture_urls: list[URLPattern] = [path("pictures/device/<slug:slug>/", device.device_picture, name="device_picture")]
