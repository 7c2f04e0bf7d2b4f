"""Draws ``files/test.png``: evening hills, 640 × 400 pixels. Run it to draw the picture anew."""

from __future__ import annotations

import math
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 640, 400
SKY_TOP, SKY_LOW = (38, 30, 84), (250, 170, 110)
HILLS = [(196, 96, 104), (132, 64, 104), (74, 42, 88), (34, 24, 60)]


def draw() -> Image.Image:
    """A gradient sky, a sun, four rows of hills, and some stars."""
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    pen = ImageDraw.Draw(picture)
    for y in range(HEIGHT):
        share = min(1.0, y / (HEIGHT * 0.7))
        pen.line(
            [(0, y), (WIDTH, y)],
            fill=tuple(int(a + (b - a) * share) for a, b in zip(SKY_TOP, SKY_LOW, strict=True)),
        )
    stars = random.Random(7)
    for _ in range(60):
        x, y = stars.randrange(WIDTH), stars.randrange(HEIGHT // 3)
        pen.point((x, y), fill=(255, 244, 220))
    pen.ellipse((400, 130, 500, 230), fill=(255, 228, 160))
    picture = picture.filter(ImageFilter.GaussianBlur(1.2))
    pen = ImageDraw.Draw(picture)
    for row, colour in enumerate(HILLS):
        base, height = 230 + row * 42, 46 - row * 6
        ridge = [
            (x, base + height * math.sin(x / (90 - row * 14) + row * 1.7) * math.cos(x / 210))
            for x in range(WIDTH + 1)
        ]
        pen.polygon([(0, HEIGHT), *ridge, (WIDTH, HEIGHT)], fill=colour)
    return picture


if __name__ == "__main__":
    target = Path(__file__).parents[1] / "files" / "test.png"
    draw().save(target, optimize=True)
    print(target, target.stat().st_size, "bytes")
