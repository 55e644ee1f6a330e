"""Every picture of the demo data, drawn here: nothing is downloaded, and all of it is our own."""

from config.demo.pictures.devices import draw_device
from config.demo.pictures.instructions import draw_instruction
from config.demo.pictures.photos import PHOTOS, draw_photo

__all__ = ["PHOTOS", "draw_device", "draw_instruction", "draw_photo"]
