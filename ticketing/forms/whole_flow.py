"""Everything that an employee says of a new ticket, on one page: all steps, who reported it, and who may see it."""

from collections.abc import Iterator

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from config.common.errors import InvalidInput
from fleet.actors import KnownActor
from fleet.models import Device
from ticketing.forms.reporter import NewReporterForm, ReporterForm
from ticketing.forms.steps import StepForm
from ticketing.forms.summary import VisibilityForm
from ticketing.selectors import FlowProgress, with_choices


class WholeFlowForms:
    """The forms of a draft. With `complete=False` they keep what is usable, and nothing is required."""

    def __init__(
        self,
        actor: KnownActor,
        progress: FlowProgress,
        device: Device,
        data: QueryDict | None = None,
        files: "MultiValueDict[str, UploadedFile[bytes]] | None" = None,
        *,
        complete: bool = False,
        only_own: bool,
    ) -> None:
        answers, draft = progress.by_question, progress.ticket
        with_choices(progress.questions)
        sent = {} if data is None else {"data": data, "files": files}
        self.steps = [StepForm(step.questions, answers, complete=complete, **sent) for step in progress.steps]
        for form in self.steps:
            form.helper.form_show_errors = False
        self.visibility = VisibilityForm(data if complete else None, only_own=only_own)
        self.reporter = ReporterForm(data, actor=actor, checked=complete, initial={"person": draft.person})
        if data is None:
            self.reporter.fields["person"].widget.attrs["autofocus"] = True
        else:
            self.visibility.initial["visibility"] = data.get("visibility")
        customer = {"customer": device.customer}
        self.new_reporter = NewReporterForm(data, actor=actor, checked=complete, initial=customer)

    def __iter__(self) -> Iterator[forms.Form]:
        """In the order of the page."""
        yield from (self.reporter, self.new_reporter, *self.steps, self.visibility)

    def is_valid(self) -> bool:
        """Whether the ticket can be sent as far as the forms can tell."""
        # Each says what is wrong with it.
        valid = [form.is_valid() for form in (self.new_reporter, *self.steps, self.visibility)]
        if self.new_reporter.is_given:
            # Who was looked for in vain is added instead.
            self.reporter.errors.pop("person", None)
            if self.reporter.cleaned_data.get("person") is not None:
                self.new_reporter.add_error("name", _("Choose someone above, or add someone here; not both."))
                return False
        return all(valid) and not self.reporter.errors

    def add_refusal(self, refusal: InvalidInput) -> None:
        """Says at its field why the ticket could not be sent."""
        for form in self:
            if refusal.field in form.fields:
                form.add_error(refusal.field, str(refusal))
                return
        self.visibility.add_error(None, str(refusal))
