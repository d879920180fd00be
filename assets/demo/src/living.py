# SPDX-License-Identifier: GPL-3.0-only
"""布艺起居"""
import math
import random

import kit
import mats
import studio

BG = ("#b3c0c8", "#9dafba", "#cdd4d6")


def living_pillow():
    a = mats.cloth("#c8804e", "#a9643a", 30)
    b = mats.cloth("#e8e0d2", "#d5cab8", 30, stripes=("X", 3.2, "#5d7470", .16))
    kit.pillow(2.0, 2.0, .85, b, (-.42, .5, .965), (80, 0, 8), seed=3)
    kit.pillow(1.55, 1.05, .62, a, (.42, -.38, .455), (66, 0, -8), seed=9)
    studio.stage(BG[0], elev=12, fill=.84, sun=2.0, gobo="window", seed=8)


def fold(w, t, layers):
    """The zigzag path of a folded cloth, its round folds to the right and left in turn."""
    pts = []
    for k in range(layers):
        z = t * (k + .5)
        row = [(x, z) for x in (-w / 2, -w / 4, 0, w / 4, w / 2)]
        pts += row if k % 2 == 0 else row[::-1]
        if k + 1 < layers:
            s = 1 if k % 2 == 0 else -1
            pts.append((s * (w / 2 + t * .62), z + t / 2))
    return kit.curve(pts, 8)


def towel(mat, z, w=1.7, d=1.25, t=.2, layers=2, seed=0.0, x=0.0):
    kit.ribbon(fold(w, t, layers), t * .96, d, mat, (x, 0, z), (0, 0, -90), soft=.05, seed=seed)


def living_towels(view=0):
    sets = ((("#e9e2d6", "#d8cfc0"), ("#8ca0a8", "#768b94"), ("#c98a62", "#b57449")),
            (("#6f8579", "#5c7266"), ("#e9e2d6", "#d8cfc0"), ("#46605a", "#3a514c")))[view]
    for k, (a, b) in enumerate(sets):
        towel(mats.terry(a, b), k * .4, seed=k * 4 + view, x=.03 * (-1) ** k)
    if view:
        sp = kit.curve([((.06 + .016 * k) * math.cos(k * .55), (.06 + .016 * k) * math.sin(k * .55)) for k in range(0, 30)], 4)
        kit.ribbon(sp, .085, 1.15, mats.terry("#c98a62", "#b57449"), (0, 0, 1.66), (0, 0, 90), soft=.02)
    studio.stage(BG[2] if view else BG[1], elev=15, azim=-30, fill=.8, sun=2.0, gobo="leaf", seed=5 + view)


def living_blanket():
    m = mats.cloth("#51695f", "#43584f", 34, slub=.6, stripes=("Y", 1.848, "#d9c8a6", .14))
    kit.ribbon(fold(2.1, .16, 4), .145, 1.7, m, rot=(0, 0, 90), soft=.05, seed=2)
    rnd = random.Random(4)
    f = mats.cloth("#51695f", "#43584f", 90)
    for k in range(44):
        x = -.83 + k * .0386
        kit.tube([(x, -1.04, .57), (x, -1.2, .5), (x, -1.27, .36), (x + rnd.uniform(-.025, .025), -1.26 - rnd.uniform(0, .03), .17)], .016, f, sides=8, per=4)
    studio.stage(BG[0], elev=20, azim=-24, fill=.84, sun=2.0, gobo="window", seed=6)


def living_comb():
    w = mats.wood("#8d5a36", "#57331c", "X", 1.4, .35, .3)
    o = [(-1.1, .1)] + kit.curve([(-1.1, .1), (-.6, .3), (0, .37), (.6, .3), (1.1, .1)], 10)
    teeth = []
    n = 30
    for k in range(n):
        x = 1.0 - k * 2.0 / (n - 1)
        teeth += [(x + .024, -.02), (x + .016, -.52), (x, -.56), (x - .016, -.52), (x - .024, -.02)]
    kit.slab(o[1:] + [(1.1, -.5), (1.04, -.56), (1.03, -.02)] + teeth[5:-5] + [(-1.03, -.02), (-1.04, -.56), (-1.1, -.5)], .1, w, (0, 0, .02), (0, 0, 24), bevel=.012)
    p = mats.cloth("#d9cdb8", "#c6b89f", 60)
    kit.ribbon(kit.curve([(-.8, .06), (0, .075), (.8, .06)], 8), .07, .75, p, (.2, -1.0, 0), (0, 0, 12), soft=.02)
    kit.tube([(.95, -.62, .05), (1.15, -.42, .05), (1.3, -.55, .05), (1.42, -.4, .05)], .015, mats.cloth("#c4713a"))
    studio.stage(BG[2], elev=55, fill=.84, sun=2.4, gobo="leaf", seed=10)


