#!/usr/bin/env python3
"""Makes the pictures that the decoder's tests open. Needs Pillow and, for one scan a component,
libjpeg's cjpeg; run it in this directory.

Every picture shows the same four fields, when it is upright:
red | green
blue | yellow
"""

import io
import struct
import subprocess
import tempfile
import zlib

from PIL import Image

SIZE = (64, 48)
RED, GREEN, BLUE, YELLOW = (220, 20, 30), (20, 160, 40), (30, 40, 200), (240, 220, 20)
EXIF_ORIENTATION = 0x0112
# What turns an upright picture into the stored one, by EXIF number
STORED = {
    2: [Image.Transpose.FLIP_LEFT_RIGHT],
    3: [Image.Transpose.ROTATE_180],
    4: [Image.Transpose.FLIP_TOP_BOTTOM],
    5: [Image.Transpose.TRANSPOSE],
    6: [Image.Transpose.ROTATE_90],
    7: [Image.Transpose.TRANSVERSE],
    8: [Image.Transpose.ROTATE_270],
}


def fields(mode="RGB"):
    picture = Image.new("RGB", SIZE)
    w, h = SIZE[0] // 2, SIZE[1] // 2
    for color, at in ((RED, (0, 0)), (GREEN, (w, 0)), (BLUE, (0, h)), (YELLOW, (w, h))):
        picture.paste(color, (*at, at[0] + w, at[1] + h))
    return picture.convert(mode)


def oriented(number):
    picture = fields()
    for step in STORED.get(number, []):
        picture = picture.transpose(step)
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = number
    picture.save(f"orientation-{number}.jpg", quality=92, subsampling=0, exif=exif)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, depth, color, rows):
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


def sixteen_bits():
    picture, rows = fields(), b""
    for y in range(SIZE[1]):
        rows += b"\0"
        for x in range(SIZE[0]):
            rows += b"".join(struct.pack(">H", value * 257) for value in picture.getpixel((x, y)))
    write("sixteen-bits.png", png(*SIZE, 16, 2, rows))


def split(name, sampling, *more):
    """Each component in a scan of its own, not progressive."""
    ppm = io.BytesIO()
    fields().save(ppm, "PPM")
    with tempfile.NamedTemporaryFile("w", suffix=".scans") as scans:
        scans.write("0;\n1;\n2;\n")
        scans.flush()
        command = ["cjpeg", "-quality", "90", "-sample", sampling, "-scans", scans.name, *more]
        write(name, subprocess.run(command, input=ppm.getvalue(), stdout=subprocess.PIPE, check=True).stdout)


def main():
    for number in range(1, 9):
        oriented(number)
    upright = fields()
    upright.save("progressive.jpg", quality=90, progressive=True)
    upright.save("quarter-chroma.jpg", quality=90, subsampling=2)
    upright.save("full-chroma.jpg", quality=90, subsampling=0)
    # Pillow writes what Photoshop does: an Adobe marker, and all values inverted
    upright.convert("CMYK").save("cmyk.jpg", quality=92)
    fields("L").save("gray.jpg", quality=92)
    fields("L").save("gray.png")
    fields("1").save("one-bit.png")
    upright.save("plain.bmp")
    upright.save("lossy.webp", quality=90)
    upright.save("lossless.webp", lossless=True)
    clear = fields("RGBA")
    clear.paste((0, 0, 0, 0), (0, 0, 32, 24))
    clear.save("alpha.png")
    clear.save("alpha.webp", lossless=True)
    half = fields("RGBA")
    half.putalpha(128)
    half.save("half.png")
    fields("P").save("palette.png", transparency=fields("P").getpixel((0, 0)))
    upright.save("animated.gif", save_all=True, append_images=[Image.new("RGB", SIZE, BLUE)], duration=100)
    upright.save("really-a-png.jpg", format="PNG")
    split("split.jpg", "2x2")
    split("split-full-chroma.jpg", "1x1")
    split("split-restarts.jpg", "2x1", "-restart", "1")
    sixteen_bits()
    with open("quarter-chroma.jpg", "rb") as file:
        whole = file.read()
    write("truncated.jpg", whole[:-40])
    with open("sixteen-bits.png", "rb") as file:
        whole = file.read()
    write("truncated.png", whole[: len(whole) // 2])
    # 60,000 × 60,000 pixels in some bytes: refused by its header
    write("bomb.png", png(60000, 60000, 8, 2, b"\0" * 1000))
    # Within the side, beyond the pixels
    write("wide-bomb.png", png(16000, 16000, 8, 2, b"\0" * 1000))


main()
