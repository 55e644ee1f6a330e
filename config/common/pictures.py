"""Decoding of pictures, which takes more memory than anything else in a process."""

import threading

from PIL import Image, ImageOps

# A picture of 40 megapixels takes 400 MB for a second, however small its file: one in each process at a time, so that
# the threads of its pages cannot take that many times as much. The others wait.
ONE_AT_A_TIME = threading.Lock()
# What is scaled well and converted afterwards. Palettes cannot be scaled, and transparency has to know its partners.
_SCALED_FIRST = {("L", "RGB"), ("L", "RGBA"), ("LA", "RGBA"), ("RGB", "RGB"), ("RGB", "RGBA"), ("RGBA", "RGBA")}


def small_and_upright(image: Image.Image, mode: str, side: int) -> Image.Image:
    """A new image in that mode ("RGB" or "RGBA") of at most `side` pixels a side; the given one stays as it is."""
    image.load()
    # Turning and converting come last where they can: of the small image they take little memory.
    is_scaled_first = (image.mode, mode) in _SCALED_FIRST and "transparency" not in image.info
    scale = min(side / max(image.size), 1)
    width, height = (max(round(pixels * scale), 1) for pixels in image.size)
    whole = image if is_scaled_first else image.convert(mode)
    small = whole.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return ImageOps.exif_transpose(small.convert(mode))
