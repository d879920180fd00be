# SPDX-License-Identifier: GPL-3.0-only
"""灯具"""
import math

import kit
import mats
import studio

BG = ("#41605a", "#5d7770", "#6f7f80")
DUSK = dict(key=.5, ambient=.3, expo=0)


def light_paper():
    s = mats.paper_shade("#f8e6c4", .2, "#ff9a3c")
    p = kit.curve([(.26, .34), (.62, .5), (.86, .95), (.82, 1.45), (.56, 1.82), (.24, 1.95)], 26)

    def ribs(x, y, z):
        k = 1 + .022 * abs(math.sin(z * 30))
        return (x * k, y * k, z)
    kit.lathe(p, s, warp=ribs)
    w = mats.wood("#8a5c36", "#583820", "Z")
    for k in range(3):
        a = math.radians(90 + 120 * k)
        kit.tube([(.5 * math.cos(a), .5 * math.sin(a), 0), (.3 * math.cos(a), .3 * math.sin(a), .55)], .04, w, smooth=False)
    kit.tube([(.28 * math.cos(t), .28 * math.sin(t), .37) for t in (2 * math.pi * k / 24 for k in range(24))], .03, w, closed=True, per=3)
    kit.tube([(.25 * math.cos(t), .25 * math.sin(t), 1.95) for t in (2 * math.pi * k / 24 for k in range(24))], .018, w, closed=True, per=3)
    studio.bulb((0, 0, .95), 27, .14)
    studio.stage(BG[0], elev=8, fill=.78, **DUSK)


def light_mushroom(on=True):
    m = mats.paint("#c4713a", .25, .6)
    dome = kit.curve([(0, 1.62), (.35, 1.58), (.7, 1.38), (.88, 1.05), (.9, .98)], 12)
    kit.lathe([(r, z) for r, z in dome] + [(.875, .975)] + [(max(r - .03, 0), z - .03) for r, z in dome[::-1]], m)
    kit.lathe(kit.curve([(0, 0), (.48, 0), (.52, .03), (.46, .09), (.2, .2), (.13, .5), (.15, .9), (.24, 1.1)], 10) + [(0, 1.1)], m)
    kit.ball(.2, mats.glow("#ffd8a0", 9 if on else .6), (0, 0, 1.16))
    if on:
        for k in range(4):
            a = math.radians(45 + 90 * k)
            studio.bulb((.42 * math.cos(a), .42 * math.sin(a), 1.02), 9, .1)
        studio.stage(BG[1], elev=4, fill=.76, **DUSK)
    else:
        studio.stage("#dcd0bd", elev=16, azim=12, fill=.76, sun=2.0, gobo="leaf", seed=6)


def light_linen():
    s = mats.paper_shade("#f2dfbd", .14, "#ff9a3c", 1, 90)
    kit.lathe([(.86, 1.12), (.62, 2.05)], s)
    for r, z in ((.86, 1.12), (.62, 2.05)):
        kit.tube([(r * math.cos(t), r * math.sin(t), z) for t in (2 * math.pi * k / 32 for k in range(32))], .016, mats.cloth("#d8c7aa"), closed=True, per=3)
    m = mats.ceramic("#a9bcb0", .28, tone="#8ea79a", coat=.5, speck=.3)
    kit.lathe(kit.curve([(0, 0), (.34, 0), (.42, .05), (.56, .35), (.5, .72), (.24, .95), (.12, 1.02), (.1, 1.1)], 12) + [(0, 1.1)], m, warp=kit.hand(.01))
    kit.lathe([(0, 1.08), (.05, 1.08), (.05, 1.4), (0, 1.4)], mats.metal("#c79a55", .3))
    studio.bulb((0, 0, 1.45), 27, .1)
    studio.stage(BG[2], elev=7, fill=.8, key=.6, ambient=.32, expo=0)


