"""The addresses of the back office; `ticketing.office.middleware` lets only signed-in people in."""

from django.urls import include, path

from ticketing.office.views import (
    assistants,
    customers,
    desk_form,
    devices,
    editing,
    elements,
    exchange,
    muting,
    notification_settings,
    notifications,
    people,
    push_devices,
    reservations,
    start,
    suggestions,
    ticket_actions,
    ticket_create,
    ticket_detail,
    ticket_list,
)
from ticketing.surfaces import OFFICE
from ticketing.views.conversation import conversation_urls
from ticketing.views.flow import flow_urls

app_name = "office"

ticket_urls = [
    path("", ticket_detail.ticket_detail, name="ticket_detail"),
    path("parts/<slug:part>/", ticket_detail.ticket_part, name="ticket_part"),
    path("edit/", desk_form.ticket_edit, name="ticket_edit"),
    path("accept/", ticket_actions.ticket_accept, name="ticket_accept"),
    path("reject/", ticket_actions.ticket_reject, name="ticket_reject"),
    path("assign/", ticket_actions.ticket_assign, name="ticket_assign"),
    path("withdraw/", ticket_actions.ticket_withdraw, name="ticket_withdraw"),
    path("start/", ticket_actions.ticket_start, name="ticket_start"),
    path("set-back/", ticket_actions.ticket_set_back, name="ticket_set_back"),
    path("finish/", ticket_actions.ticket_finish, name="ticket_finish"),
    path("close/", ticket_actions.ticket_close, name="ticket_close"),
    path("reopen/", ticket_actions.ticket_reopen, name="ticket_reopen"),
    path("archive/", ticket_actions.ticket_archive, name="ticket_archive"),
    path("cancel/", ticket_actions.ticket_cancel, name="ticket_cancel"),
    path("priority/", ticket_actions.ticket_priority, name="ticket_priority"),
    path("visibility/", ticket_actions.ticket_visibility, name="ticket_visibility"),
    path("revoke-links/", ticket_actions.ticket_revoke_links, name="ticket_revoke_links"),
    path("delete-draft/", ticket_actions.ticket_delete_draft, name="ticket_delete_draft"),
    path("mute/", muting.ticket_mute, name="ticket_mute"),
    path("unmute/", muting.ticket_unmute, name="ticket_unmute"),
    path("read/", notifications.ticket_read, name="ticket_read"),
    *conversation_urls(OFFICE),
]

device_urls = [
    path("", devices.device_detail, name="device_detail"),
    path("edit/", editing.device_edit, name="device_edit"),
    path("record/", devices.device_record, name="device_record"),
    path("record.pdf", devices.device_record_pdf, name="device_record_pdf"),
]

customer_urls = [
    path("", customers.customer_detail, name="customer_detail"),
    path("edit/", editing.customer_edit, name="customer_edit"),
    path("logo/", customers.customer_logo, name="customer_logo"),
]

assistant_urls = [
    path("", assistants.assistant_detail, name="assistant_detail"),
    path("create/", assistants.assistant_create, name="assistant_create"),
    path("copy/", assistants.assistant_copy, name="assistant_copy"),
    path("copy-template/", assistants.template_copy, name="template_copy"),
    path("publish/", assistants.assistant_publish, name="assistant_publish"),
    path("versions/<int:number>/", assistants.assistant_version, name="assistant_version"),
    path("versions/<int:number>/bring-back/", assistants.assistant_bring_back, name="assistant_bring_back"),
    path("files/<uuid:file_id>/", assistants.assistant_file, name="assistant_file"),
    path("files/<uuid:file_id>/poster/", assistants.assistant_poster, name="assistant_poster"),
    path("order/", assistants.element_place, name="element_place"),
    path("preview/", elements.element_preview, name="element_preview"),
    path("elements/new/", elements.element_create, name="element_create"),
    path("elements/<slug:key>/", elements.element_edit, name="element_edit"),
    path("elements/<slug:key>/remove/", elements.element_remove, name="element_remove"),
    path("elements/<slug:key>/copy/", elements.element_copy, name="element_copy"),
]

