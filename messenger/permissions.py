"""The rules of messenger: one's own settings."""

from config.common.rules import HIDDEN, YES, Verdict, rule
from fleet.actors import Actor


@rule("messenger.change_own_settings")
def change_own_settings(actor: Actor, _obj: object = None) -> Verdict:
    """People who sign in: by which channel they hear of what, and when."""
    return YES if actor.is_signed_in else HIDDEN
