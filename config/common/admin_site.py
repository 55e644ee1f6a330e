"""The administration as a whole: who may enter it, and in which order it lists its pages."""

from typing import Protocol, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from config.common.rules import may


class HasActor(Protocol):
    """A request after the middleware. The class of its actor is fleet's and not known here."""

    actor: object


def request_may(request: HttpRequest, rule: str, obj: object = None) -> bool:
    """Whether the rule allows it to the actor of the request."""
    return bool(may(cast("HasActor", request).actor, rule, obj))


class Administration(AdminConfig):
    """Django's administration with `AdministrationSite` as its site."""

    default_site = "config.common.admin_site.AdministrationSite"


class AdministrationSite(admin.AdminSite):
    """Asks the rules who may enter, and leaves signing in and out to the product's own pages."""

    site_header = _("Fleetdesk administration")
    site_title = _("Fleetdesk administration")
    index_title = _("Administration")
    site_url = cast("str", reverse_lazy(settings.LOGIN_REDIRECT_URL))
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        return request_may(request, settings.ADMINISTRATION_RULE)

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Redirects to the product's own sign-in page, where tries are counted.

        Raises `PermissionDenied` for people who are signed in and may not enter.
        """
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect(reverse("account_login", query={"next": request.GET.get("next") or reverse("admin:index")}))

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        return redirect("account_logout")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, object]]:
        """The pages to start from, ordered by their `menu_place`."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            shown = [entry for entry in app["models"] if self._place(entry["model"]) is not None]
            app["models"] = sorted(shown, key=lambda entry: self._place(entry["model"]) or 0)
        return [app for app in apps if app["models"]]

    def _place(self, model: type[Model]) -> int | None:
        return getattr(self._registry[model], "menu_place", None)