def light_floor():
    d = mats.metal("#c09a5c", .3)
    kit.lathe(kit.fillet([(0, 0), (.62, 0), (.62, .09), (0, .09)], .03), mats.stone("#2f3a38", "#222b29", "#5d6b66"))
    kit.tube([(-.3, 0, .08), (-.34, 0, 1.4), (-.25, 0, 2.7), (.15, 0, 3.25), (.65, 0, 3.2), (.86, 0, 2.85)], .028, d)
    s = mats.paper_shade("#f8e6c4", .4, "#ff9a3c")
    kit.ball(.42, s, (.86, 0, 2.48))
    kit.lathe([(0, 0), (.12, 0), (.12, .1), (0, .1)], d, (.86, 0, 2.82))
    studio.bulb((.86, .0, 2.36), 13, .12)
    studio.stage(BG[0], elev=6, azim=-8, fill=.84, size=(900, 1200), key=.6, ambient=.32, expo=0)


def light_moon():
    w = mats.wood("#7c5030", "#4d2f1a", "X")
    kit.box((1.1, .42, .16), w, bevel=.05)
    kit.tube([(.62 * math.cos(a), .0, .78 - .62 * math.sin(a)) for a in (math.radians(-60 + 300 * k / 40) for k in range(41))], .05, w, per=2)
    m = mats.Mat("moon")
    col = m.ramp(m.noise(1.9, 6.0, distortion=.3), [(.38, "#d49c58"), (.6, "#ffe2b0")])
    m.base(col).set(Roughness=.8, Emission_Strength=.62)
    m.link(col, m.p.inputs["Emission Color"])
    m.bump(m.noise(5, 6.0), .5, .06)
    kit.ball(.5, m.m, (0, 0, .78))
    studio.bulb((0, -.8, .5), 5, .2)
    studio.stage("#34504c", elev=6, azim=14, fill=.76, key=.45, ambient=.28, expo=0)


def light_pendant():
    m = mats.paint("#e6dcc9", .45)
    i = mats.paint("#f0c890", .5)
    d = kit.curve([(.11, 1.0), (.3, .93), (.78, .62), (1.08, .2), (1.12, 0)], 12)
    kit.lathe(d + [(1.1, -.005)], m)
    kit.lathe([(max(r - .03, .01), z - .02) for r, z in d], i)
    kit.lathe(kit.fillet([(0, .98), (.14, .98), (.12, 1.22), (.04, 1.26), (0, 1.26)], .03), mats.wood("#8a5c36", "#5b3a20", "Z"))
    kit.tube([(0, 0, 1.2), (0, 0, 9)], .02, mats.paint("#22302d", .8), smooth=False, hero=False)
    kit.ball(.2, mats.glow("#ffd8a0", 11), (0, 0, .16))
    studio.bulb((0, 0, -.06), 26, .1)
    studio.stage(BG[1], elev=-9, fill=.76, floor=-1.9, nudge=(0, -.06), **DUSK)


def light_camp():
    m = mats.metal("#8a7a5c", .35)
    kit.lathe(kit.fillet([(0, 0), (.52, 0), (.55, .1), (.5, .34), (.36, .4), (0, .4)], .05), m)
    kit.lathe(kit.curve([(.36, .4), (.44, .55), (.46, .85), (.4, 1.12), (.34, 1.2)], 10), mats.glass("#fff4e0"))
    kit.lathe(kit.fillet([(0, 1.18), (.4, 1.18), (.42, 1.26), (.26, 1.42), (.22, 1.56), (0, 1.58)], .04), m)
    kit.tube([(-.5, 0, .3), (-.62, 0, .9), (-.5, 0, 1.6), (0, 0, 1.98), (.5, 0, 1.6), (.62, 0, .9), (.5, 0, .3)], .022, m)
    kit.tube([(-.24, 0, 1.93), (0, 0, 1.985), (.24, 0, 1.93)], .05, mats.wood("#8a5c36", "#5b3a20", "X"))
    kit.lathe(kit.curve([(0, .4), (.09, .42), (.12, .55), (.08, .72), (0, .92)], 8), mats.glow("#ffa64a", 3.5))
    studio.bulb((0, 0, .95), 14, .12)
    studio.plinth(.95, .3, "#3d5852", dark="#38524c")
    studio.stage(BG[2], elev=9, fill=.84, floor=-.3, **DUSK)


SHOTS = {"light-paper": light_paper, "light-mushroom": light_mushroom,
         "light-mushroom-2": lambda: light_mushroom(False), "light-linen": light_linen, "light-floor": light_floor,
         "light-moon": light_moon, "light-pendant": light_pendant, "light-camp": light_camp}
