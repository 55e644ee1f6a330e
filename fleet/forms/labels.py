"""The forms in which labels are chosen, and in which codes are created in batches."""

import uuid
from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, TextChoices
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from config.common.forms import Helper
from config.common.suggest_field import SuggestField, SuggestForm
from config.common.typed import LineField
from fleet.access import code_batches_for, codes_to_print, templates_for
from fleet.actors import Actor
from fleet.labels import layouts
from fleet.labels.content import CHOSEN_PARTS, Wish, wish
from fleet.models import Code, CodeBatch
from fleet.services.code_batches import MOST_CODES

MOST_CHOSEN = 80  # An address has to hold them.
MOST_COPIES = 10


class Which(TextChoices):
    """Of which codes there are to be labels."""

    CHOSEN = "chosen", _("The chosen codes")
    CUSTOMER = "customer", _("All codes of a customer")
    TEMPLATE = "template", _("All codes of a template")
    BATCH = "batch", _("A batch of new codes")
    UNPAIRED = "unpaired", _("All codes without a device")


class LabelForm(SuggestForm):
    """`query` is that of the address; what it leaves out stands as for a first visit."""

    use_required_attribute = False

    which = forms.ChoiceField(label=_("For which codes?"), widget=forms.RadioSelect)
    customer = SuggestField(label=_("Customer"), source="customer", required=False)
    template = forms.ChoiceField(label=_("Template"), required=False)
    batch = forms.ChoiceField(label=_("Batch"), required=False)
    layout = forms.ChoiceField(label=_("Size of the labels"))
    width = forms.FloatField(
        label=_("Width in millimetres"),
        required=False,
        min_value=layouts.LEAST,
        max_value=layouts.MOST_WIDE,
        widget=forms.NumberInput(attrs={"step": "0.1"}),
    )
    height = forms.FloatField(
        label=_("Height in millimetres"),
        required=False,
        min_value=layouts.LEAST,
        max_value=layouts.MOST_HIGH,
        widget=forms.NumberInput(attrs={"step": "0.1"}),
    )
    skipped = forms.IntegerField(
        label=_("Labels used already"), help_text=_("On the first sheet, row by row."), min_value=0
    )
    copies = forms.IntegerField(label=_("Copies"), min_value=1, max_value=MOST_COPIES)
    languages = forms.MultipleChoiceField(
        label=_("“Scan for help and service” in"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    parts = forms.MultipleChoiceField(
        label=_("What else stands on a label?"),
        choices=[(part.value, part.label) for part in CHOSEN_PARTS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, query: QueryDict, *, actor: Actor) -> None:
        self.ids = _uuids(query.getlist("id"))
        super().__init__(data=_with_defaults(query, has_ids=bool(self.ids)), actor=actor)
        self.reader = actor
        self._offer("which", [(each.value, each.label) for each in Which if each != Which.CHOSEN or self.ids])
        self._offer("layout", layouts.layout_choices())
        templates = [(str(each.pk), each.name) for each in templates_for(actor)]
        self._offer("template", [("", _("Choose a template")), *templates])
        batches = [(str(each.pk), _name_of(each)) for each in code_batches_for(actor)]
        self._offer("batch", [("", _("Choose a batch")), *batches])
        self.helper = Helper(
            Layout(
                "which",
                Div("customer", css_class="code-labels__customer"),
                Div("template", css_class="code-labels__template"),
                Div("batch", css_class="code-labels__batch"),
                "layout",
                Div(Field("width"), Field("height"), css_class="code-labels__own code-labels__pair"),
                Div(Field("skipped"), Field("copies"), css_class="code-labels__pair"),
                "languages",
                "parts",
            ),
            form_show_errors=False,
        )

    def _offer(self, name: str, choices: Sequence[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def chosen_layout(self) -> layouts.Layout:
        cleaned = self.cleaned_data
        if cleaned["layout"] == layouts.OWN:
            return layouts.own_layout(cleaned["width"], cleaned["height"])
        return layouts.LAYOUTS[cleaned["layout"]]

    @property
    def wish(self) -> Wish:
        return wish(self.cleaned_data["parts"], self.cleaned_data["languages"])

    @property
    def codes(self) -> QuerySet[Code]:
        """Those to print, as many as there are."""
        found, cleaned = codes_to_print(self.reader), self.cleaned_data
        match Which(cleaned["which"]):
            case Which.CHOSEN:
                return found.filter(pk__in=self.ids)
            case Which.CUSTOMER:
                return found.filter(device__customer=cleaned["customer"])
            case Which.TEMPLATE:
                return found.filter(device__template=cleaned["template"])
            case Which.BATCH:
                return found.filter(batch=cleaned["batch"])
            case Which.UNPAIRED:
                return found.filter(device__isnull=True)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if len(self.ids) > MOST_CHOSEN:
            sentence = _("Choose at most %(n)s codes in the list. More at once: of a customer, a template or a batch.")
            raise ValidationError(sentence, code="too_many", params={"n": MOST_CHOSEN})
        which = cleaned.get("which")
        if (
            which in {Which.CUSTOMER, Which.TEMPLATE, Which.BATCH}
            and not cleaned.get(which)
            and which not in self.errors
        ):
            self.add_error(which, ValidationError(_MISSING[which], code="required"))
        if cleaned.get("layout") == layouts.OWN:
            for name in ("width", "height"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(_("Please enter the size of a label."), code="required"))
        if not self.errors:
            self._check_first_sheet()
        return cleaned

    def _check_first_sheet(self) -> None:
        if self.cleaned_data["skipped"] >= (most := self.chosen_layout.per_page):
            sentence = _("A sheet has %(n)s labels: fewer of them are used already.")
            self.add_error("skipped", ValidationError(sentence, code="too_many", params={"n": most}))


_MISSING = {
    Which.CUSTOMER.value: _("Choose a customer."),
    Which.TEMPLATE.value: _("Choose a template."),
    Which.BATCH.value: _("Choose a batch."),
}


def _name_of(batch: CodeBatch) -> str:
    return f"{batch.pattern} · {batch.size} · {date_format(localtime(batch.at), 'SHORT_DATE_FORMAT')}"


def _uuids(texts: list[str]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _with_defaults(query: QueryDict, *, has_ids: bool) -> QueryDict:
    data = query.copy()
    if "layout" in query:
        return data
    which = Which.CHOSEN if has_ids else Which.BATCH if query.get("batch") else Which.UNPAIRED
    for name, value in (("which", which.value), ("layout", layouts.DEFAULT.name), ("skipped", "0"), ("copies", "1")):
        data.setdefault(name, value)
    data.setlistdefault("languages", [(get_language() or settings.LANGUAGE_CODE).split("-")[0]])
    data.setlistdefault("parts", [part.value for part in CHOSEN_PARTS])
    return data


class BatchForm(forms.Form):
    """How many codes, and how they are labelled."""

    use_required_attribute = False

    size = forms.IntegerField(label=_("Number of codes"), min_value=1, max_value=MOST_CODES, initial=100)
    pattern = LineField(
        label=_("Label"),
        max_length=70,
        help_text=_("{n} becomes the number of the sticker: “Roll 3, sticker {n}”."),
    )
    client_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    helper = Helper(Layout("size", "pattern", "client_key"), form_show_errors=False)
