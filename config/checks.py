"""System checks of the environment, which also run before the server starts."""

import shutil
from pathlib import Path
from tempfile import TemporaryFile

from channels.layers import channel_layers
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register

ENVIRONMENT = "environment"


@register(ENVIRONMENT)
def channel_layer_can_be_built(**_options: object) -> list[CheckMessage]:
    # Channels itself would only fail at the first socket.
    try:
        channel_layers["default"]
    except Exception as error:  # Each backend raises errors of its own, and all mean the same here.
        return [
            Error(
                f"The live channel (channel layer) cannot be built: {error}",
                hint="Check REDIS_URL; leave it empty to use the in-memory layer of a single process.",
                id="config.E001",
            )
        ]
    return []


@register(ENVIRONMENT)
def uploads_can_be_stored(**_options: object) -> list[CheckMessage]:
    return _error_unless_writable("MEDIA_ROOT", Path(settings.MEDIA_ROOT), "config.E002")


@register(ENVIRONMENT)
def sqlite_can_be_written(**_options: object) -> list[CheckMessage]:
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return []
    # The whole folder: SQLite writes its journal beside the database.
    return _error_unless_writable("DATABASE_URL", Path(database["NAME"]).parent, "config.E003")


@register(ENVIRONMENT)
def media_can_be_prepared(**_options: object) -> list[CheckMessage]:
    # Asked before there are models, which `messenger.ffmpeg` needs.
    if shutil.which(settings.FFMPEG or "ffmpeg"):
        return []
    if settings.FFMPEG:
        hint = "Correct FFMPEG, or leave it empty to look for ffmpeg in PATH."
        return [Error(f"FFMPEG names {settings.FFMPEG}, which is no program.", hint=hint, id="config.E004")]
    what = "Films have no poster, and a voice message is heard only by browsers that play the format of its sender."
    hint = "Install ffmpeg, or name it in FFMPEG; what was sent before is prepared at the next start."
    return [Info(f"ffmpeg was not found. {what}", hint=hint, id="config.I001")]


def _error_unless_writable(name: str, folder: Path, error_id: str) -> list[CheckMessage]:
    try:
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        # Permissions alone would say yes to root on a disk that is mounted for reading.
        with TemporaryFile(dir=existing):
            return []
    except OSError as error:
        problem = f"{name} names the folder {folder}, into which nothing can be written ({error.strerror})."
        hint = f"Make the folder and let the user that runs Fleetdesk write into it, or change {name}."
        return [Error(problem, hint=hint, id=error_id)]
