"""The administration of ratings, which are given by customers and never changed."""

from django.contrib import admin

from config.common.admin import ReadOnlyAdmin
from ratings.models import Rating


@admin.register(Rating)
class RatingAdmin(ReadOnlyAdmin[Rating]):
    menu_place = 1
    list_display = ("ticket", "score", "comment", "person", "created_at")
    list_select_related = ("ticket__flow", "person")
    list_filter = ("score",)
    # The comment itself, too: servers of the version before fold none while an update goes on.
    search_fields = ("=ticket__number", "search", "comment__icontains")
    fields = ("ticket", "score", "comment", "person", "created_at")
