"""A drawn person for a browser's fake camera: YUV4MPEG2, which Chromium reads from a file and plays in a loop.

The two ends of a call show different people, so a test sees whose picture arrives, and a screenshot of it can be shown.
"""

from dataclasses import dataclass
from math import pi, sin, sqrt
from pathlib import Path

WIDTH, HEIGHT = 640, 360
RATE = 24
FRAMES = 48


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour as luma and chroma of BT.601, each 16–240."""

    y: int
    u: int
    v: int

    @classmethod
    def rgb(cls, red: int, green: int, blue: int) -> "Colour":
        """From red, green and blue of 0–255 (ITU-R BT.601, limited range)."""
        return cls(
            y=round(16 + 0.257 * red + 0.504 * green + 0.098 * blue),
            u=round(128 - 0.148 * red - 0.291 * green + 0.439 * blue),
            v=round(128 + 0.439 * red - 0.368 * green - 0.071 * blue),
        )


@dataclass(frozen=True, slots=True)
class Person:
    """What a person and the room behind them look like."""

    wall: Colour
    shelf: Colour
    clothes: Colour
    skin: Colour
    hair: Colour


CUSTOMER = Person(
    wall=Colour.rgb(222, 214, 200),
    shelf=Colour.rgb(196, 184, 165),
    clothes=Colour.rgb(148, 74, 60),
    skin=Colour.rgb(236, 200, 172),
    hair=Colour.rgb(150, 150, 150),
)
EXPERT = Person(
    wall=Colour.rgb(205, 220, 230),
    shelf=Colour.rgb(170, 192, 206),
    clothes=Colour.rgb(28, 56, 104),
    skin=Colour.rgb(200, 150, 118),
    hair=Colour.rgb(52, 36, 28),
)


class Canvas:
    """One picture in planes: luma in full, chroma in half the size each way."""

    def __init__(self, ground: Colour) -> None:
        self.planes = (
            bytearray([ground.y]) * (WIDTH * HEIGHT),
            bytearray([ground.u]) * (WIDTH * HEIGHT // 4),
            bytearray([ground.v]) * (WIDTH * HEIGHT // 4),
        )

    def ellipse(self, x: float, y: float, across: float, down: float, colour: Colour) -> None:
        """A filled ellipse about (x, y) with these half axes."""
        for plane, value, scale in zip(self.planes, (colour.y, colour.u, colour.v), (1, 2, 2), strict=True):
            width, height = WIDTH // scale, HEIGHT // scale
            for row in range(max(0, int((y - down) / scale)), min(height, int((y + down) / scale) + 1)):
                inside = 1 - ((row * scale - y) / down) ** 2
                half = across * sqrt(inside) if inside > 0 else 0
                left, right = max(0, round((x - half) / scale)), min(width, round((x + half) / scale))
                if right > left:
                    plane[row * width + left : row * width + right] = bytes([value]) * (right - left)

    def bar(self, x: int, y: int, width: int, height: int, colour: Colour) -> None:
        """A filled rectangle."""
        for plane, value, scale in zip(self.planes, (colour.y, colour.u, colour.v), (1, 2, 2), strict=True):
            line = bytes([value]) * (width // scale)
            for row in range(y // scale, (y + height) // scale):
                start = row * (WIDTH // scale) + x // scale
                plane[start : start + len(line)] = line


def write(person: Person, path: Path) -> Path:
    """Write two seconds of the person, who sways, blinks and talks; returns the file."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for frame in range(FRAMES):
            file.write(b"FRAME\n")
            for plane in _picture(person, frame / FRAMES).planes:
                file.write(plane)
    return path


def _picture(person: Person, turn: float) -> Canvas:
    dark, light = Colour.rgb(40, 30, 30), Colour.rgb(250, 246, 240)
    sway = 5 * sin(2 * pi * turn)
    nod = 2 * sin(4 * pi * turn)
    x, y = WIDTH / 2 + sway, 150 + nod
    canvas = Canvas(person.wall)
    for shelf in (70, 170, 270):
        canvas.bar(20, shelf, 150, 8, person.shelf)
        canvas.bar(470, shelf, 150, 8, person.shelf)
    canvas.ellipse(x, y - 6, 78, 96, person.hair)
    canvas.ellipse(WIDTH / 2 + sway / 2, 372, 190, 130, person.clothes)
    canvas.ellipse(x, y + 92, 30, 40, person.skin)
    canvas.ellipse(x, y + 10, 64, 82, person.skin)
    canvas.ellipse(x, y - 66, 60, 26, person.hair)
    blinking = 0.45 < turn < 0.5
    for side in (-26, 26):
        canvas.ellipse(x + side, y, 11, 2 if blinking else 8, light)
        canvas.ellipse(x + side, y, 5, 2 if blinking else 6, dark)
    canvas.ellipse(x, y + 52, 20, 4 + 5 * abs(sin(6 * pi * turn)), Colour.rgb(150, 60, 60))
    return canvas
