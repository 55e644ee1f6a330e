"""Who runs this service desk."""

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.common.typed_columns import LineColumn, PhoneColumn

IS_PAGE = URLValidator(schemes=["https", "http"])


class Organisation(models.Model):
    """One row, or none until an administrator fills it in: then pages carry its name instead of the product's."""

    name = LineColumn(_("name"), max_length=80)
    logo = models.ImageField(_("logo"), upload_to="organisation/", blank=True)
    phone = PhoneColumn(_("phone"), max_length=40, blank=True)
    imprint_url = LineColumn(_("address of the imprint"), max_length=200, blank=True, validators=[IS_PAGE])
    privacy_url = LineColumn(_("address of the privacy notice"), max_length=200, blank=True, validators=[IS_PAGE])

    # Defaults in the database, too: servers of the version before write rows while an update goes on.
    moderators_edit_assistants = models.BooleanField(
        _("moderators edit assistants"),
        default=False,
        db_default=False,
        help_text=_("Else only administrators do."),
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="only_one_organisation"),)

    def __str__(self) -> str:
        return self.name
