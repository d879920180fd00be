# SPDX-License-Identifier: GPL-3.0-only
"""Draws logo.svg and logo.png: an eave over two ripples."""
import pathlib
import sys

from PIL import Image, ImageDraw

PRIMARY, ACCENT, PAPER = "#1F3B36", "#C8702F", "#F5EFE4"


def bezier(p, n=120):
    a, b, c, d = p
    for k in range(n + 1):
        t = k / n
        yield tuple(a[i] * (1 - t) ** 3 + 3 * b[i] * t * (1 - t) ** 2 + 3 * c[i] * t * t * (1 - t) + d[i] * t ** 3
                    for i in (0, 1))


# colour, stroke width and cubic curves on a 512 grid
STROKES = (
    (PAPER, 30, [((92, 262), (168, 250), (226, 206), (256, 142)), ((256, 142), (286, 206), (344, 250), (420, 262))]),
    (ACCENT, 22, [((158, 330), (192, 304), (222, 304), (256, 330)), ((256, 330), (290, 356), (320, 356), (354, 330))]),
    (ACCENT, 22, [((196, 390), (216, 374), (236, 374), (256, 390)), ((256, 390), (276, 406), (296, 406), (316, 390))]),
)


def svg():
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512" role="img" aria-label="檐汀">',
           f'  <circle cx="256" cy="256" r="256" fill="{PRIMARY}"/>']
    for color, width, curves in STROKES:
        d = "M{} {}".format(*curves[0][0]) + "".join(
            "C{} {} {} {} {} {}".format(*b, *c, *e) for _, b, c, e in curves)
        out.append(f'  <path d="{d}" fill="none" stroke="{color}" stroke-width="{width}" '
                   'stroke-linecap="round" stroke-linejoin="round"/>')
    return "\n".join([*out, "</svg>", ""])


def png(size=512, over=4):
    s = size * over
    im = Image.new("RGBA", (s, s), (0, 0, 0, 0))
    dr = ImageDraw.Draw(im)
    dr.ellipse((0, 0, s - 1, s - 1), fill=PRIMARY)
    k = s / 512
    for color, width, curves in STROKES:
        r = width * k / 2
        for p in curves:
            for x, y in bezier(p, 600):
                dr.ellipse((x * k - r, y * k - r, x * k + r, y * k + r), fill=color)
    return im.resize((size, size), Image.LANCZOS)


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    (out / "logo.svg").write_text(svg(), encoding="utf-8")
    png().quantize(96, Image.Quantize.FASTOCTREE).save(out / "logo.png", optimize=True)
