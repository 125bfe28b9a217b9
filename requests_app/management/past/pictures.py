"""Photos of Alameda's past, drawn: how it was, and how it is now."""

import io
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

SIZE = WIDTH, HEIGHT = 800, 560
Pen = ImageDraw.ImageDraw
Colour = tuple[int, int, int]
WALL, GROUND, SKY = (236, 226, 208), (150, 146, 140), (198, 214, 226)


@cache
def draw(name: str, *, is_done: bool) -> bytes:
    """A JPEG; the same one each time."""
    image = _night() if name == "lamp" else _day()
    _DRAWN[name](ImageDraw.Draw(image), is_done)
    if name == "lamp" and is_done:
        image = _lit(image)
    out = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(0.8)).save(out, "JPEG", quality=80)
    return out.getvalue()


def _day() -> Image.Image:
    image = Image.new("RGB", SIZE, SKY)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 90, WIDTH, 390), fill=WALL)
    for left in (60, 300, 560):
        pen.rectangle((left, 140, left + 90, 250), fill=(120, 140, 150))
        pen.rectangle((left - 6, 250, left + 96, 262), fill=(200, 184, 158))
    pen.rectangle((0, 390, WIDTH, HEIGHT), fill=GROUND)
    pen.rectangle((0, 384, WIDTH, 398), fill=(186, 180, 170))
    return image


def _night() -> Image.Image:
    mask = Image.linear_gradient("L").resize(SIZE)
    image = Image.composite(Image.new("RGB", SIZE, (46, 42, 54)), Image.new("RGB", SIZE, (17, 23, 44)), mask)
    pen = ImageDraw.Draw(image)
    for left, top, right in ((0, 130, 210), (210, 80, 350), (540, 110, 670), (670, 50, 800)):
        pen.rectangle((left, top, right, 490), fill=(25 + left % 13, 28, 40))
    for x, y in ((50, 220), (140, 300), (250, 170), (590, 210), (710, 150), (720, 290)):
        pen.rectangle((x, y, x + 36, y + 54), fill=(206, 164, 88) if (x + y) % 4 == 0 else (14, 17, 28))
    pen.polygon([(0, HEIGHT), (330, 420), (470, 420), (WIDTH, HEIGHT)], fill=(36, 35, 40))
    return image


def _lamp(pen: Pen, is_done: bool) -> None:
    pen.rectangle((430, 120, 438, 500), fill=(74, 76, 82))
    pen.arc((358, 92, 438, 148), 180, 360, fill=(74, 76, 82), width=8)
    pen.ellipse((340, 118, 378, 144), fill=(255, 232, 170) if is_done else (52, 54, 60))


def _lit(image: Image.Image) -> Image.Image:
    glow = Image.new("L", SIZE, 0)
    pen = ImageDraw.Draw(glow)
    pen.polygon([(359, 128), (190, 520), (540, 520)], fill=90)
    pen.ellipse((290, 66, 430, 206), fill=190)
    return Image.composite(Image.new("RGB", SIZE, (255, 214, 130)), image, glow.filter(ImageFilter.GaussianBlur(34)))


def _bins(pen: Pen, is_done: bool) -> None:
    for place, colour in enumerate(((64, 96, 60), (58, 88, 126), (176, 150, 54))):
        left = 110 + place * 200
        if not is_done:
            pen.ellipse((left + 10, 190, left + 90, 270), fill=(36, 36, 40))
            pen.ellipse((left + 70, 180, left + 160, 270), fill=(54, 54, 60))
        pen.rounded_rectangle((left, 230, left + 165, 440), radius=16, fill=colour)
        pen.rectangle((left - 6, 226, left + 171, 244), fill=_darker(colour))
    if not is_done:
        _heaps(pen, ((70, 420, 100), (270, 440, 90), (470, 430, 110), (680, 420, 95)))


