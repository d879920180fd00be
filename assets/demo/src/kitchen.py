# SPDX-License-Identifier: GPL-3.0-only
"""餐厨"""
import math

import kit
import mats
import studio

BG = ("#dccdb4", "#cdb796", "#e6dcc8")


def bowl(mat, loc=(0, 0, 0), r=.8, h=.62, t=.04, seed=0.0, wob=.012):
    p = kit.curve([(0, .06), (r * .42, .05), (r * .46, 0), (r * .52, .01), (r * .58, .08), (r * .9, h * .55), (r, h)], 10)
    kit.lathe(kit.shell(p, t), mat, loc, warp=kit.hand(wob, seed=seed))


def plate(mat, loc=(0, 0, 0), rot=(0, 0, 0), r=1.0, h=.14):
    p = kit.curve([(0, .03), (r * .55, .025), (r * .58, 0), (r * .63, .01), (r * .78, .05), (r * .95, h * .8), (r, h)], 8)
    kit.lathe(kit.shell(p, .035), mat, loc, rot, warp=kit.hand(.008))


def kitchen_bowls():
    cols = (("#6f8377", "#61766c"), ("#c9814f", "#b86f40"), ("#ece4d5", "#e4d9c5"), ("#41544d", "#374843"))
    for k, (c, t) in enumerate(cols):
        bowl(mats.ceramic(c, .38, tone=t, speck=.4, grain=.12), (.02 * (-1) ** k, 0, k * .25), seed=k * 3)
    studio.stage(BG[0], elev=13, fill=.74, sun=1.8, gobo="leaf", seed=4)


def kitchen_plates():
    a = mats.ceramic("#eae2d2", .4, speck=.6, tone="#e0d4bf")
    b = mats.ceramic("#5d7268", .32, tone="#4e645c", speck=.3)
    plate(a, (.15, .62, 1.06), (72, 0, -6), 1.08)
    plate(b, (-.15, -.55, 0), r=.82)
    plate(a, (-.15, -.55, .10), r=.66)
    kit.tube([(-.28, -.9, .27), (.0, -.5, .25), (.3, -.15, .28)], .012, mats.wood("#7d8a5c", "#59663e"))
    for k in range(7):
        s = 1 if k % 2 else -1
        x, y = -.2 + k * .075, -.78 + k * .1
        kit.ball(.1, mats.paint("#77875b", .6), (x + s * .07, y - s * .05, .28), (1, .36, .08), rot=(0, -12 * s, 45 + 50 * s))
    studio.stage(BG[2], elev=22, fill=.82, sun=2.0, gobo="window", seed=1)


def kitchen_board():
    w = mats.wood("#b4793f", "#75451f", "Y", .8)
    w2 = mats.wood("#d9b685", "#b58c58", "Y", .8)
    o = kit.round_rect(1.5, 1.9, .22)
    o = kit.fillet([(-.75, 0), (.75, 0), (.75, 1.7), (.22, 1.95), (.2, 2.5), (-.2, 2.5), (-.22, 1.95), (-.75, 1.7), (-.75, 0)], .2)[1:]
    kit.slab(o, .12, w, (.2, .28, 0), (78, 0, -4), bevel=.03, holes=[kit.circle(.075, 32, 0, 2.3)])
    kit.slab(kit.circle(.62, 96), .11, w2, (-.5, -.42, 0), bevel=.03)
    kit.ball(.25, mats.paint("#c9651d", .35, .3), (-.42, -.42, .34), (1, 1, .9), lump=.05)
    kit.ball(.22, mats.paint("#cf7426", .35, .3), (-.75, -.62, .3), (1, 1, .9), lump=.05, seed=4)
    for x, y, z in ((-.42, -.42, .555), (-.75, -.62, .49)):
        for k in range(4):
            a = 90 * k + 20
            kit.ball(.075, mats.paint("#6b7348", .7), (x + .05 * math.cos(math.radians(a)), y + .05 * math.sin(math.radians(a)), z),
                     (1, .6, .16), rot=(0, 14, a))
        kit.tube([(x, y, z), (x + .01, y, z + .07)], .016, mats.paint("#5b4a32", .8))
    studio.stage(BG[1], elev=15, fill=.84, sun=2.0, gobo="leaf", seed=17)


def kitchen_carafe():
    g = mats.glass("#eef5f0")
    p = kit.curve([(0, 0), (.48, 0), (.56, .05), (.58, .4), (.5, .9), (.32, 1.3), (.28, 1.6), (.36, 1.9)], 12)
    kit.lathe(kit.shell(p, .03), g, (-.3, .1, 0), warp=kit.fluted(22, .035, .06, 1.2))
    water = [(r - .032, max(z, .03)) for r, z in p if .03 < z < .8]
    kit.lathe([(0, .03)] + water + [(water[-1][0], .8), (0, .8)], mats.glass("#e6f3ee", 0, 1.33), (-.3, .1, 0))
    kit.lathe(kit.fillet([(0, 1.86), (.34, 1.86), (.34, 1.96), (.2, 1.99), (.2, 2.15), (0, 2.15)], .04), mats.wood("#c08e58", "#8e6136"), (-.3, .1, 0))
    q = kit.fillet([(0, 0), (.27, 0), (.33, .72)], .06)
    for x, y in ((.52, -.25), (.95, .3)):
        kit.lathe(kit.shell(q, .025), g, (x, y, 0), warp=kit.fluted(18, .04, .05, .6))
    studio.stage(BG[2], elev=12, fill=.82, sun=2.2, gobo="window", seed=3)


