"""`manage.py vapid`: a new key for push notifications, as a line for the environment."""

from django.core.management.base import BaseCommand

from config.common.push_keys import new_private_key


class Command(BaseCommand):
    help = "Print a new VAPID_PRIVATE_KEY. Browsers that subscribed with another key have to subscribe again."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"VAPID_PRIVATE_KEY={new_private_key()}")
