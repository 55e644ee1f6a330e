"""System checks of the composition root."""

from collections.abc import Sequence
from typing import Any

from channels.layers import channel_layers
from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


@register()
def channel_layer_can_be_built(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Fails at start-up when the live channel cannot be built; Channels itself would only fail at the first socket."""
    try:
        channel_layers["default"]
    except Exception as error:  # every backend raises its own kind, and each means the same here
        return [
            Error(
                f"The live channel (channel layer) cannot be built: {error}",
                hint="Check REDIS_URL; leave it empty to use the in-memory layer of a single process.",
                id="config.E001",
            )
        ]
    return []
