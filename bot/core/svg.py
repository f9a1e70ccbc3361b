"""SVG: a picture for a page in a browser, in the colours of its text, and without style, which is forbidden there."""

from html import escape

from bot.core.picture import WIDTH, Dot, Line, Picture, Shape

_TONES = {"ink": 'currentColor" opacity="1', "faint": 'currentColor" opacity="0.45', "hurt": "#d6543c"}


def as_svg(picture: Picture) -> str:
    """Return the picture as an element that scales with its page and says what it shows."""
    drawn = "".join(map(_shape, picture.shapes))
    return (
        f'<svg class="picture" role="img" aria-label="{escape(picture.told)}" '
        f'viewBox="0 0 {WIDTH:g} {picture.height:g}" width="100%">{drawn}</svg>\n'
    )


def _shape(shape: Shape) -> str:
    tone = _TONES[shape.tone]
    if isinstance(shape, Line):
        ends = f'x1="{shape.x1:.1f}" y1="{shape.y1:.1f}" x2="{shape.x2:.1f}" y2="{shape.y2:.1f}"'
        return f'<line {ends} stroke-width="{shape.thickness:g}" stroke="{tone}"/>'
    if isinstance(shape, Dot):
        return f'<circle cx="{shape.x:.1f}" cy="{shape.y:.1f}" r="{shape.radius:g}" fill="{tone}"/>'
    place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="{shape.size:g}" text-anchor="{shape.align}"'
    return f'<text {place} fill="{tone}">{escape(shape.text)}</text>'
