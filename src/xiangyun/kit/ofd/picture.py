"""Draw seal pictures by the rules for seals of public bodies (国发〔1999〕25号): cinnabar red on nothing.

Round with a five-pointed star and the name on the upper arc.
"""

import io
import math
from functools import lru_cache
from typing import TYPE_CHECKING

from xiangyun.kit import fonts

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

CINNABAR = (193, 39, 45)
_DPI = 300
_SCALE = 3  # drawn large and reduced: Pillow does not smooth lines


def draw_seal(name: str, center_text: str = "", *, diameter_mm: int = 42) -> bytes:
    """Return a PNG with alpha: `name` on the upper arc, star in the middle, `center_text` in a line below the star."""
    from PIL import Image, ImageDraw

    size = round(diameter_mm / 25.4 * _DPI)
    full = size * _SCALE
    mask = Image.new("L", (full, full), 0)
    pen = ImageDraw.Draw(mask)
    border = full * 0.027
    pen.ellipse((border / 2, border / 2, full - border / 2, full - border / 2), outline=255, width=round(border))
    _star(pen, full / 2, full * (0.5 if not center_text else 0.47), full * 0.145)
    _arc_text(mask, name, full, 222.0 if center_text else 260.0)
    if center_text:
        _straight_text(mask, center_text, full / 2, full * 0.78, full * 0.56, full * 0.084)
    return _red(mask, (size, size))


def _red(mask: "Image.Image", size: tuple[int, int]) -> bytes:
    """Give the reduced mask the ink's colour; 16 levels of alpha keep the file small enough to travel in every seal."""
    from PIL import Image

    alpha = mask.resize(size, Image.Resampling.LANCZOS).point(lambda value: min(15, (value + 8) // 17))
    picture = Image.frombytes("P", size, alpha.tobytes())
    picture.putpalette(bytes(CINNABAR) * 16)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", transparency=bytes(level * 17 for level in range(16)), compress_level=7)
    return buffer.getvalue()


def _star(pen: "ImageDraw.ImageDraw", x: float, y: float, radius: float) -> None:
    points = []
    for index in range(10):
        reach = radius if index % 2 == 0 else radius * math.sin(math.pi / 10) / math.sin(math.pi * 7 / 10)
        angle = -math.pi / 2 + index * math.pi / 5
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    pen.polygon(points, fill=255)


def _arc_text(mask: "Image.Image", text: str, full: int, widest: float) -> None:
    """Set the name along the upper arc: wider spread and narrower letters the longer the name."""
    count = len(text)
    spread = math.radians(min(widest, 23.0 * max(count - 1, 1)))
    height = full * 0.148
    radius = full * 0.5 - full * 0.055 - height / 2
    room = radius * spread / max(count - 1, 1)
    width = min(height * 0.86, room * 0.94)
    for index, char in enumerate(text):
        angle = -math.pi / 2 - spread / 2 + spread * index / max(count - 1, 1) if count > 1 else -math.pi / 2
        _letter(
            mask, char, full / 2 + radius * math.cos(angle), full / 2 + radius * math.sin(angle), width, height, angle
        )


def _straight_text(mask: "Image.Image", text: str, x: float, y: float, width: float, height: float) -> None:
    step = min(height * 1.15, width / max(len(text), 1))
    for index, char in enumerate(text):
        _letter(mask, char, x + (index - (len(text) - 1) / 2) * step, y, min(height, step * 0.95), height, -math.pi / 2)


def _letter(mask: "Image.Image", char: str, x: float, y: float, width: float, height: float, angle: float) -> None:
    """Draw one letter in a box of its own, squeeze it, turn it outwards and lay it on the mask."""
    from PIL import Image, ImageChops, ImageDraw

    if char.isspace():
        return
    box = 256
    letter = Image.new("L", (box, box), 0)
    font = _font(str(fonts.font_for(char, "serif", bold=True)), 220)
    ImageDraw.Draw(letter).text((box / 2, box / 2), char, font=font, fill=255, anchor="mm")
    letter = letter.resize((max(1, round(width * 1.16)), max(1, round(height * 1.16))), Image.Resampling.LANCZOS)
    letter = letter.rotate(-math.degrees(angle) - 90, expand=True, resample=Image.Resampling.BICUBIC)
    corner = (round(x - letter.width / 2), round(y - letter.height / 2))
    layer = mask.crop((*corner, corner[0] + letter.width, corner[1] + letter.height))
    mask.paste(ImageChops.lighter(layer, letter), corner)


@lru_cache(maxsize=8)
def _font(path: str, size: int) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(path, size)
