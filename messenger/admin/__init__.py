"""The administration of messenger."""

from messenger.admin import role_defaults  # noqa: F401  registers its page
