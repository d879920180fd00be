# SPDX-License-Identifier: GPL-3.0-only
"""香氛"""
import math
import random

import kit
import mats
import studio

BG = ("#d8b5a3", "#c79c88", "#e2cdbf")


def flame(loc):
    kit.tube([(0, 0, -.05), (.005, 0, .07)], .012, mats.paint("#2a1d15", .9), loc)
    p = kit.curve([(0, 0), (.028, .03), (.034, .07), (.018, .14), (0, .21)], 8)
    kit.lathe(p, mats.glow("#ffb45e", 14), (loc[0], loc[1], loc[2] + .04))
    studio.bulb((loc[0], loc[1], loc[2] + .16), 3.0, .04)


def scent_candle():
    p = kit.fillet([(0, 0), (.52, 0), (.52, 1.02)], .08)
    kit.lathe(kit.shell(p, .03), mats.glass("#d08a46", 0, 1.45))
    kit.lathe(kit.fillet([(0, .05), (.485, .05), (.485, .72), (.4, .70), (0, .70)], .03), mats.wax("#f2e2c6"))
    flame((0, 0, .72))
    kit.lathe(kit.fillet([(0, 0), (.55, 0), (.55, .1), (0, .1)], .02), mats.wood("#a06f42", "#6d4525"), (.78, -.25, .48), (0, -68, 24))
    studio.plinth(1.1, .25, "#c49a86", dark="#bd917d")
    studio.stage(BG[0], elev=13, azim=-6, fill=.74, floor=-.25)


def scent_reed(view=0):
    m = mats.ceramic("#33514a", .3, coat=.4, tone="#2a4640") if not view else mats.ceramic("#e9dfd0", .4, speck=.4)
    kit.lathe(kit.curve([(0, 0), (.42, 0), (.5, .06), (.52, .4), (.4, .72), (.19, .84), (.16, .9), (.16, 1.02)], 12) + [(0, 1.02)], m,
              warp=kit.fluted(26, .05, .08, .72))
    kit.lathe(kit.fillet([(0, 1.0), (.2, 1.0), (.2, 1.16), (0, 1.16)], .025), mats.metal("#c79a55", .28))
    rnd = random.Random(3)
    for k in range(8):
        a = 2 * math.pi * k / 8 + rnd.uniform(-.2, .2)
        s = rnd.uniform(.28, .46)
        kit.tube([(-.06 * math.cos(a), -.06 * math.sin(a), 1.1), (s * math.cos(a), s * math.sin(a) * .7, 2.15 + rnd.uniform(0, .2))],
                 .017, mats.wood("#cda877", "#a9824f", "Z"), smooth=False, sides=10)
    if view:
        kit.box((.82, .82, 1.15), mats.paint("#33514a", .7), (.95, .35, 0), (0, 0, 14), bevel=.015)
        kit.box((.826, .826, .045), mats.paint("#e3d3bb", .7), (.95, .35, .78), (0, 0, 14), bevel=.01)
        studio.stage(BG[2], elev=13, fill=.86, sun=2.0, gobo="leaf", seed=40)
    else:
        studio.plinth(.75, .3, "#d9bfb0", dark="#d3b6a6")
        studio.stage(BG[1], elev=10, fill=.84, floor=-.3, sun=1.8, gobo="window", seed=5)


def scent_incense():
    kit.slab(kit.round_rect(2.6, .72, .36, 20), .13, mats.stone("#dcd5c9", "#c5bcae", "#9d8f80"), bevel=.035)
    kit.ball(.24, mats.metal("#c79a55", .3), (-.85, 0, .12), (1, 1, .62))
    kit.tube([(-.85, 0, .2), (.95, 0, .95)], .016, mats.clay("#6b4a33", "#4a3122"), smooth=False)
    kit.ball(.024, mats.glow("#ff7a35", 9), (.95, 0, .95))
    for k in range(3):
        kit.ball(.19 - .03 * k, mats.stone("#8c8078", "#6f655f", scale=2), (.35 + k * .33, .05 * (-1) ** k, .2), (1.2, .9, .5), lump=.2, seed=k * 5)
    studio.stage(BG[2], elev=22, azim=-16, fill=.86, sun=2.2, gobo="leaf", seed=22)


def scent_mist():
    m = mats.ceramic("#eee4d8", .5, tone="#e8dacb")
    kit.lathe(kit.curve([(0, .3), (.5, .3), (.62, .42), (.63, .75), (.5, 1.2), (.25, 1.52), (.09, 1.6), (.08, 1.55)], 12), m, warp=kit.fluted(34, .035, .36, 1.45))
    kit.lathe(kit.fillet([(0, 0), (.6, 0), (.62, .27), (0, .27)], .05), mats.wood("#a97749", "#7a5130", "Z"))
    kit.lathe([(0, .27), (.56, .27), (.56, .31), (0, .31)], mats.glow("#ffc98a", 2.2))
    studio.bulb((0, -.9, .3), 4, .1)
    studio.plinth(1.0, .2, "#b98873", dark="#b07e69")
    studio.stage(BG[1], elev=10, fill=.8, floor=-.2)


