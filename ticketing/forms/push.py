"""What a browser sends of itself, so that it can be pushed to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from config.common.typed import LineField
from messenger.services.push_devices import MAX_ENDPOINT, MAX_NAME
from messenger.web_push import Subscription

MAX_KEY = 200


class SubscriptionForm(forms.Form):
    """As `PushSubscription.toJSON` says it; a script fills it in."""

    endpoint = forms.CharField(max_length=MAX_ENDPOINT)
    p256dh = forms.CharField(max_length=MAX_KEY)
    auth = forms.CharField(max_length=MAX_KEY)

    @property
    def subscription(self) -> Subscription:
        return Subscription(**{name: self.cleaned_data[name] for name in ("endpoint", "p256dh", "auth")})


class DeviceNameForm(forms.Form):
    name = LineField(label=_("Name of this browser"), max_length=MAX_NAME)
