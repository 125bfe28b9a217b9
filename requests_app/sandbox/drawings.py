"""Photos that residents take, drawn: a dark street and a row of full bins."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFilter

SIZE = (960, 640)


def draw(name: str) -> tuple[bytes, str]:
    """A JPEG and its description."""
    image, alt = {"lamp": _dark_lamp, "bins": _full_bins}[name]()
    content = io.BytesIO()
    image.save(content, "JPEG", quality=82)
    return content.getvalue(), alt


def _dark_lamp() -> tuple[Image.Image, str]:
    image = _gradient((18, 24, 44), (44, 40, 52))
    pen = ImageDraw.Draw(image)
    for left, top, right in ((0, 150, 250), (250, 90, 420), (640, 120, 800), (800, 60, 960)):
        pen.rectangle((left, top, right, 560), fill=(26 + left % 17, 28, 40))
    for x, y in ((60, 250), (150, 330), (300, 190), (700, 240), (860, 170), (860, 320)):
        lit = (x + y) % 3 == 0
        pen.rectangle((x, y, x + 42, y + 62), fill=(214, 170, 90) if lit else (14, 17, 28))
    pen.polygon([(0, 640), (400, 470), (560, 470), (960, 640)], fill=(34, 33, 38))
    pen.rectangle((516, 130, 526, 560), fill=(70, 72, 78))
    pen.arc((428, 98, 526, 162), 180, 360, fill=(70, 72, 78), width=9)
    pen.ellipse((410, 128, 452, 158), fill=(52, 54, 60))
    return image.filter(ImageFilter.GaussianBlur(1.2)), "Calle a oscuras con una farola apagada en el centro"


def _full_bins() -> tuple[Image.Image, str]:
    image = _gradient((196, 214, 228), (222, 214, 200))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 120, 960, 470), fill=(236, 226, 208))
    pen.rectangle((0, 470, 960, 640), fill=(150, 146, 140))
    for place, colour in enumerate(((64, 96, 60), (58, 88, 126), (176, 150, 54))):
        left = 130 + place * 240
        pen.ellipse((left + 10, 190, left + 110, 290), fill=(34, 34, 38))
        pen.ellipse((left + 80, 175, left + 190, 290), fill=(52, 52, 58))
        pen.rounded_rectangle((left, 250, left + 200, 500), radius=18, fill=colour)
        pen.rectangle((left + 14, 290, left + 186, 304), fill=tuple(channel - 24 for channel in colour))
        pen.ellipse((left + 20, 490, left + 56, 526), fill=(30, 30, 30))
        pen.ellipse((left + 144, 490, left + 180, 526), fill=(30, 30, 30))
    for x, y, size, shade in ((90, 480, 110, 40), (330, 510, 90, 58), (560, 500, 120, 36), (800, 490, 100, 50)):
        pen.ellipse((x, y, x + size, y + size - 20), fill=(shade, shade, shade + 6))
        pen.polygon(
            [(x + size // 2 - 8, y + 8), (x + size // 2 + 8, y + 8), (x + size // 2, y - 16)],
            fill=(shade, shade, shade),
        )
    return image.filter(ImageFilter.GaussianBlur(0.8)), "Tres contenedores desbordados y bolsas de basura en el suelo"


def _gradient(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Image.Image:
    mask = Image.linear_gradient("L").resize(SIZE)
    return Image.composite(Image.new("RGB", SIZE, bottom), Image.new("RGB", SIZE, top), mask)
