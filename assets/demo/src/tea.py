# SPDX-License-Identifier: GPL-3.0-only
"""茶器"""
import math

import kit
import mats
import studio

BG = ("#b4c2b2", "#9fb1a3", "#c9cfbd")


def liquid(r, z, color="#b8692a", deep=0.12, loc=(0, 0, 0)):
    m = mats.Mat("tea")
    m.base(color).set(Roughness=0.03, Coat_Weight=0.5)
    kit.lathe([(0, z - 0.001), (r * .6, z), (r, z + 0.004)], m.m, loc)


def cup(mat, loc=(0, 0, 0), r=0.42, h=0.5, tea=True, warp=None, color="#c98a3a"):
    prof = kit.curve([(0, 0.04), (r * .42, 0.035), (r * .47, 0.0), (r * .55, 0.01), (r * .6, 0.06),
                      (r * .9, h * .5), (r, h)], 10)
    kit.lathe(kit.shell(prof, 0.032), mat, loc, warp=warp)
    if tea:
        liquid(r * .90, h * .72, color, loc=loc)


def teapot(mat, handle, lidmat=None, loc=(0, 0, 0)):
    body = kit.curve([(0, 0.05), (.5, 0.04), (.54, 0), (.6, .02), (.82, .2), (.95, .5), (.86, .82), (.55, 1.02), (.40, 1.05)], 12)
    kit.lathe(kit.shell(body, .05), mat, loc, warp=kit.hand(.008))
    lid = kit.curve([(0, 1.0), (.40, 1.05), (.44, 1.07), (.43, 1.10), (.3, 1.17), (.12, 1.21), (.07, 1.23),
                     (.07, 1.27), (.12, 1.32), (.11, 1.39), (0, 1.41)], 10)
    kit.lathe(lid, lidmat or mat, loc)
    x, y, z = loc
    kit.tube([(.78, 0, .42), (1.02, 0, .52), (1.2, 0, .76), (1.32, 0, 1.0)], .1, mat, loc,
             radii=[.2, .15, .10, .075])
    kit.lathe([(0, .008), (.055, .008), (.056, 0)], mats.paint("#1b1713", .9), (x + 1.325, y, z + 1.0), (0, 33, 0))
    kit.tube([(-.66, 0, .88), (-.72, 0, 1.2), (-.52, 0, 1.72), (0, 0, 1.98), (.52, 0, 1.72), (.72, 0, 1.2), (.66, 0, .88)],
             .055, handle, loc, flat=.8)
    for s in (-1, 1):
        kit.ball(.085, mat, (x + s * .68, y, z + .93), (1, .9, .8))


CELADON = dict(color="#a9bfae", tone="#8fae9c", rough=.22, coat=.6, speck=.15)


def tea_teapot(view=0):
    teapot(mats.ceramic(**CELADON), mats.wood("#8a5a34", "#5b3820", "X", 2.0))
    if view:
        cup(mats.ceramic(**CELADON), (-.55, -1.35, 0))
        cup(mats.ceramic(**CELADON), (.55, -1.5, 0), tea=False)
        studio.stage(BG[2], elev=34, azim=-24, fill=.8, sun=2.2, gobo="leaf")
    else:
        studio.stage(BG[0], elev=13, azim=8, fill=.8)


def tea_gaiwan():
    m = mats.ceramic("#f1eee6", .18, coat=.8, tone="#e6e6dc")
    dish = kit.curve([(0, .05), (.36, .04), (.4, 0), (.45, .02), (.62, .08), (.78, .17)], 10)
    kit.lathe(kit.shell(dish, .035), m)
    bowl = kit.curve([(0, .1), (.26, .09), (.3, .06), (.33, .1), (.52, .38), (.6, .66), (.70, .86)], 10)
    kit.lathe(kit.shell(bowl, .03), m)
    lid = kit.curve([(0, .99), (.24, .96), (.46, .87), (.57, .78)], 8)
    kit.lathe(lid[::1] + [(.585, .77), (.59, .79)] + [(r, z + .03) for r, z in lid[::-1]], m, rot=(0, -7, 0), loc=(.04, 0, .04))
    kit.lathe(kit.shell(kit.curve([(.0, 1.0), (.12, 1.0), (.13, 1.06), (.19, 1.13)], 8), .025), m, rot=(0, -7, 0), loc=(.04, 0, .04))
    kit.tube([(.6 * math.cos(t), .6 * math.sin(t), .655) for t in (2 * math.pi * k / 40 for k in range(40))], .006,
             mats.metal("#c79a55", .3), closed=True, per=3)
    studio.plinth(1.0, .3, "#8ea293", dark="#869a8b")
    studio.stage(BG[2], elev=17, fill=.72, floor=-.3)


