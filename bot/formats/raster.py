"""The picture of a timeline as PNG, for what cannot draw lines. The only user of Pillow."""

from io import BytesIO
from pathlib import Path

from bot.core.picture import WIDTH, Dot, Line, Picture

SCALE = 2  # pixels for each unit of a picture
_TONES = {"ink": "#1c2028", "faint": "#969ca8", "hurt": "#d6543c"}
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def as_png(picture: Picture, font: Path) -> bytes:
    """Return the picture on white, twice as many pixels as units."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (round(WIDTH * SCALE), round(picture.height * SCALE)), "white")
    draw = ImageDraw.Draw(image)
    for shape in picture.shapes:
        tone = _TONES[shape.tone]
        if isinstance(shape, Line):
            ends = [(shape.x1 * SCALE, shape.y1 * SCALE), (shape.x2 * SCALE, shape.y2 * SCALE)]
            draw.line(ends, fill=tone, width=round(shape.thickness * SCALE))
        elif isinstance(shape, Dot):
            draw.circle((shape.x * SCALE, shape.y * SCALE), shape.radius * SCALE, fill=tone)
        else:
            letters = ImageFont.truetype(font, round(shape.size * SCALE))
            place = (shape.x * SCALE, shape.y * SCALE)
            draw.text(place, shape.text, fill=tone, font=letters, anchor=_ANCHORS[shape.align])
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
