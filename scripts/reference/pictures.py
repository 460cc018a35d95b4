"""Pictures small enough for a page that loads quickly."""

from pathlib import Path

from PIL import Image

#: Enough for charts and screens of a few colours.
COLOURS = 64


def slim(path: Path, width: int | None = None) -> None:
    """Give a PNG a palette, and the width if one is given."""
    picture = Image.open(path).convert("RGB")
    if width:
        picture = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.BOX)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
