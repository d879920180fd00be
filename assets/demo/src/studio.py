# SPDX-License-Identifier: GPL-3.0-only
"""The daylight studio: backdrop, window light, plinths, camera, developing."""
import math
import random

import bpy
import numpy as np
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector
from PIL import Image

import kit
from mats import Mat, rgb, stone


def reset():
    bpy.ops.wm.read_factory_settings(use_empty=True)


def heroes():
    dg = bpy.context.evaluated_depsgraph_get()
    out = []
    for ob in bpy.context.scene.objects:
        if ob.get("hero"):
            ev = ob.evaluated_get(dg)
            me = ev.to_mesh()
            step = max(1, len(me.vertices) // 1500)
            out += [ob.matrix_world @ v.co for v in list(me.vertices)[::step]]
            ev.to_mesh_clear()
    return out


def plinth(r, h, color, round_=True, loc=(0, 0, 0), dark=None):
    """A prop the product stands on; its top is at z = 0."""
    m = stone(color, dark or color, rough=0.75, scale=0.6)
    x, y, z = loc
    if round_:
        kit.lathe(kit.fillet([(0, -h), (r, -h), (r, 0), (0, 0)], 0.025), m, (x, y, z), hero=False)
    else:
        kit.box((2 * r, 2 * r * 0.8, h), m, (x, y, z - h), bevel=0.025, hero=False)


def backdrop(color, floor, size):
    """A seamless sweep of painted paper."""
    m = Mat("paper")
    m.base(color)
    m.set(Roughness=0.9)
    path = [(-9 * size, 0)] + [(3.2 * size + 2.2 * size * math.sin(a), 2.2 * size * (1 - math.cos(a)))
                               for a in (math.pi / 2 * k / 16 for k in range(17))] + [(5.4 * size, 14 * size)]
    verts, faces, w = [], [], 14 * size
    for y, z in path:
        verts += [(-w, y, z + floor), (w, y, z + floor)]
    for i in range(len(path) - 1):
        faces.append((2 * i, 2 * i + 1, 2 * i + 3, 2 * i + 2))
    kit._add("sweep", kit._mesh(verts, faces, 60), m.m, hero=False)


def _area(loc, at, size, power, color):
    la = bpy.data.lights.new("area", "AREA")
    la.shape, la.size, la.energy, la.color = "DISK", size, power, color
    ob = bpy.data.objects.new("area", la)
    ob.location = loc
    ob.rotation_euler = (Vector(at) - Vector(loc)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.collection.objects.link(ob)


def bulb(loc, power, radius=0.05, color=(1.0, 0.72, 0.42)):
    la = bpy.data.lights.new("bulb", "POINT")
    la.energy, la.shadow_soft_size, la.color = power, radius, color
    ob = bpy.data.objects.new("bulb", la)
    ob.location = loc
    ob.visible_glossy = ob.visible_transmission = ob.visible_camera = False
    bpy.context.scene.collection.objects.link(ob)


def _gobo(kind, at, R, sun_dir, seed):
    """Leaves or window bars between sun and set; seen only as shadow."""
    rnd = random.Random(seed)
    base = Vector(at) - sun_dir * 7 * R
    q = sun_dir.to_track_quat("Z", "Y")
    verts, faces = [], []

    def quad(cx, cy, w, h, ang, leaf=False):
        n = len(verts)
        shape = [(-.5, 0), (-.2, .5), (.2, .42), (.5, 0), (.2, -.42), (-.2, -.5)] if leaf \
            else [(-.5, -.5), (.5, -.5), (.5, .5), (-.5, .5)]
        c, s = math.cos(ang), math.sin(ang)
        for x, y in shape:
            x, y = x * w, y * h
            verts.append(tuple(base + q @ Vector((cx + x * c - y * s, cy + x * s + y * c, rnd.uniform(-.6, .6) * R * leaf))))
        faces.append(tuple(range(n, n + len(shape))))
    if kind == "window":
        for k in range(-3, 4):
            quad(k * 1.75 * R + 0.5 * R, 0, 0.16 * R, 14 * R, 0.0)
            quad(0, k * 2.1 * R + 0.7 * R, 14 * R, 0.16 * R, 0.0)
        for sx in (-1, 1):
            quad(sx * 6.2 * R, 0, 6.0 * R, 16 * R, 0)
    else:
        for _ in range(9):
            x, y, a = rnd.uniform(-3, 3) * R, rnd.uniform(-3, 3) * R, rnd.uniform(0, 6.28)
            for k in range(11):
                px, py = x + math.cos(a) * k * .27 * R, y + math.sin(a) * k * .27 * R
                a += rnd.uniform(-.12, .12)
                for sgn in (1, -1):
                    quad(px + math.cos(a + sgn) * .2 * R, py + math.sin(a + sgn) * .2 * R,
                         .46 * R, .15 * R, a + sgn * .9, True)
    ob = kit._add("gobo", kit._mesh(verts, faces, 0), None, hero=False)
    ob.visible_camera = ob.visible_glossy = ob.visible_transmission = ob.visible_diffuse = False


def stage(bg, elev=14, azim=0, fill=0.74, size=(1000, 1000), key=1.0, ambient=0.5, sun=0.0,
          gobo=None, seed=3, lens=85, floor=0.0, blur=0.06, nudge=(0, 0), expo=-0.32):
    """Light, backdrop and camera round whatever `hero` shapes are on the set."""
    sc = bpy.context.scene
    bpy.context.view_layer.update()
    pts = heroes()
    lo = Vector([min(p[i] for p in pts) for i in range(3)])
    hi = Vector([max(p[i] for p in pts) for i in range(3)])
    at, R = (lo + hi) / 2, max(0.3, (hi - lo).length / 2)
    backdrop(bg, floor, R * 1.05)
    if sun:
        key *= 0.72
    _area(at + Vector((-3.1, -1.5, 3.0)) * R, at, 2.6 * R, 330 * R * R * key, (1.0, 0.955, 0.89))
    _area(at + Vector((3.0, 1.6, 2.2)) * R, at, 2.0 * R, 62 * R * R * key, (0.86, 0.93, 1.0))
    if sun:
        d = Vector((0.72, 0.62, -0.62)).normalized()
        la = bpy.data.lights.new("sun", "SUN")
        la.energy, la.angle, la.color = sun * 2.1, math.radians(2.2), (1.0, 0.90, 0.76)
        ob = bpy.data.objects.new("sun", la)
        ob.rotation_euler = d.to_track_quat("-Z", "Y").to_euler()
        sc.collection.objects.link(ob)
        if gobo:
            _gobo(gobo, at, R, d, seed)
    w = bpy.data.worlds.new("w")
    w.use_nodes = True
    sc.world = w
    t = w.node_tree
    co, sep = t.nodes.new("ShaderNodeTexCoord"), t.nodes.new("ShaderNodeSeparateXYZ")
    ramp, mul = t.nodes.new("ShaderNodeValToRGB"), t.nodes.new("ShaderNodeMath")
    t.links.new(co.outputs["Generated"], sep.inputs[0])
    mul.operation = "MULTIPLY_ADD"
    mul.inputs[1].default_value, mul.inputs[2].default_value = 0.5, 0.5
    t.links.new(sep.outputs[0], mul.inputs[0])
    t.links.new(mul.outputs[0], ramp.inputs[0])
    e = ramp.color_ramp.elements
    e[0].color, e[1].color = (1.0, 0.98, 0.95, 1), (0.42, 0.46, 0.5, 1)
    t.links.new(ramp.outputs[0], t.nodes["Background"].inputs[0])
    t.nodes["Background"].inputs[1].default_value = ambient

    cam = bpy.data.cameras.new("cam")
    cam.lens = lens
    co = bpy.data.objects.new("cam", cam)
    sc.collection.objects.link(co)
    sc.camera = co
    sc.render.resolution_x, sc.render.resolution_y = size
    ea, aa = math.radians(elev), math.radians(azim)
    back = Vector((math.sin(aa) * math.cos(ea), -math.cos(aa) * math.cos(ea), math.sin(ea)))
    dist = 6 * R
    for _ in range(6):
        co.location = at + back * dist
        co.rotation_euler = (-back).to_track_quat("-Z", "Y").to_euler()
        bpy.context.view_layer.update()
        v = [world_to_camera_view(sc, co, p) for p in pts]
        x0, x1 = min(p.x for p in v), max(p.x for p in v)
        y0, y1 = min(p.y for p in v), max(p.y for p in v)
        dist *= max(x1 - x0, y1 - y0) / fill
        long = max(size)
        cam.shift_x += ((x0 + x1) / 2 - 0.5 - nudge[0]) * size[0] / long
        cam.shift_y += ((y0 + y1) / 2 - 0.485 - nudge[1]) * size[1] / long
    sc.view_settings.exposure = expo
    cam.dof.use_dof = True
    cam.dof.focus_distance = dist - R * 0.35
    cam.dof.aperture_fstop = (lens / 1000) / (blur * R)


def shoot(path, samples=64, scale=1.0, look="AgX - Medium High Contrast", seed=7):
    sc = bpy.context.scene
    sc.render.engine = "CYCLES"
    c = sc.cycles
    c.device, c.samples, c.seed = "CPU", samples, seed
    c.use_adaptive_sampling, c.adaptive_threshold = True, 0.03
    c.use_denoising, c.denoiser = True, "OPENIMAGEDENOISE"
    c.denoising_prefilter = "FAST"
    c.max_bounces, c.diffuse_bounces, c.glossy_bounces = 9, 2, 3
    c.transmission_bounces, c.transparent_max_bounces = 9, 10
    c.caustics_reflective = c.caustics_refractive = False
    c.sample_clamp_indirect = 6.0
    sc.render.resolution_percentage = int(100 * scale)
    sc.view_settings.view_transform, sc.view_settings.look = "AgX", look
    sc.render.image_settings.file_format = "PNG"
    sc.render.filepath = str(path.with_suffix(".png"))
    bpy.ops.render.render(write_still=True)
    develop(path)


def develop(path, quality=88):
    """A breath of saturation, vignette and grain, then JPEG."""
    im = np.asarray(Image.open(path.with_suffix(".png")).convert("RGB"), dtype=np.float32) / 255
    h, w, _ = im.shape
    grey = im.mean(axis=2, keepdims=True)
    im = grey + (im - grey) * 1.16
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    r2 = ((x / w - .5) ** 2 + (y / h - .5) ** 2)
    im *= (1 - 0.22 * r2)[..., None]
    g = np.random.default_rng(5).normal(0, 0.0032, (h, w, 1)).astype(np.float32)
    im = np.clip(im + g, 0, 1)
    out = Image.fromarray((im * 255 + 0.5).astype(np.uint8))
    out.save(path.with_suffix(".jpg"), quality=quality, optimize=True, progressive=True, subsampling=2)
