"""All addresses of Fleetdesk."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config.error_pages import too_large_for_proxy
from config.health import healthz, readyz
from config.installable import device_manifest, icon, office_manifest, service_worker
from config.menu_icons import menu_icons
from config.views import landing, logo, styleguide
from ticketing.portal.urls import picture_urls
from ticketing.views.files import file_urls
from ticketing.views.push import push_urls
from ticketing.views.unsubscribing import unsubscribe_urls

urlpatterns = [
    path("", landing, name="landing"),
    path("organisation/logo/", logo, name="logo"),
    path("service-worker.js", service_worker, name="service_worker"),
    path("manifest.webmanifest", office_manifest, name="office_manifest"),
    path("d/<slug:slug>/manifest.webmanifest", device_manifest, name="device_manifest"),
    path("icons/<slug:name>.png", icon, name="icon"),
    path("icons/<slug:digest>.svg", menu_icons, name="menu_icons"),
    path("office/ui/", styleguide, name="styleguide"),
    path("office/", include("ticketing.office.urls")),
    path("", include("ticketing.portal.urls")),
    path("", include("ratings.urls")),
    *file_urls,
    *picture_urls,
    *unsubscribe_urls,
    *push_urls,
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("too-large/", too_large_for_proxy, name="too_large"),
    path("accounts/", include("fleet.account_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    # First, because the demo's landing page takes the place of the product's.
    urlpatterns.insert(0, path("", include("config.demo.urls")))

handler400 = "config.error_pages.unreadable"
handler404 = "config.common.refusals.not_found"
handler500 = "config.error_pages.handle_error"
