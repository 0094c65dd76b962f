"""Make a film of a QR code as a phone camera sees it: tilted, blurred, dim and noisy."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

WIDTH, HEIGHT = 1280, 720
FRAMES = 30


def write_film(picture: bytes, path: Path, *, side: int = 560, seed: int = 1) -> Path:
    """Write a Y4M of ``FRAMES`` frames showing ``picture`` on a desk; Chromium repeats it."""
    noise = np.random.default_rng(seed)
    code = (
        Image.open(io.BytesIO(picture)).convert("L").resize((side, side), Image.Resampling.BICUBIC)
    )
    scene = Image.new("L", (WIDTH, HEIGHT), 70)
    tilted = code.rotate(7, expand=True, fillcolor=70, resample=Image.Resampling.BICUBIC)
    scene.paste(tilted, ((WIDTH - tilted.width) // 2, (HEIGHT - tilted.height) // 2))
    blurred = np.asarray(scene.filter(ImageFilter.GaussianBlur(0.9)), dtype=np.float32) * 0.85 + 18
    grey = bytes([128]) * (WIDTH * HEIGHT // 2)
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F15:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(FRAMES):
            frame = blurred + noise.normal(0, 6, blurred.shape).astype(np.float32)
            film.write(b"FRAME\n" + frame.clip(0, 255).astype(np.uint8).tobytes() + grey)
    return path
