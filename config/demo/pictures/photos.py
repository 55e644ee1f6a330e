"""What people photograph: displays, plates, leaks and dents, drawn as if taken with a phone."""

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

WIDTH, HEIGHT = 1200, 900  # Logical: what the drawings below count in.
SIZE = (960, 720)


@cache
def draw_photo(name: str, *words: str) -> bytes:
    """A JPEG of that name; some show words, such as an error code. Raises `KeyError` for an unknown name."""
    top, bottom, tilt, drawing = _DRAWINGS[name]
    canvas = Canvas(SIZE, top, bottom, logical_width=WIDTH)
    drawing(canvas, *words)
    return canvas.photo(tilt)


def _display(c: Canvas, code: str = "E-217") -> None:
    c.box(0, 0, WIDTH, HEIGHT, STEEL_LIGHT)
    c.box(60, 40, 1080, 820, STEEL, 40)
    c.box(76, 52, 1048, 796, "#8a99b0", 36)
    for x, y in ((110, 86), (1090, 86), (110, 814), (1090, 814)):
        c.disc(x, y, 16, STEEL_DARK)
        c.line(((x - 8, y - 8), (x + 8, y + 8)), STEEL_LIGHT, 4)
    c.box(170, 130, 860, 500, INK, 24)
    c.box(196, 156, 808, 448, "#0e2a55", 8)
    c.box(196, 156, 808, 76, RED, 8)
    c.shape(((236, 216), (262, 172), (288, 216)), SNOW)
    c.text(262, 202, "!", 30, RED, "mm")
    c.text(312, 196, "STOP", 44, SNOW)
    c.shape(((196, 604), (196, 470), (470, 232), (640, 232)), "#12315f")
    c.text(600, 350, code, 150, SNOW, "mm")
    for i, w in enumerate((520, 380)):
        c.box(600 - w / 2, 462 + i * 44, w, 18, "#3f67ab", 9)
    for i, color in enumerate((TEAL, STEEL_DARK, STEEL_DARK, AMBER, RED)):
        c.disc(300 + i * 150, 730, 52, STEEL_DARK)
        c.disc(300 + i * 150, 726, 44, color)
        c.arc(300 + i * 150, 726, 34, 190, 300, SNOW, 5)


def _plate(c: Canvas, model: str = "Packwell FP 300", serial: str = "PW-23-0417") -> None:
    c.box(90, 110, 1020, 680, "#1a4bb8", 20)
    c.box(130, 160, 940, 580, STEEL_LIGHT, 22)
    c.box(142, 172, 916, 556, MIST, 16)
    for x, y in ((176, 206), (1024, 206), (176, 694), (1024, 694)):
        c.disc(x, y, 18, STEEL)
        c.line(((x - 10, y + 6), (x + 10, y - 6)), STEEL_DARK, 5)
    c.text(600, 236, model.split(maxsplit=1)[0].upper(), 64, INK, "mm")
    c.box(220, 288, 760, 4, STEEL_DARK)
    kind = model.partition(" ")[2]
    rows = (("Typ / Type", kind), ("Nr. / No.", serial), ("U / I", "400 V  50 Hz  16 A"), ("kg", "1 240"))
    for i, (label, value) in enumerate(rows):
        y = 344 + i * 84
        c.text(226, y, label, 34, STEEL_DARK)
        c.box(430, y - 32, 550, 64, SNOW, 6)
        c.text(450, y, value, 40, INK)
    c.text(254, 690, "CE", 50, INK)


