"""Flat drawings of what is served: one for each kind of template, and for devices that look different."""

from collections.abc import Callable
from functools import cache

from config.demo.pictures.canvas import (
    AMBER,
    AMBER_DARK,
    BLUE,
    BLUE_DARK,
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

WIDTH, HEIGHT = 960, 640


@cache
def draw_device(kind: str, color: str = BLUE, shade: str = BLUE_DARK) -> bytes:
    """A JPEG of one of the `_DRAWINGS`. Raises `KeyError` for anything else."""
    canvas = Canvas((WIDTH, HEIGHT), "#eef4fd", "#d9e5f6", logical_width=WIDTH)
    canvas.disc(790, 130, 210, "#e3edfb")
    canvas.disc(170, 470, 150, "#e3edfb")
    canvas.box(0, 520, WIDTH, 120, "#c6d4e9")
    canvas.box(0, 520, WIDTH, 4, "#b3c4dd")
    _DRAWINGS[kind](canvas, color, shade)
    return canvas.jpeg()


def _packer(c: Canvas, color: str, shade: str) -> None:
    _conveyor(c)
    _packer_body(c, color, shade)
    for x in (128, 196, 720, 790):
        c.box(x, 338, 56, 56, SNOW, 8)
        c.box(x + 2, 336, 52, 8, AMBER, 3)
        c.box(x + 12, 356, 32, 22, AMBER, 6)
        c.disc(x + 28, 367, 6, SNOW)


def _conveyor(c: Canvas) -> None:
    c.shadow(480, 548, 400, 26)
    for x in (150, 330, 620, 790):
        c.box(x, 440, 22, 106, STEEL_DARK, 4)
        c.box(x - 10, 538, 42, 12, INK, 4)
    c.box(90, 396, 780, 54, STEEL, 27)
    c.box(104, 408, 752, 30, STEEL_DARK, 15)
    for x in range(126, 850, 44):
        c.disc(x, 423, 10, STEEL_LIGHT)
        c.disc(x, 423, 4, STEEL)


def _sealer(c: Canvas, color: str, shade: str) -> None:
    _conveyor(c)
    c.box(270, 226, 400, 176, color, 18)
    c.box(270, 352, 400, 50, shade, 12)
    c.box(300, 250, 220, 86, INK, 10)
    c.box(308, 258, 204, 70, "#2c4a7c", 8)
    c.box(330, 270, 160, 20, STEEL_LIGHT, 4)
    c.box(330, 300, 160, 14, AMBER, 4)
    c.box(544, 250, 100, 66, INK, 8)
    c.box(552, 258, 84, 50, SKY, 4)
    for x in (350, 580):
        c.box(x - 7, 150, 14, 80, STEEL_DARK)
        c.disc(x, 160, 44, STEEL_LIGHT)
        c.disc(x, 160, 30, SNOW)
        c.disc(x, 160, 10, STEEL_DARK)
    c.line(((392, 176), (538, 176)), SKY, 5)
    for x, lid in ((120, STEEL_LIGHT), (190, STEEL_LIGHT), (700, SKY), (776, SKY)):
        c.shape(((x, 366), (x + 62, 366), (x + 52, 396), (x + 10, 396)), MIST)
        c.box(x - 2, 360, 66, 8, lid, 3)


def _cartoner(c: Canvas, color: str, shade: str) -> None:
    _conveyor(c)
    c.box(250, 140, 420, 262, color, 18)
    c.box(250, 356, 420, 46, shade, 12)
    c.box(282, 172, 250, 156, INK, 12)
    c.box(290, 180, 234, 140, "#2c4a7c", 8)
    c.shape(((320, 300), (400, 300), (400, 236), (360, 210), (320, 236)), AMBER)
    c.shape(((420, 300), (500, 300), (500, 236), (420, 236)), AMBER_DARK)
    c.box(556, 180, 88, 66, INK, 8)
    c.box(563, 187, 74, 52, SKY, 4)
    c.disc(580, 280, 12, TEAL)
    c.disc(620, 280, 12, RED)
    for i in range(5):
        c.shape(((120 + i * 18, 330), (132 + i * 18, 330), (182 + i * 18, 210), (170 + i * 18, 210)), AMBER_DARK)
    for x in (694, 776):
        c.box(x, 326, 70, 70, AMBER, 6)
        c.box(x + 28, 326, 14, 70, AMBER_DARK)


def _palletiser(c: Canvas, color: str, shade: str) -> None:
    c.shadow(500, 548, 400, 26)
    c.box(150, 470, 170, 78, STEEL_DARK, 10)
    c.box(186, 390, 98, 90, shade, 14)
    c.line(((236, 410), (300, 190), (560, 150)), INK, 52)
    c.line(((236, 410), (300, 190), (560, 150)), color, 42)
    for x, y in ((236, 410), (300, 190), (560, 150)):
        c.disc(x, y, 26, STEEL_LIGHT)
        c.disc(x, y, 11, STEEL_DARK)
    c.box(550, 150, 20, 74, STEEL_DARK, 6)
    c.box(490, 216, 140, 18, STEEL, 6)
    for x in (506, 552, 598):
        c.box(x, 232, 14, 16, INK, 4)
    c.box(500, 248, 120, 76, AMBER, 6)
    c.box(552, 248, 16, 76, AMBER_DARK)
    c.box(440, 520, 400, 12, AMBER_DARK)
    for x in (446, 622, 800):
        c.box(x, 532, 34, 16, AMBER_DARK)
    for row in range(2):
        for place in range(3):
            c.box(452 + place * 130, 440 - row * 82, 124, 78, AMBER, 6)
            c.box(506 + place * 130, 440 - row * 82, 16, 78, AMBER_DARK)


def _telehandler(c: Canvas, color: str, shade: str) -> None:
    c.shadow(490, 550, 380, 26)
    c.box(330, 390, 500, 84, shade, 12)
    c.shape(((470, 400), (470, 300), (640, 300), (660, 400)), color)
    c.line(((806, 372), (236, 168)), INK, 44)
    c.line(((806, 372), (236, 168)), color, 34)
    c.line(((420, 234), (150, 138)), STEEL_LIGHT, 20)
    c.line(((690, 392), (640, 320)), STEEL, 14)
    c.shape(((440, 206), (570, 206), (590, 396), (430, 396)), INK)
    c.shape(((454, 222), (556, 222), (572, 384), (446, 384)), SKY)
    c.box(428, 190, 152, 20, color, 8)
    c.line(((150, 138), (130, 230)), STEEL_DARK, 20)
    c.line(((130, 230), (40, 238)), STEEL_DARK, 12)
    for x in (400, 740):
        _wheel(c, x, 468, 80)


def _compactor(c: Canvas, color: str, shade: str) -> None:
    c.shadow(480, 548, 400, 24)
    c.box(400, 230, 440, 296, shade, 10)
    for x in range(424, 800, 66):
        c.box(x, 246, 30, 264, color, 5)
    c.box(380, 520, 480, 22, STEEL_DARK, 6)
    c.shape(((120, 300), (400, 300), (400, 520), (160, 520), (120, 470)), color)
    c.shape(((140, 220), (400, 220), (380, 306), (170, 306)), STEEL)
    c.shape(((166, 236), (376, 236), (364, 306), (184, 306)), INK)
    c.line(((176, 420), (330, 420)), STEEL_DARK, 34)
    c.line(((300, 420), (396, 420)), STEEL_LIGHT, 20)
    c.box(70, 330, 66, 140, STEEL_LIGHT, 8)
    c.box(82, 344, 42, 30, SKY, 4)
    c.disc(92, 400, 9, TEAL)
    c.disc(116, 400, 9, RED)
    for x in (440, 800):
        c.disc(x, 536, 16, INK)


def _packer_body(c: Canvas, color: str, shade: str) -> None:
    c.box(290, 170, 330, 232, color, 18)
    c.box(290, 362, 330, 40, shade, 12)
    c.box(318, 198, 180, 142, INK, 12)
    c.box(326, 206, 164, 126, "#2c4a7c", 8)
    c.shape(((326, 300), (430, 206), (470, 206), (326, 332)), "#3b5d95")
    c.box(366, 236, 84, 22, STEEL_LIGHT, 4)
    c.box(366, 280, 84, 22, STEEL_LIGHT, 4)
    c.line(((408, 258), (408, 280)), AMBER, 8)
    c.box(518, 200, 82, 66, INK, 8)
    c.box(525, 207, 68, 52, SKY, 4)
    for i, w in enumerate((44, 30, 38)):
        c.box(532, 215 + i * 14, w, 6, BLUE_DARK, 3)
    c.disc(538, 292, 11, TEAL)
    c.disc(580, 292, 11, RED)
    c.ring(580, 292, 15, AMBER, 4)
    c.box(520, 318, 78, 24, SNOW, 5)
    c.box(320, 118, 14, 58, STEEL_DARK)
    c.box(430, 118, 14, 58, STEEL_DARK)
    c.disc(382, 108, 62, STEEL_LIGHT)
    c.disc(382, 108, 48, SNOW)
    c.ring(382, 108, 34, MIST, 3)
    c.disc(382, 108, 14, STEEL_DARK)
    c.line(((438, 134), (500, 174)), STEEL_LIGHT, 5)
    for i, lamp in enumerate((TEAL, AMBER, RED)):
        c.box(566, 152 - i * 22, 24, 20, lamp, 4)
    c.box(574, 98, 8, 10, STEEL_DARK)


def _loader(c: Canvas, color: str, shade: str) -> None:
    c.shadow(470, 550, 390, 26)
    c.shape(((420, 330), (790, 330), (836, 372), (836, 470), (420, 470)), color)
    c.box(420, 430, 416, 44, shade, 8)
    for i in range(5):
        c.box(690 + i * 22, 356, 11, 46, shade, 5)
    c.box(770, 276, 20, 60, STEEL_DARK, 6)
    c.shape(((470, 176), (640, 176), (664, 336), (440, 336)), INK)
    c.shape(((484, 192), (552, 192), (552, 326), (458, 326)), SKY)
    c.shape(((566, 192), (628, 192), (648, 326), (566, 326)), SKY)
    c.shape(((484, 192), (520, 192), (462, 300)), "#c7e8ff")
    c.box(454, 158, 202, 22, color, 8)
    c.box(540, 140, 26, 20, AMBER_DARK, 6)
    c.box(590, 270, 14, 56, STEEL_DARK, 4)
    c.line(((496, 322), (508, 290)), STEEL_DARK, 8)
    c.ring(512, 284, 16, STEEL_DARK, 6)
    c.shape(((300, 400), (440, 372), (440, 470), (300, 470)), shade)
    c.line(((420, 386), (300, 360), (196, 452)), INK, 30)
    c.line(((420, 386), (300, 360), (196, 452)), color, 22)
    c.line(((404, 426), (286, 402)), STEEL_LIGHT, 11)
    c.line(((340, 413), (404, 426)), STEEL_DARK, 17)
    c.shape(((92, 372), (206, 420), (226, 512), (60, 524), (66, 500), (128, 486)), STEEL_DARK)
    c.shape(((92, 372), (206, 420), (210, 440), (104, 396)), STEEL)
    for x in (340, 690):
        _wheel(c, x, 462, 88)


def _wheel(c: Canvas, x: float, y: float, r: float) -> None:
    c.disc(x, y, r, RUBBER)
    c.ring(x, y, r - 10, "#343d4c", 6)
    c.disc(x, y, r * 0.52, STEEL_LIGHT)
    c.disc(x, y, r * 0.38, SNOW)
    c.disc(x, y, r * 0.16, STEEL_DARK)
    for dx, dy in ((0.27, 0), (-0.27, 0), (0, 0.27), (0, -0.27)):
        c.disc(x + dx * r, y + dy * r, 5, STEEL)


def _compressor(c: Canvas, color: str, shade: str) -> None:
    c.shadow(480, 548, 360, 24)
    c.box(600, 236, 220, 306, STEEL_LIGHT, 100)
    c.box(640, 236, 34, 306, MIST, 17)
    c.box(624, 520, 26, 30, STEEL_DARK, 4)
    c.box(770, 520, 26, 30, STEEL_DARK, 4)
    c.box(600, 360, 220, 8, STEEL)
    c.line(((540, 210), (712, 210), (712, 240)), STEEL, 18)
    c.disc(712, 212, 16, AMBER)
    _gauge(c, 712, 306, 34)
    c.box(160, 170, 400, 368, color, 22)
    c.box(160, 470, 400, 68, shade, 16)
    c.box(180, 534, 60, 16, INK, 4)
    c.box(480, 534, 60, 16, INK, 4)
    c.box(196, 206, 170, 110, INK, 12)
    c.box(206, 216, 150, 64, SKY, 6)
    c.text(281, 249, "7.8 bar", 32, BLUE_DARK, "mm")
    for i, lamp in enumerate((TEAL, STEEL, STEEL)):
        c.disc(224 + i * 30, 298, 8, lamp)
    for i in range(7):
        c.box(402, 212 + i * 32, 126, 14, shade, 7)
    c.frame(190, 340, 180, 104, shade, 4, 10)
    c.disc(350, 392, 9, SNOW)


def _gauge(c: Canvas, x: float, y: float, r: float) -> None:
    c.disc(x, y, r + 6, STEEL_DARK)
    c.disc(x, y, r, SNOW)
    c.arc(x, y, r - 8, 140, 340, TEAL, 5)
    c.arc(x, y, r - 8, 340, 400, RED, 5)
    c.line(((x, y), (x + r * 0.42, y - r * 0.42)), INK, 4)
    c.disc(x, y, 5, INK)


def _car(c: Canvas, color: str, shade: str) -> None:
    c.shadow(450, 548, 360, 24)
    c.box(846, 300, 56, 246, SNOW, 14)
    c.box(858, 318, 32, 44, INK, 6)
    c.shape(((876, 324), (864, 344), (873, 344), (869, 358), (884, 337), (875, 337)), TEAL)
    c.line(((862, 420), (812, 520), (772, 520), (752, 420)), INK, 9)
    c.shape(((250, 344), (346, 232), (580, 232), (694, 344)), color)
    c.shape(((276, 344), (358, 250), (452, 250), (452, 344)), SKY)
    c.shape(((470, 250), (572, 250), (662, 344), (470, 344)), SKY)
    c.shape(((300, 344), (376, 256), (410, 256), (340, 344)), "#c7e8ff")
    c.shape(((500, 344), (500, 256), (530, 256), (560, 344)), "#c7e8ff")
    c.box(120, 336, 660, 154, color, 56)
    c.box(120, 440, 660, 58, shade, 24)
    c.box(132, 372, 42, 30, "#fff3cf", 12)
    c.box(744, 366, 36, 40, RED, 10)
    c.line(((461, 350), (461, 470)), shade, 4)
    c.box(480, 374, 46, 10, shade, 5)
    c.box(300, 374, 46, 10, shade, 5)
    c.disc(746, 420, 12, INK)
    c.disc(390, 424, 32, SNOW)
    c.shape(((398, 396), (372, 428), (388, 428), (380, 452), (408, 418), (392, 418)), TEAL)
    c.box(476, 404, 84, 22, SNOW, 6)
    c.box(486, 412, 64, 6, STEEL_LIGHT, 3)
    for x in (252, 648):
        c.dome(x, 490, 76, INK)
        _wheel(c, x, 488, 62)


_DRAWINGS: dict[str, Callable[[Canvas, str, str], None]] = {
    "packer": _packer,
    "loader": _loader,
    "compressor": _compressor,
    "car": _car,
    "sealer": _sealer,
    "cartoner": _cartoner,
    "palletiser": _palletiser,
    "telehandler": _telehandler,
    "compactor": _compactor,
}
