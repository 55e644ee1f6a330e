"""The command that makes the kept markup of texts again."""

from django.core.management.base import BaseCommand

from messenger.models import Message
from messenger.services.markup import remake_markup
from ticketing.models import Update


class Command(BaseCommand):
    """Lets pages show old texts as fast as new ones after the rules of markup have changed."""

    help = "Makes the markup of messages and updates again where the rules have changed. Harmless at any time."

    def handle(self, *args: object, **options: object) -> None:
        for model in (Message, Update):
            count = sum(remake_markup(model))
            self.stdout.write(f"{model._meta.verbose_name_plural}: {count} made again.")