def _hose(c: Canvas) -> None:
    c.box(0, 620, WIDTH, 280, "#aab6c8")
    c.oval(640, 770, 330, 74, "#4a5262")
    c.oval(610, 756, 210, 36, "#69748a")
    c.box(40, 60, 240, 480, AMBER, 24)
    c.box(70, 96, 180, 120, AMBER_DARK, 14)
    c.box(930, 40, 230, 460, AMBER, 24)
    for x, y in ((280, 300), (930, 200)):
        c.box(x - 34, y - 50, 68, 100, STEEL_LIGHT, 10)
        c.box(x - 22, y - 50, 14, 100, STEEL, 0)
    curve = ((300, 300), (400, 310), (500, 360), (600, 410), (700, 410), (790, 360), (860, 260), (910, 206))
    c.line(curve, "#11161f", 84)
    c.line(curve, RUBBER, 72)
    c.line([(x, y - 20) for x, y in curve], "#414b5c", 10)
    c.shape(((596, 428), (640, 396), (690, 432), (664, 460), (612, 456)), "#6b7280")
    c.line(((610, 436), (680, 436)), RED, 7)
    for x, y, r in ((640, 520, 26), (616, 590, 20), (668, 620, 24), (640, 690, 20)):
        c.shape(((x - r * 0.8, y), (x, y - r * 2.2), (x + r * 0.8, y)), "#4a5262")
        c.disc(x, y + 4, r, "#4a5262")
        c.disc(x - r * 0.3, y, r * 0.28, STEEL_LIGHT)


def _dent(c: Canvas) -> None:
    c.box(0, 700, WIDTH, 200, "#7b8798")
    c.shape(((0, 130), (1200, 90), (1200, 720), (0, 740)), BLUE)
    c.shape(((0, 560), (1200, 530), (1200, 720), (0, 740)), BLUE_DARK)
    c.shape(((0, 168), (1200, 128), (1200, 150), (0, 192)), "#4d80ee")
    c.line(((470, 110), (452, 724)), "#123a8f", 8)
    c.box(520, 220, 170, 36, "#123a8f", 18)
    c.oval(800, 420, 190, 120, "#1a4dbd")
    c.oval(806, 430, 150, 88, "#17449f")
    c.oval(818, 446, 96, 50, "#123782")
    c.arc(800, 410, 150, 200, 300, "#6c98f4", 12)
    for i, (x, y) in enumerate(((660, 380), (690, 420), (706, 462), (760, 340))):
        c.line(((x, y), (x + 190 - i * 22, y + 26 + i * 5)), "#dbe6f7", 5)
    c.disc(180, 720, 170, RUBBER)
    c.disc(180, 720, 98, STEEL_LIGHT)
    c.disc(180, 720, 34, STEEL_DARK)


def _pallet(c: Canvas) -> None:
    c.box(0, 640, WIDTH, 260, STEEL)
    for x in range(-20, 1240, 110):
        c.box(x, 560, 90, 100, STEEL_LIGHT, 45)
        c.box(x + 14, 570, 24, 80, MIST, 12)
    c.box(0, 640, WIDTH, 34, STEEL_DARK)
    for x in (230, 470, 710):
        c.box(x, 500, 70, 60, "#9c7040", 4)
    c.box(200, 470, 620, 34, "#c3935a", 4)
    c.box(200, 548, 620, 22, "#c3935a", 4)
    for x, y in ((214, 300), (384, 300), (554, 300), (214, 130), (384, 130)):
        c.box(x, y, 160, 166, "#d9aa6c", 4)
        c.box(x + 66, y, 28, 166, "#c2904f")
        c.box(x + 16, y + 108, 50, 34, SNOW, 3)
        c.frame(x, y, 160, 166, "#b98748", 3, 4)
    c.shape(((700, 330), (850, 270), (912, 420), (762, 482)), "#d9aa6c")
    c.shape(((764, 304), (790, 294), (852, 444), (826, 455)), "#b98748")
    c.box(1010, 130, 40, 440, AMBER, 8)
    for i in range(5):
        c.shape(((1010, 170 + i * 84), (1050, 150 + i * 84), (1050, 190 + i * 84), (1010, 210 + i * 84)), INK)
    c.line(((900, 380), (1010, 400)), RED, 10)