def living_soap():
    s = mats.stone("#d9d4c9", "#c2bcb0", "#8f968f", rough=.45)
    kit.box((1.7, 1.15, .22), s, bevel=.09)
    for y in (-.3, -.1, .1, .3):
        kit.box((1.3, .07, .06), s, (0, y, .2), bevel=.025)
    kit.box((1.1, .74, .38), mats.wax("#c7835a"), (0, 0, .25), (0, 0, 9), bevel=.12, seg=8)
    kit.box((.98, .68, .34), mats.wax("#8fa597"), (.04, .03, .625), (0, 0, -11), bevel=.11, seg=8)
    studio.stage(BG[1], elev=24, azim=-22, fill=.8, sun=2.0, gobo="leaf", seed=3)


def notebook(color, z, turn, w=1.3, h=1.85, t=.16, band="#c4713a"):
    m = mats.cloth(color, color, 70, slub=.2)
    a = math.radians(turn)
    kit.box((w, h, .03), m, (0, 0, z), (0, 0, turn), bevel=.014)
    kit.box((w - .06, h - .08, t - .06), mats.paint("#efe7d6", .9), (.02 * math.cos(a), .02 * math.sin(a), z + .03), (0, 0, turn), bevel=.01)
    kit.box((w, h, .03), m, (0, 0, z + t - .03), (0, 0, turn), bevel=.014)
    kit.box((.05, h, t - .004), m, (-(w / 2 - .02) * math.cos(a), -(w / 2 - .02) * math.sin(a), z + .002), (0, 0, turn), bevel=.02)
    x = .46
    kit.box((.045, h + .012, t + .012), mats.paint(band, .8), (x * math.cos(a), x * math.sin(a), z - .004), (0, 0, turn), bevel=.008)


def living_notes():
    notebook("#2b4740", 0, -14)
    notebook("#d7cbb6", .165, 4, band="#2b4740")
    notebook("#bb6f42", .33, -6, 1.1, 1.55, .13, "#ece3d2")
    b = mats.metal("#c79a55", .25)
    kit.tube([(-.42, -.5, .505), (.15, .62, .505)], .042, mats.paint("#22302d", .3, .5), smooth=False)
    kit.tube([(-.42, -.5, .505), (-.49, -.64, .505)], .03, b, radii=[.042, .006])
    kit.tube([(.12, .56, .505), (.165, .65, .505)], .045, b, smooth=False)
    studio.stage(BG[0], elev=48, azim=-18, fill=.84, sun=2.4, gobo="window", seed=7)


def living_vase():
    m = mats.ceramic("#e6dccb", .6, tone="#d8cab4", speck=.5, grain=.3)
    p = kit.curve([(0, 0), (.4, 0), (.5, .05), (.72, .5), (.62, .98), (.26, 1.28), (.2, 1.42), (.27, 1.55)], 12)
    kit.lathe(kit.shell(p, .045), m, warp=kit.hand(.02))
    br = mats.wood("#5c4331", "#3c2a1e", "Z")
    lf = mats.paint("#5f7a5a", .55)
    fr = mats.paint("#cf6b2c", .35, .4)
    rnd = random.Random(11)
    for pts in ([(0, 0, .4), (.12, 0, 1.5), (.5, .1, 2.3), (.62, .1, 3.0)], [(0, 0, .4), (-.1, 0, 1.5), (-.5, -.1, 2.0), (-1.0, -.1, 2.35)],
                [(.3, .05, 1.95), (.75, 0, 2.15), (1.1, -.1, 2.2)]):
        kit.tube(pts, .03, br, radii=[.035] * (len(pts) - 1) + [.012], sides=10)
        line = kit.curve(pts, 8)
        for q in line[12 if len(pts) > 3 else 4::2]:
            d = [rnd.uniform(-.16, .16) for _ in range(3)]
            if rnd.random() < .34:
                kit.ball(.085 + rnd.random() * .03, fr, tuple(a + b * .8 for a, b in zip(q, d)), lump=.06, seed=rnd.random() * 9)
            else:
                kit.ball(.2, lf, tuple(a + b for a, b in zip(q, d)), (1, .42, .06), rot=(rnd.uniform(-50, 50), rnd.uniform(-50, 50), rnd.uniform(0, 360)))
    studio.stage(BG[2], elev=8, fill=.88, sun=2.2, gobo="leaf", seed=15)


SHOTS = {"living-pillow": living_pillow, "living-towels": living_towels, "living-towels-2": lambda: living_towels(1),
         "living-blanket": living_blanket, "living-comb": living_comb, "living-soap": living_soap,
         "living-notes": living_notes, "living-vase": living_vase}
