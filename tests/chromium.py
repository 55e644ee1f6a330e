"""Which Chromium tests drive, and how it is started."""

import os
import shutil

# The shell draws no window and takes half the time of the whole browser.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}


def find_chromium() -> str | None:
    """Path of the browser: $CHROMIUM, else the lightest that the system has."""
    return _first(os.environ.get("CHROMIUM", ""), *NAMES)


def find_whole_chromium() -> str | None:
    """The same without the shell, which shows no notifications of service workers."""
    chosen = os.environ.get("CHROMIUM", "")
    return _first("" if SHELL in chosen else chosen, *(name for name in NAMES if name != SHELL))


def _first(*names: str) -> str | None:
    return next((path for name in names if name and (path := shutil.which(name))), None)