def kitchen_pot():
    e = mats.paint("#b4561f", .22, .7)
    p = kit.fillet([(0, 0), (.98, 0), (1.05, .12), (1.05, .8)], .16)
    kit.lathe(kit.shell(p, .05), e)
    kit.lathe(kit.curve([(0, 1.14), (.3, 1.12), (.75, 1.02), (1.0, .9), (1.08, .85), (1.09, .81), (1.0, .79)], 8)[::-1], e)
    kit.lathe(kit.curve([(0, 1.13), (.09, 1.13), (.1, 1.2), (.2, 1.27), (.2, 1.34), (0, 1.38)], 8), mats.wood("#9a6a3c", "#6a4424"))
    for s in (-1, 1):
        kit.tube([(s * 1.0, -.24, .66), (s * 1.22, -.22, .7), (s * 1.28, 0, .71), (s * 1.22, .22, .7), (s * 1.0, .24, .66)], .055, e)
    kit.lathe([(1.052, .775), (1.064, .78), (1.064, .80), (1.052, .805)], mats.metal("#d9d2c4", .25))
    studio.stage(BG[0], elev=15, azim=-20, fill=.86, sun=1.6, gobo="leaf", seed=31)


def kitchen_spoons():
    tones = (("#a3703f", "#6b4322"), ("#5f3f28", "#3c2616"), ("#c79b67", "#98703f"))
    for k, (a, b) in enumerate(tones):
        w = mats.wood(a, b, "Y", 1.2)
        x = -.62 + k * .34
        kit.tube([(x, -.25, .1), (x + .01, .4, .1), (x, 1.5, .09)], .05, w, radii=[.045, .04, .06], flat=.8)
        kit.ball(.2, w, (x, -.5, .1), (.85, 1.45, .28))
        kit.ball(.17, mats.wood(b, b, "Y"), (x, -.52, .148), (.8, 1.4, .1))
    rest = mats.ceramic("#7b9184", .25, coat=.5)
    kit.tube([(.35, -.42, .07), (.6, -.42, .09), (.85, -.42, .07)], .06, rest, radii=[.09, .07, .09])
    for x in (.52, .68):
        kit.tube([(x, -.8, .21), (x, 1.5, .06)], .03, mats.wood("#4a2f1e", "#2c1b10", "Y"), radii=[.018, .036], smooth=True)
        kit.tube([(x, 1.34, .0705), (x, 1.44, .064)], .039, mats.metal("#c79a55", .25), smooth=False)
    studio.stage(BG[2], elev=58, azim=-26, fill=.84, sun=2.4, gobo="leaf", seed=14)


def kitchen_grinders():
    steel = mats.metal("#c9a66b", .25)
    for x, y, h, m in ((-.34, .1, 1.5, mats.wood("#6b452a", "#432918", "Z")), (.38, -.1, 1.15, mats.ceramic("#ebe3d4", .45, speck=.6))):
        kit.lathe(kit.curve([(0, 0), (.3, 0), (.32, .03), (.3, .12), (.22, h * .45), (.25, h * .62), (.27, h * .68)], 10) + [(0, h * .68)], m, (x, y, 0))
        kit.lathe([(0, h * .68), (.235, h * .68), (.235, h * .71), (0, h * .71)], steel, (x, y, 0))
        kit.lathe(kit.curve([(0, h * .71), (.27, h * .71), (.28, h * .75), (.2, h * .83), (.21, h * .9), (.12, h * .97), (0, h * .985)], 9), m, (x, y, 0))
        kit.ball(.06, steel, (x, y, h + .02))
    studio.plinth(.95, .24, "#c9b594", False, dark="#c1ac8a")
    studio.stage(BG[1], elev=10, fill=.76, floor=-.24, sun=1.4)


def kitchen_kettle():
    m = mats.metal("#cfd1cf", .26, .12)
    d = mats.wood("#5d3d27", "#38230f", "X")
    p = kit.fillet([(0, 0), (.78, 0), (.82, .1), (.58, 1.05), (.5, 1.1)], .09)
    kit.lathe(p + [(0, 1.1)], m)
    kit.lathe(kit.fillet([(0, 1.09), (.46, 1.09), (.44, 1.16), (0, 1.18)], .04), m)
    kit.lathe(kit.fillet([(0, 1.17), (.06, 1.17), (.13, 1.26), (.13, 1.33), (0, 1.33)], .03), d)
    kit.tube([(.7, 0, .22), (1.0, 0, .26), (1.1, 0, .55), (1.08, 0, .9), (1.22, 0, 1.14), (1.42, 0, 1.14)], .06, m, radii=[.1, .075, .06, .052, .047, .045])
    kit.tube([(-.56, 0, .96), (-.85, 0, 1.06), (-1.12, 0, 1.0)], .05, m, radii=[.05, .045, .05])
    kit.tube([(-1.02, 0, 1.04), (-1.2, 0, .92), (-1.26, 0, .62), (-1.22, 0, .3)], .085, d, radii=[.07, .09, .085, .06], flat=.75)
    studio.stage(BG[0], elev=10, azim=6, fill=.86, sun=1.4, gobo="leaf", seed=2)


SHOTS = {"kitchen-bowls": kitchen_bowls, "kitchen-plates": kitchen_plates, "kitchen-board": kitchen_board,
         "kitchen-carafe": kitchen_carafe, "kitchen-pot": kitchen_pot, "kitchen-spoons": kitchen_spoons,
         "kitchen-grinders": kitchen_grinders, "kitchen-kettle": kitchen_kettle}
