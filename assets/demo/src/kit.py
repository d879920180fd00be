# SPDX-License-Identifier: GPL-3.0-only
"""Shapes of the demo studio: lathed pots, rounded boxes, tubes, pillows, folded cloth."""
import math

import bmesh
import bpy
from mathutils import Vector, noise


def _add(name, mesh, mat, loc=(0, 0, 0), rot=(0, 0, 0), hero=True):
    ob = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(ob)
    if mat is not None:
        mesh.materials.append(mat)
    ob.location = loc
    ob.rotation_euler = [math.radians(a) for a in rot]
    ob["hero"] = hero
    return ob


def _mesh(verts, faces, smooth=40):
    me = bpy.data.meshes.new("m")
    me.from_pydata(verts, [], faces)
    me.update()
    bm = bmesh.new()
    bm.from_mesh(me)
    bmesh.ops.recalc_face_normals(bm, faces=bm.faces)
    bm.to_mesh(me)
    bm.free()
    if smooth:
        me.shade_smooth()
        me.set_sharp_from_angle(angle=math.radians(smooth))
    return me


def curve(pts, per=10, closed=False):
    """Catmull-Rom through the points (2-D or 3-D tuples)."""
    pts = [tuple(map(float, p)) for p in pts]
    n, out = len(pts), []
    last = n if closed else n - 1
    for i in range(last):
        if closed:
            p0, p1, p2, p3 = (pts[(i + k) % n] for k in (-1, 0, 1, 2))
        else:
            p1, p2 = pts[i], pts[i + 1]
            p0 = pts[i - 1] if i else tuple(2 * a - b for a, b in zip(p1, p2))
            p3 = pts[i + 2] if i + 2 < n else tuple(2 * b - a for a, b in zip(p1, p2))
        for k in range(per):
            t = k / per
            out.append(tuple(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t
                                    + (3 * b - a - 3 * c + d) * t ** 3)
                             for a, b, c, d in zip(p0, p1, p2, p3)))
    if not closed:
        out.append(pts[-1])
    return out


def fillet(pts, rad=0.05, seg=6):
    """Polyline with its inner corners rounded."""
    out = [tuple(pts[0])]
    for a, b, c in zip(pts, pts[1:], pts[2:]):
        va, vb, vc = Vector(a), Vector(b), Vector(c)
        d = min(rad, (va - vb).length * 0.49, (vc - vb).length * 0.49)
        s, e = vb + (va - vb).normalized() * d, vb + (vc - vb).normalized() * d
        for k in range(seg + 1):
            t = k / seg
            out.append(tuple(s * (1 - t) ** 2 + vb * 2 * t * (1 - t) + e * t * t))
    out.append(tuple(pts[-1]))
    return out


def shell(outer, t, floor=None):
    """Closes an outer profile (bottom centre to rim) with an inner wall `t` away."""
    o = [Vector(p) for p in outer]
    inner = []
    for i, p in enumerate(o):
        d = (o[min(i + 1, len(o) - 1)] - o[max(i - 1, 0)]).normalized()
        q = p + Vector((-d.y, d.x)) * t
        q.x = max(q.x, 0.0)
        if floor is not None:
            q.y = max(q.y, floor)
        inner.append(q)
    inner[0].x = 0.0
    end, start = inner[-1], o[-1]
    mid, half = (end + start) / 2, (start - end) / 2
    up = Vector((-half.y, half.x)) if half.x > 0 else Vector((half.y, -half.x))
    if abs(half.x) < abs(half.y):
        up = (o[-1] - o[-2]).normalized() * half.length
    lip = [mid + half * math.cos(a) + up * math.sin(a) for a in (math.pi * k / 8 for k in range(1, 8))]
    return [tuple(p) for p in o + lip + inner[::-1]]


def lathe(profile, mat, loc=(0, 0, 0), rot=(0, 0, 0), n=112, hero=True, warp=None, smooth=40):
    """Revolves (r, z) points round Z; `warp(x, y, z)` may bend the result."""
    verts, faces, rings = [], [], []
    for r, z in profile:
        if r < 1e-4:
            rings.append([len(verts)])
            verts.append((0.0, 0.0, z))
        else:
            rings.append(list(range(len(verts), len(verts) + n)))
            verts += [(r * math.cos(2 * math.pi * k / n), r * math.sin(2 * math.pi * k / n), z)
                      for k in range(n)]
    for a, b in zip(rings, rings[1:]):
        if len(a) == 1 and len(b) == 1:
            continue
        for k in range(n):
            j = (k + 1) % n
            if len(a) == 1:
                faces.append((a[0], b[k], b[j]))
            elif len(b) == 1:
                faces.append((a[k], a[j], b[0]))
            else:
                faces.append((a[k], a[j], b[j], b[k]))
    if warp:
        verts = [warp(*v) for v in verts]
    return _add("lathe", _mesh(verts, faces, smooth), mat, loc, rot, hero)