def pitcher(loc=(0, 0, 0), tea="#cf7d22", lvl=.72):
    g = mats.glass("#fbfdfb")
    body = kit.curve([(0, 0), (.42, 0), (.5, .03), (.56, .22), (.55, .6), (.47, .88), (.46, 1.02), (.52, 1.14)], 12)

    def spout(x, y, z):
        k = max(0.0, (z - .85) / .3)
        d = math.exp(-((math.atan2(y, x)) / .33) ** 2)
        return (x + .17 * k * k * d, y * (1 - .25 * k * d), z + .05 * k * d)
    kit.lathe(kit.shell(body, .028), g, loc, warp=spout)
    inner = [(r - .030, z + (.03 if r < .5 and z < .1 else 0)) for r, z in body if z < lvl]
    inner = [(0, .03)] + [p for p in inner if p[0] > .1] + [(inner[-1][0], lvl), (0, lvl)]
    kit.lathe(inner, mats.glass(tea, 0, 1.33, .9), loc)
    kit.tube([(-.5, 0, .92), (-.72, 0, .95), (-.86, 0, .74), (-.78, 0, .42), (-.53, 0, .3)], .042, g, loc)


def tea_pitcher(view=0):
    pitcher()
    if view:
        m = mats.ceramic("#f0ece2", .2, coat=.5)
        cup(m, (.95, -.5, 0), .36, .4)
        cup(m, (.3, -1.05, 0), .36, .4)
        studio.stage("#c9cfbd", elev=30, azim=12, fill=.8, sun=2.4, gobo="window", seed=2)
    else:
        studio.plinth(.95, .22, "#dcd9cb", dark="#d2cfc0")
        studio.stage(BG[1], elev=11, azim=-6, fill=.74, floor=-.22, sun=1.2)


def tea_cups():
    a = mats.ceramic("#7f9a8c", .25, tone="#6c8a80", coat=.5, speck=.2)
    b = mats.ceramic("#ece4d4", .4, speck=.6, dip="#b98457", split=.30)
    cup(a, (-.5, .1, 0), .46, .56, warp=kit.hand(.03))
    cup(b, (.5, -.15, 0), .46, .56, warp=kit.hand(.03, seed=4), color="#a9602a")
    studio.stage(BG[0], elev=28, fill=.88, sun=2.0, gobo="leaf", seed=9)


def tea_caddy():
    m = mats.clay("#6a5546", "#3b2f29", .62)
    body = kit.fillet([(0, 0), (.52, 0), (.60, .1), (.66, .7), (.56, .98), (.40, 1.02), (.40, 1.1), (0, 1.1)], .13)
    kit.lathe(body, m, warp=kit.hand(.012))
    kit.lathe(kit.fillet([(0, 1.08), (.46, 1.08), (.46, 1.27), (0, 1.27)], .03), mats.wood("#b98a58", "#8d6238", "X", 1.6))
    kit.tube([(0, 0, 1.26), (-.07, 0, 1.36), (0, 0, 1.44), (.07, 0, 1.36)], .014, mats.cloth("#2b463f", weave=80), closed=True)
    studio.plinth(.8, .35, "#a3b3a3", False, dark="#9aaa9a")
    studio.stage(BG[2], elev=12, azim=-14, fill=.72, floor=-.35, sun=1.6, gobo="leaf", seed=5)


def tea_tray():
    w = mats.wood("#a97b4c", "#7a5330", "X", .9)
    holes = [kit.round_rect(1.05, .05, .024, 5, 0.36, y) for y in (-.4, -.2, 0, .2, .4)]
    kit.slab(kit.round_rect(2.5, 1.4, .18), .1, w, (0, 0, .13), bevel=.02, holes=holes)
    for s in (-1, 1):
        kit.box((.16, 1.2, .14), w, (s * .95, 0, 0), bevel=.03)
    kit.box((2.3, 1.2, .02), mats.paint("#2a1c12", .9), (0, 0, .11), bevel=.005)
    cup(mats.ceramic("#e9e2d3", .35, speck=.5), (-.72, -.12, .23), .3, .34)
    cup(mats.ceramic("#7f9a8c", .25, coat=.5), (-.1, .3, .23), .3, .34, color="#a9602a")
    studio.stage(BG[1], elev=40, azim=-24, fill=.9, sun=2.0, gobo="window", seed=4)