urlpatterns = [
    path("", start.home, name="home"),
    path("overview/", start.start, name="start"),
    path("tickets/", ticket_list.ticket_list, name="ticket_list"),
    path("tickets/counts/", ticket_list.view_count_list, name="view_count_list"),
    path("tickets/filter-counts/", ticket_list.filter_count_list, name="filter_count_list"),
    path("tickets/filters/<slug:name>/", ticket_list.filter_options, name="filter_options"),
    path("tickets/new/", ticket_create.ticket_create, name="ticket_create"),
    path("tickets/new/form/", desk_form.desk_form, name="desk_form"),
    path("tickets/new/<slug:slug>/", ticket_create.ticket_create_flow, name="ticket_create_flow"),
    path("tickets/new/<slug:slug>/drafts/<int:ticket_id>/form/", ticket_create.ticket_form, name="ticket_form"),
    path("tickets/new/<slug:slug>/", include(flow_urls(OFFICE))),
    path("tickets/<int:ticket_id>/", include(ticket_urls)),
    path("suggest/reservation/<int:reservation_id>/", suggestions.reservation_facts, name="reservation_facts"),
    path("suggest/<slug:source>/", suggestions.suggestion_list, name="suggestion_list"),
    path("devices/", devices.device_list, name="device_list"),
    path("devices/new/", editing.device_create, name="device_create"),
    path("devices/<slug:slug>/", include(device_urls)),
    path("customers/", customers.customer_list, name="customer_list"),
    path("customers/new/", editing.customer_create, name="customer_create"),
    path("customers/<int:customer_id>/", include(customer_urls)),
    path("people/", people.person_list, name="person_list"),
    path("people/new/", editing.person_create, name="person_create"),
    path("people/<int:person_id>/", people.person_detail, name="person_detail"),
    path("people/<int:person_id>/edit/", editing.person_edit, name="person_edit"),
    path("reservations/", reservations.reservation_list, name="reservation_list"),
    path("reservations/new/", editing.reservation_create, name="reservation_create"),
    path("reservations/<int:reservation_id>/", reservations.reservation_detail, name="reservation_detail"),
    path("reservations/<int:reservation_id>/edit/", editing.reservation_edit, name="reservation_edit"),
    path("assistants/", assistants.assistant_list, name="assistant_list"),
    path("assistants/<int:template_id>/", include(assistant_urls)),
    path("data/", exchange.exchange, name="exchange"),
    path("data/<slug:kind>.<slug:suffix>", exchange.export, name="export"),
    path("data/<slug:kind>/<uuid:import_key>/", exchange.import_check, name="import_check"),
    path("data/<slug:kind>/<uuid:import_key>/import/", exchange.import_carry_out, name="import_carry_out"),
    path("settings/devices/", push_devices.device_list, name="push_devices"),
    path("settings/devices/<int:push_device_id>/", push_devices.device_rename, name="push_device_rename"),
    path("settings/devices/<int:push_device_id>/remove/", push_devices.device_remove, name="push_device_remove"),
    path("notifications/", notifications.notification_list, name="notification_list"),
    path("notifications/bell/", notifications.notification_bell, name="notification_bell"),
    path("settings/notifications/", notification_settings.notification_settings, name="notification_settings"),
    path(
        "settings/notifications/reset/",
        notification_settings.notification_settings_reset,
        name="notification_settings_reset",
    ),
    path("notifications/read/", notifications.notification_read_all, name="notification_read_all"),
    path("notifications/<int:notification_id>/", notifications.notification_open, name="notification_open"),
    path("notifications/<int:notification_id>/read/", notifications.notification_read, name="notification_read"),
    path("notifications/<int:notification_id>/place/", notifications.notification_place, name="notification_place"),
]
