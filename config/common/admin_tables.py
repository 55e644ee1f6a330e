"""Tables of the level below on a page of the administration."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.utils import display_for_field, display_for_value, label_for_field, lookup_field
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

SHOWN_CHILDREN = 50


@dataclass(frozen=True)
class ChildRow:
    """One child: the address of its page and what its columns show."""

    url: str
    cells: list[str]


@dataclass(frozen=True)
class ChildTable:
    """The children of an object behind one reverse accessor; `all_url` leads to all where not all are shown."""

    title: str
    name: str
    headings: list[str]
    rows: list[ChildRow]
    add_url: str
    all_url: str


def child_table(site: AdminSite, request: HttpRequest, parent: models.Model, accessor: str) -> ChildTable:
    """The table of the objects behind a reverse accessor of `parent`; its columns are the child's `child_columns`."""
    relation: Any = parent._meta.get_field(accessor)
    page: Any = site._registry[relation.related_model]
    meta, key = relation.related_model._meta, relation.field.name
    base = f"admin:{meta.app_label}_{meta.model_name}"
    # One more than is shown says whether a link to all is needed.
    children = list(page.get_queryset(request).filter(**{key: parent})[: SHOWN_CHILDREN + 1])
    add_url = f"{reverse(f'{base}_add')}?{urlencode({key: parent.pk})}" if page.has_add_permission(request) else ""
    all_url = f"{reverse(f'{base}_changelist')}?{urlencode({f'{key}__id__exact': parent.pk})}"
    return ChildTable(
        title=str(meta.verbose_name_plural),
        name=str(meta.verbose_name),
        headings=[str(label_for_field(column, relation.related_model, page)) for column in page.child_columns],
        rows=[
            ChildRow(
                url=reverse(f"{base}_change", args=[child.pk]),
                cells=[_cell(column, child, page) for column in page.child_columns],
            )
            for child in children[:SHOWN_CHILDREN]
        ],
        add_url=add_url,
        all_url=all_url if len(children) > SHOWN_CHILDREN else "",
    )


def _cell(column: str, child: models.Model, page: Any) -> str:
    field, attribute, value = lookup_field(column, child, page)
    empty = page.get_empty_value_display()
    if field is not None:
        return display_for_field(value, field, empty)
    if getattr(attribute, "boolean", False):
        return display_for_value(value, empty, boolean=True)
    return display_for_value(value, empty)