def tea_iron():
    m = mats.clay("#34373a", "#202325", .5, 1.4)
    body = kit.curve([(0, 0), (.55, 0), (.66, .05), (.9, .35), (.93, .6), (.72, .88), (.42, .98), (.38, 1.0)], 12)
    kit.lathe(kit.shell(body, .05), m)
    for j, z in enumerate((.34, .44, .54, .64)):
        r = .9 + .035 * (1 - abs(z - .5) / .2)
        for k in range(44):
            a = 2 * math.pi * (k + .5 * (j % 2)) / 44
            kit.ball(.028, m, (r * math.cos(a), r * math.sin(a), z), (1, 1, 1))
    kit.lathe(kit.curve([(0, .97), (.38, 1.0), (.41, 1.03), (.3, 1.09), (.09, 1.12), (.06, 1.15), (.08, 1.2), (.1, 1.25), (0, 1.28)], 10), m)
    kit.tube([(.8, 0, .5), (1.05, 0, .58), (1.2, 0, .8), (1.3, 0, .92)], .1, m, radii=[.17, .13, .09, .075])
    kit.tube([(-.62, 0, .85), (-.68, 0, 1.15), (-.58, 0, 1.6), (-.3, 0, 1.83), (0, 0, 1.88), (.3, 0, 1.83), (.58, 0, 1.6), (.68, 0, 1.15), (.62, 0, .85)],
             .045, m)
    kit.lathe(kit.fillet([(0, -.14), (1.0, -.14), (1.05, -.03), (1.0, 0), (0, 0)], .03), mats.wood("#b28a5c", "#8a6440"), rot=(0, 0, 0))
    studio.stage("#c3c8b4", elev=13, azim=10, fill=.84, size=(900, 1200), floor=-.14, sun=1.6, gobo="leaf", seed=12)


def tea_set(view=0):
    white = mats.ceramic("#e8e2d4", .42, speck=.5, dip="#8ba596", split=.36)
    small = mats.ceramic("#e8e2d4", .42, speck=.5, dip="#8ba596", split=.22)
    h = mats.wood("#8a5a34", "#5b3820", "X", 2.0)
    if view == 2:
        for k, (x, y) in enumerate(((-.5, .3), (.5, .36), (0, -.45))):
            cup(small, (x, y, 0), .42, .46, tea=k != 1, warp=kit.hand(.02, seed=k))
        studio.stage(BG[0], elev=52, azim=0, fill=.8, sun=2.4, gobo="leaf", seed=21)
        return
    w = mats.wood("#b58c5c", "#8c6840", "X", .9)
    kit.slab(kit.circle(1.62, 128), .1, w, bevel=.035)
    body = kit.curve([(0, .03), (.4, .02), (.46, 0), (.6, .1), (.68, .36), (.58, .66), (.36, .76)], 12)
    kit.lathe(kit.shell(body, .04), white, (-.35, .25, .1), warp=kit.hand(.01))
    kit.lathe(kit.curve([(0, .74), (.34, .75), (.38, .78), (.26, .85), (.08, .88), (.07, .93), (.11, .98), (0, 1.02)], 8), white, (-.35, .25, .1))
    kit.tube([(.5, 0, .3), (.75, 0, .44), (.88, 0, .66)], .1, white, (-.35, .25, .1), radii=[.14, .09, .06])
    kit.tube([(-.55, 0, .4), (-1.15, 0, .62)], .075, h, (-.35, .25, .1), radii=[.07, .085])
    for k, (x, y) in enumerate(((.78, .1), (.42, -.75), (-.55, -.95))):
        cup(small, (x, y, .1), .33, .38, warp=kit.hand(.02, seed=k))
    if view == 1:
        studio.stage(BG[2], elev=66, azim=18, fill=.84, sun=2.2, gobo="window", seed=6)
    else:
        studio.stage(BG[1], elev=24, azim=-8, fill=.84, size=(1200, 900), sun=2.0, gobo="leaf", seed=8)


SHOTS = {"tea-pot": tea_teapot, "tea-pot-2": lambda: tea_teapot(1), "tea-gaiwan": tea_gaiwan,
         "tea-pitcher": tea_pitcher, "tea-pitcher-2": lambda: tea_pitcher(1), "tea-cups": tea_cups,
         "tea-caddy": tea_caddy, "tea-tray": tea_tray, "tea-iron": tea_iron, "tea-set": tea_set,
         "tea-set-2": lambda: tea_set(1), "tea-set-3": lambda: tea_set(2)}
