"""Drawings of the demo's assistants: what to look at, what to turn, where to clean."""

from collections.abc import Callable

from config.demo.pictures.canvas import (
    AMBER,
    AMBER_DARK,
    BLUE,
    INK,
    MIST,
    RED,
    RUBBER,
    SKY,
    SNOW,
    STEEL,
    STEEL_DARK,
    STEEL_LIGHT,
    TEAL,
    Canvas,
)

WIDTH, HEIGHT = 960, 600


def draw_instruction(name: str) -> bytes:
    """A JPEG of one of the `_DRAWINGS`. Raises `KeyError` for anything else."""
    canvas = Canvas((WIDTH, HEIGHT), "#eef4fd", "#dbe6f5", logical_width=WIDTH)
    _DRAWINGS[name](canvas)
    return canvas.jpeg()


def _arrow(c: Canvas, x: float, y: float, dx: float, dy: float) -> None:
    """An arrow from there, so far; its head is at the end."""
    length = (dx * dx + dy * dy) ** 0.5
    ux, uy = dx / length, dy / length
    tip = (x + dx, y + dy)
    neck = (tip[0] - 34 * ux, tip[1] - 34 * uy)
    c.line(((x, y), neck), BLUE, 14)
    c.shape((tip, (neck[0] - 24 * uy, neck[1] + 24 * ux), (neck[0] + 24 * uy, neck[1] - 24 * ux)), BLUE)


def _stop(c: Canvas) -> None:
    c.box(230, 60, 500, 480, AMBER, 40)
    c.box(230, 500, 500, 40, AMBER_DARK, 20)
    c.disc(480, 300, 170, STEEL_DARK)
    c.disc(480, 300, 150, "#a52f29")
    c.disc(480, 290, 132, RED)
    c.arc(480, 290, 96, 200, 330, SNOW, 18)
    c.shape(((582, 262), (528, 262), (574, 208)), SNOW)
    _arrow(c, 810, 250, 0, 130)


def _film_path(c: Canvas) -> None:
    c.box(60, 540, 840, 30, STEEL, 8)
    film = "#7fb6ea"
    c.line(((190, 150), (420, 96)), film, 8)
    c.line(((470, 150), (520, 380)), film, 8)
    c.line(((560, 430), (640, 250)), film, 8)
    c.line(((700, 240), (800, 400)), film, 8)
    for x, y, r in ((180, 270, 120), (430, 140, 46), (545, 400, 46), (670, 230, 46)):
        c.disc(x, y, r, STEEL_LIGHT)
        c.disc(x, y, r * 0.72, SNOW)
        c.disc(x, y, r * 0.3, STEEL_DARK)
    c.ring(180, 270, 100, film, 26)
    c.shape(((740, 400), (880, 400), (850, 500), (770, 500)), STEEL_DARK)
    c.shape(((760, 412), (862, 412), (842, 480), (780, 480)), SKY)
    _arrow(c, 250, 80, 110, -26)
    _arrow(c, 850, 230, 0, 120)


def _jaw(c: Canvas) -> None:
    for top, teeth in ((90, 270), (370, 330)):
        c.box(120, top, 720, 180, STEEL, 20)
        c.box(150, top + 20, 660, 60, STEEL_LIGHT, 10)
        for x in range(150, 810, 44):
            c.box(x, teeth - 12, 24, 42, STEEL_DARK, 4)
    c.box(560, 262, 300, 76, AMBER_DARK, 20)
    for x in range(470, 566, 14):
        c.box(x, 270, 8, 60, AMBER)
    _arrow(c, 430, 300, -200, 0)
    c.text(160, 150, "180 °C", 40, RED)