def _sofa(pen: Pen, is_done: bool) -> None:
    if is_done:
        return
    pen.rounded_rectangle((150, 300, 470, 440), radius=24, fill=(126, 66, 62))
    pen.rounded_rectangle((130, 350, 180, 470), radius=16, fill=(108, 54, 52))
    pen.rounded_rectangle((440, 350, 490, 470), radius=16, fill=(108, 54, 52))
    pen.rectangle((150, 400, 470, 462), fill=(140, 78, 72))
    pen.polygon([(540, 480), (700, 470), (680, 190), (560, 200)], fill=(222, 218, 206))
    for y in range(220, 470, 40):
        pen.line((556, y, 686, y - 6), fill=(190, 188, 180), width=3)


def _pothole(pen: Pen, is_done: bool) -> None:
    hole = [(250, 470), (330, 430), (470, 425), (560, 465), (530, 520), (380, 540), (270, 515)]
    pen.polygon(hole, fill=(96, 94, 92) if is_done else (58, 52, 48))
    if not is_done:
        pen.polygon([(300, 476), (400, 452), (510, 470), (470, 508), (350, 514)], fill=(38, 34, 32))
        pen.line((560, 465, 660, 430), fill=(96, 90, 86), width=5)
        pen.line((250, 470, 150, 500), fill=(96, 90, 86), width=5)


def _leaves(pen: Pen, is_done: bool) -> None:
    pen.rectangle((380, 120, 410, 400), fill=(104, 82, 62))
    pen.ellipse((270, 20, 520, 220), fill=(172, 132, 60))
    count = 12 if is_done else 240
    for place in range(count):
        x, y = (place * 137) % WIDTH, 410 + (place * 61) % 140
        shade = (168 + place % 50, 108 + place % 40, 40)
        pen.ellipse((x, y, x + 20, y + 10), fill=shade)


def _graffiti(pen: Pen, is_done: bool) -> None:
    pen.rectangle((180, 110, 660, 384), fill=(244, 238, 226))
    if is_done:
        return
    for place, colour in enumerate(((40, 70, 140), (176, 52, 84), (30, 30, 34))):
        top = 170 + place * 52
        points = [(210 + step * 36 + place * 14, top + (step * 53 + place * 17) % 66) for step in range(12)]
        pen.line(points, fill=colour, width=11, joint="curve")


def _leak(pen: Pen, is_done: bool) -> None:
    pen.ellipse((330, 410, 440, 446), fill=(84, 82, 80))
    if is_done:
        return
    pen.polygon([(360, 430), (420, 430), (560, HEIGHT), (180, HEIGHT)], fill=(132, 168, 190))
    for x in range(340, 440, 20):
        pen.line((x, 424, x - 14, 350 + x % 30), fill=(182, 208, 222), width=6)


def _bench(pen: Pen, is_done: bool) -> None:
    wood: Colour = (150, 104, 66)
    for x in (210, 560):
        pen.rectangle((x, 300, x + 16, 480), fill=(66, 66, 70))
    for place, y in enumerate((300, 336, 400, 430)):
        if place == 1 and not is_done:
            pen.polygon([(190, y), (360, y), (330, y + 90), (300, y + 86)], fill=_darker(wood))
            pen.rectangle((470, y, 610, y + 22), fill=wood)
        else:
            pen.rectangle((190, y, 610, y + 22), fill=(188, 138, 92) if place == 1 else wood)


def _heaps(pen: Pen, heaps: tuple[tuple[int, int, int], ...]) -> None:
    for x, y, size in heaps:
        pen.ellipse((x, y, x + size, y + size - 20), fill=(44, 44, 50))
        pen.polygon(
            [(x + size // 2 - 8, y + 8), (x + size // 2 + 8, y + 8), (x + size // 2, y - 14)], fill=(44, 44, 50)
        )


def _darker(colour: Colour) -> Colour:
    return colour[0] - 24, colour[1] - 24, colour[2] - 24


_DRAWN: dict[str, Callable[[Pen, bool], None]] = {
    "lamp": _lamp, "bins": _bins, "sofa": _sofa, "pothole": _pothole, "leaves": _leaves, "graffiti": _graffiti,
    "leak": _leak, "bench": _bench,
}  # fmt: skip