def _film(c: Canvas) -> None:
    c.box(0, 0, WIDTH, 170, STEEL_DARK)
    c.box(0, 150, WIDTH, 24, INK)
    for x in (150, 1050):
        c.box(x - 40, 60, 80, 640, STEEL, 12)
        c.disc(x, 230, 26, STEEL_LIGHT)
    c.box(190, 190, 820, 96, STEEL_LIGHT, 48)
    c.box(190, 206, 820, 20, SNOW, 10)
    c.shape(((260, 286), (940, 286), (930, 470), (800, 440), (690, 520), (560, 452), (430, 530), (270, 480)), "#e8f3ff")
    c.shape(((300, 286), (420, 286), (390, 500), (330, 490)), SNOW)
    c.shape(((290, 640), (440, 590), (570, 650), (700, 600), (830, 660), (930, 610), (940, 760), (270, 760)), "#e8f3ff")
    c.shape(((700, 604), (830, 660), (840, 760), (720, 760)), SNOW)
    c.box(190, 730, 820, 90, STEEL_LIGHT, 45)
    c.box(190, 746, 820, 18, SNOW, 9)
    for x in range(320, 900, 120):
        c.box(x, 330, 60, 50, AMBER, 10)
        c.disc(x + 30, 355, 12, SNOW)


def _tyre(c: Canvas) -> None:
    c.box(0, 640, WIDTH, 260, "#8b95a5")
    c.shape(((0, 70), (1200, 70), (1200, 330), (940, 330), (800, 210), (400, 210), (260, 330), (0, 330)), AMBER)
    c.shape(((0, 300), (270, 300), (256, 352), (0, 352)), AMBER_DARK)
    c.shape(((930, 300), (1200, 300), (1200, 352), (944, 352)), AMBER_DARK)
    c.shadow(600, 800, 360, 46, 0.5)
    c.oval(600, 540, 300, 280, RUBBER)
    c.box(330, 690, 540, 120, RUBBER, 50)
    for x in range(360, 860, 62):
        c.box(x, 780, 40, 30, "#11161f", 6)
    c.disc(600, 530, 168, STEEL_LIGHT)
    c.disc(600, 530, 136, MIST)
    c.disc(600, 530, 50, STEEL_DARK)
    for dx, dy in ((92, 0), (-92, 0), (0, 92), (0, -92), (65, 65), (-65, -65), (65, -65), (-65, 65)):
        c.disc(600 + dx, 530 + dy, 15, STEEL)
    c.line(((770, 700), (800, 730), (792, 764), (824, 784)), "#7d8798", 10)


def _charging(c: Canvas, words: str = "Fault 12") -> None:
    c.box(0, 760, WIDTH, 140, "#8b95a5")
    c.box(380, 60, 440, 760, SNOW, 40)
    c.box(380, 60, 440, 120, TEAL, 40)
    c.box(380, 140, 440, 44, TEAL)
    c.shape(((616, 78), (566, 130), (596, 130), (584, 168), (636, 114), (604, 114)), SNOW)
    c.box(440, 230, 320, 190, INK, 16)
    c.box(456, 246, 288, 158, "#0e2a55", 8)
    c.text(600, 310, words, 56, "#ffd7d4", "mm")
    c.box(500, 356, 200, 14, RED, 7)
    c.disc(600, 540, 86, STEEL_LIGHT)
    c.disc(600, 540, 66, INK)
    for dx, dy in ((-26, -18), (26, -18), (-34, 14), (34, 14), (0, 34)):
        c.disc(600 + dx, 540 + dy, 11, STEEL)
    c.ring(600, 540, 96, RED, 10)
    c.line(((820, 640), (880, 690), (950, 690), (1000, 640), (1010, 560), (1004, 470), (1044, 340)), RUBBER, 34)
    c.box(1000, 220, 90, 130, INK, 26)
    c.box(1022, 190, 46, 50, STEEL_DARK, 12)


def _gauge(c: Canvas, words: str = "bar") -> None:
    c.line(((0, 720), (1200, 720)), STEEL_DARK, 90)
    c.line(((0, 700), (1200, 700)), STEEL, 20)
    c.box(550, 640, 100, 110, AMBER_DARK, 12)
    c.disc(600, 390, 310, STEEL_DARK)
    c.disc(600, 390, 282, STEEL_LIGHT)
    c.disc(600, 390, 262, SNOW)
    c.arc(600, 390, 226, 135, 215, AMBER, 24)
    c.arc(600, 390, 226, 215, 345, TEAL, 24)
    c.arc(600, 390, 226, 345, 405, RED, 24)
    marks = ((452, 538, "0"), (420, 330, "4"), (600, 234, "8"), (780, 330, "12"), (748, 538, "16"))
    for x, y, mark in marks:
        c.text(x, y, mark, 44, INK, "mm")
    c.text(600, 500, words, 44, STEEL_DARK, "mm")
    c.line(((600, 390), (446, 440)), RED, 14)
    c.disc(600, 390, 30, INK)
    c.arc(600, 390, 248, 190, 250, "#c9d6e8", 8)


