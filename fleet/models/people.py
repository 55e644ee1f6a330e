"""People: employees, customers' people and code users in one table, with one role each."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.common.folded_field import FoldedField
from config.common.typed_columns import EmailColumn, LineColumn, PhoneColumn

if TYPE_CHECKING:
    from fleet.actors import Actor


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    MODERATOR = "moderator", _("Moderator")
    MEMBER = "member", _("Member")
    MANAGER = "manager", _("Manager")
    SUBSCRIBER = "subscriber", _("Subscriber")
    CODE_USER = "code_user", _("Code user")


EMPLOYEE_ROLES = (Role.ADMINISTRATOR, Role.MODERATOR, Role.MEMBER)
CUSTOMER_ROLES = (Role.MANAGER, Role.SUBSCRIBER)


class PersonQuerySet(models.QuerySet["Person"]):
    def employees(self) -> "PersonQuerySet":
        """Active administrators, moderators and members."""
        return self.filter(role__in=EMPLOYEE_ROLES, is_active=True)

    def superiors(self) -> "PersonQuerySet":
        """Active moderators and administrators."""
        return self.filter(role__in=(Role.ADMINISTRATOR, Role.MODERATOR), is_active=True)

    def visible_to(self, actor: "Actor") -> "PersonQuerySet":
        """Those who sign in: employees see all of them, managers those of their customer."""
        if actor.is_employee:
            return self.exclude(role=Role.CODE_USER)
        # Named, so that the code users who stand beside a customer's machine are left out.
        theirs = self.filter(role__in=CUSTOMER_ROLES, customer=actor.customer_id)
        return theirs if actor.is_manager else self.none()


class BasePersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Person":
        """A person with a sign-in address, who cannot sign in while there is no password."""
        person: Person = self.model(email=email.strip().lower() or None, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "Person":
        """An administrator, made on the command line."""
        return self.create_user(email, password, **{**fields, "role": Role.ADMINISTRATOR})


PersonManager = BasePersonManager.from_queryset(PersonQuerySet)


class Person(AbstractBaseUser):
    """Employee, manager, subscriber or code user."""

    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.MEMBER)
    # The sign-in name; null for code users, who never sign in, and for people of a customer until they are invited.
    email = EmailColumn(_("sign-in e-mail"), unique=True, null=True, blank=True)
    # Only for writing to the person.
    contact_email = EmailColumn(_("contact e-mail"), blank=True)
    phone = PhoneColumn(_("phone"), max_length=40, blank=True)
    first_name = LineColumn(_("first name"), max_length=80, blank=True)
    last_name = LineColumn(_("last name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    customer = models.ForeignKey(
        "fleet.Customer", models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("customer")
    )
    is_active = models.BooleanField(_("active"), default=True)
    failed_sign_ins = models.PositiveIntegerField(_("failed sign-ins"), default=0, editable=False)
    failed_sign_in_at = models.DateTimeField(_("last failed sign-in"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    search = FoldedField(sources=("first_name", "last_name", "email", "contact_email", "phone"))

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("last_name", "first_name", "id")
        # Without code users, of whom there are many more and most of whom have no name.
        indexes = (
            models.Index(fields=("last_name", "id"), condition=~Q(role=Role.CODE_USER), name="person_by_last_name"),
        )
        constraints = (
            models.CheckConstraint(
                name="person_signs_in_as_role_says",
                # Managers and subscribers have none until they are invited.
                condition=Q(role__in=EMPLOYEE_ROLES, email__isnull=False)
                | Q(role=Role.CODE_USER, email__isnull=True)
                | Q(role__in=CUSTOMER_ROLES),
                violation_error_message=_("Employees need a sign-in e-mail; code users have none."),
            ),
            models.CheckConstraint(
                name="person_customer_fits_role",
                condition=(
                    Q(role__in=CUSTOMER_ROLES, customer__isnull=False)
                    | Q(role__in=EMPLOYEE_ROLES, customer__isnull=True)
                    | Q(role=Role.CODE_USER)
                ),
                violation_error_message=_("Managers and subscribers belong to a customer, employees to none."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First and last name, or the role for people without a name."""
        return f"{self.first_name} {self.last_name}".strip() or str(self.get_role_display())

    @property
    def is_employee(self) -> bool:
        return self.role in EMPLOYEE_ROLES

    @property
    def is_superior(self) -> bool:
        return self.role in (Role.ADMINISTRATOR, Role.MODERATOR)

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def is_customer_person(self) -> bool:
        return self.role in CUSTOMER_ROLES

    @property
    def is_code_user(self) -> bool:
        return self.role == Role.CODE_USER

    @property
    def is_staff(self) -> bool:
        # Django's admin asks this at its door.
        return self.is_active and self.is_administrator

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: object = None) -> bool:
        # Django's admin asks this; each of our admin classes asks the rules instead.
        return self.is_staff

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.first_name or self.name
