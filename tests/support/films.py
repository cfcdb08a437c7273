"""What a fake camera sees and a fake microphone hears, as files for Chromium."""

import math
import struct
import wave
from collections.abc import Iterable
from pathlib import Path

RATE = 48_000
WIDTH, HEIGHT = 64, 36


def silence(seconds: float) -> Iterable[float]:
    """Nothing at all."""
    return (0.0 for _ in range(int(RATE * seconds)))


def note(hz: float, seconds: float, volume: float = 0.3) -> Iterable[float]:
    """A sine."""
    return (volume * math.sin(2 * math.pi * hz * at / RATE) for at in range(int(RATE * seconds)))


def write_sound(file: Path, *parts: Iterable[float]) -> Path:
    """The parts one after the other, of full scale; Chromium begins again at their end."""
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(b"".join(struct.pack("<h", round(each * 32_767)) for part in parts for each in part))
    return file


def write_darkness(file: Path) -> Path:
    """What a covered camera sees."""
    black = bytes([16]) * (WIDTH * HEIGHT) + bytes([128]) * (WIDTH * HEIGHT // 2)
    file.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F30:1 Ip C420jpeg\n".encode() + (b"FRAME\n" + black) * 2)
    return file
