"""What a picture shows, as far as a test can see."""

from io import BytesIO

import pytest


def size_of(png: bytes) -> tuple[int, int]:
    """Return a picture's width and height in pixels; fails where nothing is drawn on it."""
    image = pytest.importorskip("matplotlib.image").imread(BytesIO(png), format="png")
    colours = {tuple(pixel) for pixel in image.reshape(-1, image.shape[-1])[::7].tolist()}
    assert len(colours) > 10, "the picture is blank"
    height, width = image.shape[:2]
    return int(width), int(height)