def _eye(c: Canvas) -> None:
    c.shape(((60, 420), (820, 420), (900, 540), (140, 540)), "#cfe4fa")
    for x in (200, 420, 640):
        c.shape(((x, 430), (x + 52, 430), (x + 66, 456), (x + 14, 456)), INK)
    c.box(380, 60, 150, 170, STEEL_DARK, 18)
    c.box(400, 80, 110, 60, INK, 8)
    c.disc(430, 110, 12, TEAL)
    c.text(478, 110, "TEACH", 18, SNOW, "mm")
    c.disc(455, 236, 34, STEEL_LIGHT)
    c.disc(455, 236, 20, RED)
    c.shape(((440, 260), (470, 260), (486, 440), (426, 440)), "#f6b3ae")
    c.line(((530, 120), (700, 120), (700, 400)), STEEL, 18)
    _arrow(c, 250, 170, 110, 0)


def _reader(c: Canvas) -> None:
    c.shape(((110, 500), (300, 100), (880, 100), (930, 500)), "#bfe0fb")
    c.line(((110, 500), (300, 100), (880, 100)), STEEL_DARK, 22)
    c.box(60, 490, 880, 60, STEEL_DARK, 14)
    c.box(560, 330, 200, 120, INK, 22)
    c.disc(660, 390, 26, SKY)
    c.ring(660, 390, 44, BLUE, 6)
    c.box(300, 200, 130, 240, INK, 24)
    c.box(312, 220, 106, 190, SNOW, 8)
    c.disc(365, 315, 34, BLUE)
    for radius in (60, 90, 120):
        c.arc(430, 340, radius, 320, 400, BLUE, 8)


def _ready(c: Canvas) -> None:
    c.box(90, 90, 780, 420, INK, 50)
    c.box(120, 120, 720, 360, "#0e2038", 34)
    c.text(480, 260, "0", 130, SNOW, "mm")
    c.text(480, 350, "km/h", 40, STEEL_LIGHT, "mm")
    c.box(160, 394, 190, 60, "#0f3d36", 12)
    c.text(255, 424, "READY", 44, "#67e8c8", "mm")
    c.text(760, 424, "P", 52, AMBER, "mm")
    c.arc(480, 290, 180, 150, 230, TEAL, 14)
    c.arc(480, 290, 180, 310, 390, STEEL_DARK, 14)
    _arrow(c, 60, 560, 130, -80)


def _socket(c: Canvas) -> None:
    c.box(80, 80, 430, 440, "#2a66de", 50)
    c.disc(295, 300, 150, STEEL_DARK)
    c.disc(295, 300, 128, INK)
    for dx, dy in ((-52, -34), (52, -34), (-70, 26), (70, 26), (0, 62), (-24, -74), (24, -74)):
        c.disc(295 + dx, 300 + dy, 20, STEEL)
    c.disc(450, 130, 18, TEAL)
    c.box(640, 210, 130, 180, RUBBER, 30)
    c.box(596, 250, 56, 100, STEEL_DARK, 10)
    c.line(((760, 300), (860, 310), (900, 420), (890, 600)), RUBBER, 46)
    _arrow(c, 600, 150, -130, 0)


def _tyre(c: Canvas) -> None:
    c.disc(300, 310, 220, RUBBER)
    c.disc(300, 310, 130, STEEL_LIGHT)
    c.disc(300, 310, 104, MIST)
    c.disc(300, 310, 34, STEEL_DARK)
    for dx, dy in ((66, 0), (-66, 0), (0, 66), (0, -66)):
        c.disc(300 + dx, 310 + dy, 13, STEEL)
    c.line(((410, 360), (520, 420), (600, 420)), STEEL_DARK, 16)
    c.disc(720, 300, 150, STEEL_DARK)
    c.disc(720, 300, 132, SNOW)
    c.arc(720, 300, 108, 140, 240, AMBER, 18)
    c.arc(720, 300, 108, 240, 340, TEAL, 18)
    c.arc(720, 300, 108, 340, 400, RED, 18)
    c.line(((720, 300), (744, 214)), INK, 10)
    c.disc(720, 300, 14, INK)
    c.text(720, 370, "2.6 bar", 34, STEEL_DARK, "mm")


_DRAWINGS: dict[str, Callable[[Canvas], None]] = {
    "stop": _stop,
    "film_path": _film_path,
    "jaw": _jaw,
    "eye": _eye,
    "reader": _reader,
    "ready": _ready,
    "socket": _socket,
    "tyre": _tyre,
}