def _filter(c: Canvas) -> None:
    c.box(110, 90, 980, 720, STEEL_DARK, 30)
    c.box(150, 130, 900, 640, "#2b3648", 20)
    c.box(200, 180, 800, 540, STEEL, 14)
    c.box(224, 204, 752, 492, "#b9a98c", 8)
    for i, x in enumerate(range(232, 970, 38)):
        c.box(x, 210, 16, 480, "#8d7c60" if i % 3 else "#6f6049", 8)
    for x, y, r in ((420, 470, 92), (510, 520, 70), (350, 540, 60), (700, 380, 50), (820, 560, 64)):
        c.disc(x, y, r, "#5d503c")
    for x, y, r in ((430, 480, 50), (700, 385, 26), (820, 566, 34)):
        c.disc(x, y, r, "#463b2b")


def _belt(c: Canvas) -> None:
    c.box(70, 60, 1060, 780, STEEL, 30)
    c.box(110, 100, 980, 700, "#4c5b74", 20)
    c.line(((330, 240), (870, 300)), RUBBER, 30)
    c.line(((330, 640), (870, 560)), RUBBER, 30)
    for x, y, r in ((330, 440, 210), (870, 430, 136)):
        c.disc(x, y, r, RUBBER)
        c.disc(x, y, r - 26, STEEL_LIGHT)
        c.disc(x, y, r - 60, MIST)
        c.disc(x, y, 42, STEEL_DARK)
        for dx, dy in ((70, 0), (-70, 0), (0, 70), (0, -70)):
            c.disc(x + dx * r / 210, y + dy * r / 210, 14, STEEL)
    for i in range(4):
        c.line(((540 + i * 40, 610 - i * 6), (556 + i * 40, 650 + i * 8)), "#59647a", 6)
    c.line(((560, 612), (600, 636), (650, 600)), RED, 6)


def _done(c: Canvas) -> None:
    c.box(90, 120, 1020, 640, BLUE, 28)
    c.box(90, 650, 1020, 110, BLUE_DARK, 24)
    c.box(160, 190, 540, 380, INK, 18)
    c.box(180, 210, 500, 340, "#0e3d3a", 8)
    c.text(430, 330, "READY", 96, "#b9f5e6", "mm")
    c.box(250, 420, 360, 22, TEAL, 11)
    c.box(250, 460, 240, 22, "#16605a", 11)
    c.disc(860, 330, 120, TEAL)
    c.line(((806, 334), (846, 374), (920, 290)), SNOW, 26)
    c.box(780, 500, 240, 54, SKY, 10)
    c.text(900, 528, "OK", 40, BLUE_DARK, "mm")


Drawing = Callable[..., None]
_DRAWINGS: dict[str, tuple[str, str, float, Drawing]] = {
    "display": (STEEL_LIGHT, STEEL, 1.6, _display),
    "plate": ("#2a5fd0", "#173f96", -1.2, _plate),
    "hose": ("#e4e9f1", "#b6c1d2", 1.0, _hose),
    "dent": ("#cfdae8", "#9fb0c6", -1.0, _dent),
    "pallet": ("#e9eef6", "#c4cfdf", 0.8, _pallet),
    "film": ("#7c8aa2", "#4c5b74", -1.4, _film),
    "tyre": ("#dfe6ef", "#a9b5c6", 0.8, _tyre),
    "charging": ("#cfe3f5", "#9db4cc", -1.0, _charging),
    "gauge": ("#dfe6ef", "#aab7c9", 1.4, _gauge),
    "filter": ("#96a3b8", "#5a6880", -1.2, _filter),
    "belt": ("#b4c0d3", "#7c8aa2", 1.0, _belt),
    "done": ("#e6edf6", "#b9c6d9", -0.8, _done),
}
PHOTOS = frozenset(_DRAWINGS)