def hand(amount=0.02, freq=0.9, seed=0.0):
    """A warp for thrown pots: slow, slight wobble."""
    def f(x, y, z):
        k = 1 + amount * noise.noise(Vector((x * freq + seed, y * freq, z * freq)))
        return (x * k, y * k, z + amount * 0.4 * noise.noise(Vector((x + 7 + seed, y, 0.3))) * min(1, abs(z)))
    return f


def fluted(count, depth, lo=-9, hi=9):
    """A warp for vertical ribs between two heights."""
    def f(x, y, z):
        if not lo < z < hi:
            return (x, y, z)
        a = math.atan2(y, x)
        k = 1 - depth * (0.5 - 0.5 * abs(math.cos(a * count / 2)) ** 0.7)
        return (x * k, y * k, z)
    return f


def squared(power=4.0):
    """A warp from round to a soft square plan."""
    def f(x, y, z):
        a = math.atan2(y, x)
        k = (abs(math.cos(a)) ** power + abs(math.sin(a)) ** power) ** (-1 / power)
        return (x * k, y * k, z)
    return f


def box(size, mat, loc=(0, 0, 0), rot=(0, 0, 0), bevel=0.04, seg=5, hero=True):
    """Rounded box standing on z = 0 of its own frame."""
    bm = bmesh.new()
    bmesh.ops.create_cube(bm, size=1)
    for v in bm.verts:
        v.co = Vector((v.co.x * size[0], v.co.y * size[1], (v.co.z + 0.5) * size[2]))
    bmesh.ops.bevel(bm, geom=bm.edges[:], offset=min(bevel, min(size) * 0.49), segments=seg,
                    profile=0.5, affect="EDGES")
    me = bpy.data.meshes.new("box")
    bm.to_mesh(me)
    bm.free()
    me.shade_smooth()
    me.set_sharp_from_angle(angle=math.radians(40))
    return _add("box", me, mat, loc, rot, hero)


def slab(outline, height, mat, loc=(0, 0, 0), rot=(0, 0, 0), bevel=0.02, holes=(), hero=True):
    """A flat plate of any outline (2-D points, with holes), its edges eased."""
    cu = bpy.data.curves.new("slab", "CURVE")
    cu.dimensions, cu.fill_mode = "2D", "BOTH"
    cu.extrude, cu.bevel_depth, cu.bevel_resolution = height / 2 - bevel, bevel, 3
    cu.offset = -bevel
    for ring in (outline, *holes):
        sp = cu.splines.new("POLY")
        sp.points.add(len(ring) - 1)
        for p, (x, y) in zip(sp.points, ring):
            p.co = (x, y, 0, 1)
        sp.use_cyclic_u = True
    tmp = bpy.data.objects.new("tmp", cu)
    bpy.context.scene.collection.objects.link(tmp)
    dg = bpy.context.evaluated_depsgraph_get()
    me = bpy.data.meshes.new_from_object(tmp.evaluated_get(dg))
    bpy.data.objects.remove(tmp)
    me.materials.clear()
    for v in me.vertices:
        v.co.z += height / 2
    me.shade_smooth()
    me.set_sharp_from_angle(angle=math.radians(35))
    return _add("slab", me, mat, loc, rot, hero)


def circle(r, n=64, cx=0.0, cy=0.0):
    return [(cx + r * math.cos(2 * math.pi * k / n), cy + r * math.sin(2 * math.pi * k / n)) for k in range(n)]


def round_rect(w, h, r, n=10, cx=0.0, cy=0.0):
    out = []
    for qx, qy, a0 in ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270)):
        for k in range(n + 1):
            a = math.radians(a0 + 90 * k / n)
            out.append((cx + qx * (w / 2 - r) + r * math.cos(a), cy + qy * (h / 2 - r) + r * math.sin(a)))
    return out


def tube(pts, radius, mat, loc=(0, 0, 0), rot=(0, 0, 0), radii=None, flat=1.0, hero=True, per=10,
         sides=28, closed=False, smooth=True, open_ends=False):
    """A rod along 3-D points; `radii` tapers it (one per given point), `flat` squashes sideways."""
    line = curve([(*p, r) for p, r in zip(pts, radii or [radius] * len(pts))], per, closed) if smooth \
        else [(*p, radius) for p in pts]
    pos, rad = [Vector(p[:3]) for p in line], [p[3] for p in line]
    verts, faces, n = [], [], len(pos)
    up = None
    for i, p in enumerate(pos):
        a = pos[(i + 1) % n] if closed or i + 1 < n else p
        b = pos[i - 1] if closed or i else p
        d = (a - b).normalized()
        if up is None:
            up = d.orthogonal().normalized()
            if abs(d.y) < 0.3:
                up = Vector((0, 1, 0)) - d * d.y
        up = (up - d * up.dot(d)).normalized()
        side = d.cross(up)
        for k in range(sides):
            t = 2 * math.pi * k / sides
            verts.append(tuple(p + up * (math.cos(t) * rad[i]) + side * (math.sin(t) * rad[i] * flat)))
    for i in range(n if closed else n - 1):
        for k in range(sides):
            a, b = i * sides, ((i + 1) % n) * sides
            faces.append((a + k, a + (k + 1) % sides, b + (k + 1) % sides, b + k))
    if not closed and not open_ends:
        faces += [tuple(range(sides)), tuple(range((n - 1) * sides, n * sides))]
    return _add("tube", _mesh(verts, faces, 50), mat, loc, rot, hero)


