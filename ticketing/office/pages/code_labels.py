"""Labels with codes: what is to be printed, how the first sheet looks, and the batches of codes for stickers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.common import keyset
from config.common.errors import InvalidInput
from config.common.keyset import Key
from config.common.qr import Modules
from fleet.access import code_batches_for
from fleet.actors import Actor
from fleet.forms.labels import BatchForm, LabelForm
from fleet.labels.content import House, Part, contents_of, wish
from fleet.labels.drawing import Drawing, draw_label
from fleet.labels.layouts import ONE_LABEL, Layout, Place
from fleet.labels.pdf import write_labels
from fleet.models import Code, CodeBatch
from fleet.organisation import organisation
from fleet.services.labels import MOST_LABELS, check_printable
from ticketing.office.pages.lists import PAGE_SIZE, PageLinks

NEWEST_FIRST = Key("at", keyset.moment, descending=True)


@dataclass(frozen=True)
class Labels:
    """What is printed: each code as often as there are copies."""

    codes: list[Code]
    layout: Layout
    skipped: int
    copies: int
    form: LabelForm
    house: House

    @property
    def count(self) -> int:
        return len(self.codes) * self.copies

    @property
    def sheets(self) -> int:
        return -(-(self.skipped + self.count) // self.layout.per_page)

    def drawings(self) -> Iterator[Drawing]:
        """One after the other. Raises `LabelTooSmall`."""
        for content in contents_of(self.codes, self.form.wish, self.house):
            drawing = draw_label(content, self.layout)
            for _copy in range(self.copies):
                yield drawing

    def write(self, file: IO[bytes]) -> None:
        write_labels(file, self.layout, self.drawings(), title=_("Labels"), skipped=self.skipped, logo=self.house.logo)


@dataclass(frozen=True)
class PlacedLabel:
    """A label on the sheet; `modules` are those of its code."""

    place: Place
    drawing: Drawing

    @property
    def modules(self) -> Modules:
        return self.drawing.modules


@dataclass(frozen=True)
class Sheet:
    """The first sheet: places that are used already, labels, and places that stay free."""

    layout: Layout
    used: list[Place]
    labels: list[PlacedLabel]
    free: list[Place]

    @property
    def left_out(self) -> list[str]:
        found = {part for each in self.labels for part in each.drawing.left_out}
        return [str(part.label) for part in Part if part in found]


@dataclass(frozen=True)
class LabelsPage:
    """`labels` and `sheet` are None where nothing can be printed; then the form or `refusal` says why."""

    form: LabelForm
    pdf_url: str
    labels: Labels | None = None
    sheet: Sheet | None = None
    refusal: str = ""

    @property
    def summary(self) -> str:
        """``24 labels on 2 sheets``."""
        assert self.labels is not None
        count, sheets = self.labels.count, self.labels.sheets
        shown = ngettext("%(n)s label", "%(n)s labels", count) % {"n": count}
        if self.labels.layout.per_page == 1:
            return shown
        on = ngettext("%(n)s sheet", "%(n)s sheets", sheets) % {"n": sheets}
        return _("%(labels)s on %(sheets)s") % {"labels": shown, "sheets": on}


def labels_page(actor: Actor, query: QueryDict) -> LabelsPage:
    """What the query of the address asks for. Raises the refusal of ``fleet.print_code``."""
    form = LabelForm(query, actor=actor)
    pdf_url = f"{reverse('office:code_labels')}?{query.urlencode()}"
    if not form.is_valid():
        return LabelsPage(form, pdf_url)
    try:
        labels = _labels(form)
        return LabelsPage(form, pdf_url, labels, _first_sheet(labels))
    except InvalidInput as refusal:
        return LabelsPage(form, pdf_url, refusal=str(refusal))


def _labels(form: LabelForm) -> Labels:
    """Raises `InvalidInput` where there are none, too many, or some that must not be printed."""
    codes, copies = list(form.codes[: MOST_LABELS + 1]), form.cleaned_data["copies"]
    if not codes:
        raise InvalidInput(_("There are no such codes."), code="no_codes")
    if len(codes) * copies > MOST_LABELS:
        sentence = _("These are more than %(n)s labels. Choose fewer codes or copies, and print several times.")
        raise InvalidInput(sentence % {"n": MOST_LABELS}, code="too_many_labels")
    check_printable(codes)
    return Labels(codes, form.chosen_layout, form.cleaned_data["skipped"], copies, form, House(organisation()))


def _first_sheet(labels: Labels) -> Sheet:
    layout, skipped = labels.layout, labels.skipped
    places = list(islice(layout.places(), layout.per_page))
    shown = [PlacedLabel(*each) for each in zip(places[skipped:], labels.drawings(), strict=False)]
    return Sheet(layout, places[:skipped], shown, places[skipped + len(shown) :])


def write_one_label(code: Code, language: str, file: IO[bytes]) -> None:
    """A label of one code with everything on it. Raises `OtherSecret`."""
    check_printable([code])
    house = House(organisation())
    drawings = (draw_label(each, ONE_LABEL) for each in contents_of([code], wish(languages=[language]), house))
    write_labels(file, ONE_LABEL, drawings, title=str(code), logo=house.logo)


@dataclass(frozen=True)
class BatchesPage:
    form: BatchForm
    batches: list[CodeBatch] = field(default_factory=list)
    previous: str = ""
    next: str = ""


def batches_page(actor: Actor, query: QueryDict, form: BatchForm) -> BatchesPage:
    """Raises the refusal of ``fleet.print_code``."""
    links = PageLinks(reverse("office:code_batch"), query)
    found = keyset.keyset_page(code_batches_for(actor), key=NEWEST_FIRST, cursor=links.cursor, size=PAGE_SIZE)
    return BatchesPage(form, found.rows, links.at(found.previous), links.at(found.next))
