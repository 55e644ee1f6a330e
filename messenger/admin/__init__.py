"""The administration of messenger."""

from messenger.admin import deliveries, ready, role_defaults  # noqa: F401  each registers its page