def scent_spray():
    g = mats.glass("#e9c3ae", .28)
    kit.lathe(kit.fillet([(0, 0), (.4, 0), (.4, 1.15), (.16, 1.24), (.16, 1.3), (0, 1.3)], .1), g, (-.3, 0, 0))
    kit.lathe(kit.fillet([(0, 1.28), (.19, 1.28), (.19, 1.62), (0, 1.62)], .03), mats.metal("#c79a55", .22), (-.3, 0, 0))
    kit.lathe(kit.fillet([(0, 0), (.32, 0), (.32, .78), (.14, .86), (.14, .9), (0, .9)], .09), mats.glass("#cfdccf", .28), (.5, -.25, 0))
    kit.lathe(kit.fillet([(0, .88), (.17, .88), (.17, 1.14), (0, 1.14)], .03), mats.metal("#c79a55", .22), (.5, -.25, 0))
    studio.plinth(.95, .28, "#e2cfc3", False, dark="#dcc7b9")
    studio.stage(BG[0], elev=10, azim=8, fill=.76, floor=-.28, sun=1.8, gobo="leaf", seed=8)


def scent_stones():
    cols = (("#c7b6a4", "#ad9a87"), ("#8b9a8d", "#748377"), ("#d98d58", "#c27845"), ("#efe8dd", "#e0d6c8"))
    z = 0
    for k, (r, (a, b)) in enumerate(zip((.72, .56, .42, .28), cols)):
        h = r * .36
        kit.ball(r, mats.stone(a, b, rough=.9, scale=1.4), (.05 * (-1) ** k, 0, z + h), (1, .9, .36 / 1), lump=.14, seed=k * 7)
        z += 2 * h * .87
    kit.lathe(kit.fillet([(0, 0), (.1, 0), (.1, .36), (.045, .42), (.045, .46), (0, .46)], .03), mats.glass("#a86427"), (.78, -.5, 0))
    kit.lathe(kit.fillet([(0, .45), (.06, .45), (.06, .58), (0, .58)], .012), mats.paint("#26221f", .4), (.78, -.5, 0))
    studio.stage(BG[2], elev=14, fill=.8, sun=2.0, gobo="window", seed=9)


def scent_pillars():
    def twist(n, d, turn):
        def f(x, y, z):
            a, r = math.atan2(y, x), math.hypot(x, y)
            k = r * (1 - d * (.5 + .5 * math.cos(a * n)))
            b = a + turn * z
            return (k * math.cos(b), k * math.sin(b), z)
        return f
    for x, y, r, h, c, w in ((-.62, .15, .34, 1.65, "#c4713c", twist(8, .16, 1.2)), (.12, -.25, .42, .85, "#eee0cb", kit.fluted(16, .14)),
                             (.72, .2, .32, 1.25, "#5c776b", twist(6, .14, 0))):
        kit.lathe(kit.fillet([(0, 0), (r, 0), (r, h), (r * .3, h - .02), (0, h - .03)], .06), mats.wax(c), (x, y, 0), warp=w, n=240)
        kit.tube([(0, 0, -.05), (.01, 0, .1)], .014, mats.paint("#efe6d6", .9), (x, y, h))
    studio.stage(BG[0], elev=12, fill=.82, sun=2.2, gobo="leaf", seed=19)


def scent_oils():
    w = mats.wood("#b58a5e", "#8c653d", "X")
    kit.box((2.1, .8, .34), w, bevel=.05)
    for k, c in enumerate(("#8a4d1c", "#46604c", "#7d3a2c")):
        x = (k - 1) * .62
        g = mats.glass(c)
        kit.lathe(kit.fillet([(0, .2), (.22, .2), (.22, .86), (.09, .98), (.09, 1.04), (0, 1.04)], .06), g, (x, 0, 0))
        kit.lathe(kit.fillet([(0, .9 + .12), (.115, 1.02), (.115, 1.2), (.07, 1.22), (0, 1.22)], .012), mats.metal("#b98f52", .3), (x, 0, 0))
        kit.lathe(kit.curve([(0, 1.2), (.075, 1.2), (.075, 1.38), (.05, 1.47), (0, 1.5)], 6), mats.paint("#2a2522", .6), (x, 0, 0))
    studio.stage(BG[1], elev=13, azim=-18, fill=.84, sun=1.8, gobo="leaf", seed=27)


SHOTS = {"scent-candle": scent_candle, "scent-reed": scent_reed, "scent-reed-2": lambda: scent_reed(1),
         "scent-incense": scent_incense, "scent-mist": scent_mist, "scent-spray": scent_spray,
         "scent-stones": scent_stones, "scent-pillars": scent_pillars, "scent-oils": scent_oils}