def ribbon(path, thick, width, mat, loc=(0, 0, 0), rot=(0, 0, 0), soft=0.0, rows=40, seed=0.0, hero=True):
    """Cloth or paper: a 2-D (x, z) path given thickness and pulled along Y (towels, blankets, covers)."""
    p = [Vector(q) for q in path]
    left, right = [], []
    for i, q in enumerate(p):
        d = (p[min(i + 1, len(p) - 1)] - p[max(i - 1, 0)]).normalized()
        nrm = Vector((-d.y, d.x)) * thick / 2
        left.append(q + nrm)
        right.append(q - nrm)

    def cap(a, b, fwd):
        mid, half = (a + b) / 2, (a - b) / 2
        return [mid + half * math.cos(t) + fwd * half.length * math.sin(t)
                for t in (math.pi * k / 6 for k in range(1, 6))]
    ring = left + cap(left[-1], right[-1], (p[-1] - p[-2]).normalized()) + right[::-1] \
        + cap(right[0], left[0], (p[0] - p[1]).normalized())
    verts, faces, n = [], [], len(ring)
    for j in range(rows + 1):
        v = j / rows - 0.5
        for q in ring:
            w = Vector((q.x * 1.1 + seed, v * width * 1.3, q.y * 3))
            k = soft * noise.noise(w)
            y = v * width + (soft * 0.4 * noise.noise(Vector((q.x * 2 + seed, q.y * 9, v))) if j in (0, rows) else 0)
            verts.append((q.x + k * 0.5, y, q.y + k * 0.55))
    for j in range(rows):
        for k in range(n):
            a, b = j * n, (j + 1) * n
            faces.append((a + k, a + (k + 1) % n, b + (k + 1) % n, b + k))
    for base, fl in ((0, False), (rows * n, True)):
        m = len(left)
        for i in range(m - 1):
            q = (base + i, base + i + 1, base + len(ring) - 6 - i - 1, base + len(ring) - 6 - i)
            faces.append(q)
    return _add("ribbon", _mesh(verts, faces, 60), mat, loc, rot, hero)


def pillow(w, h, t, mat, loc=(0, 0, 0), rot=(0, 0, 0), n=90, seed=0.0, crease=0.05, hero=True):
    """A filled cushion lying in XY, corners drawn in, seams puckered."""
    verts, faces = [], []
    for s in (1, -1):
        for j in range(n + 1):
            for i in range(n + 1):
                u, v = 2 * i / n - 1, 2 * j / n - 1
                pull = 1 - 0.075 * (1 - u * u) * abs(v) ** 1.5 - 0.0
                pull2 = 1 - 0.075 * (1 - v * v) * abs(u) ** 1.5
                body = max(0.0, (1 - abs(u) ** 2.6) * (1 - abs(v) ** 2.6)) ** 0.55
                edge = max(abs(u), abs(v))
                wr = crease * body * noise.noise(Vector((u * 1.7 + seed, v * 1.7, s)))
                ang = math.atan2(v, u)
                wr += crease * 0.35 * body * (edge ** 3) * math.sin(ang * 34 + 3 * noise.noise(Vector((u * 3, v * 3, seed))))
                verts.append((u * w / 2 * pull2, v * h / 2 * pull, s * (body * t / 2 + wr)))
    m = (n + 1) ** 2
    for s in (0, 1):
        for j in range(n):
            for i in range(n):
                a = s * m + j * (n + 1) + i
                faces.append((a, a + 1, a + n + 2, a + n + 1))
    me = _mesh(verts, faces, 0)
    bm = bmesh.new()
    bm.from_mesh(me)
    bmesh.ops.remove_doubles(bm, verts=bm.verts, dist=1e-4)
    bmesh.ops.recalc_face_normals(bm, faces=bm.faces)
    bm.to_mesh(me)
    bm.free()
    me.shade_smooth()
    return _add("pillow", me, mat, loc, rot, hero)


def ball(r, mat, loc=(0, 0, 0), scale=(1, 1, 1), hero=True, lump=0.0, seed=0.0, rot=(0, 0, 0)):
    """Sphere, optionally a pebble."""
    pts = [(r * math.sin(math.pi * k / 48), -r * math.cos(math.pi * k / 48)) for k in range(49)]
    pts[0], pts[-1] = (0, -r), (0, r)

    def f(x, y, z):
        k = 1 + lump * noise.noise(Vector((x / r * 0.9 + seed, y / r * 0.9, z / r * 0.9)))
        return (x * scale[0] * k, y * scale[1] * k, z * scale[2] * k)
    return lathe(pts, mat, loc, rot, 72, hero, f)


def lift(obs, z):
    for ob in obs:
        ob.location.z += z
