# SPDX-License-Identifier: GPL-3.0-only
"""Materials of the demo studio: ceramic, glass, wood, metal, cloth, stone, wax, paper."""
import bpy


def rgb(code, alpha=1.0):
    """'#RRGGBB' (sRGB) as linear RGBA."""
    code = code.lstrip("#")
    out = []
    for i in (0, 2, 4):
        c = int(code[i:i + 2], 16) / 255
        out.append(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
    return (*out, alpha)


class Mat:
    """A principled material with a few shorthands for wiring nodes."""

    def __init__(self, name):
        self.m = bpy.data.materials.new(name)
        self.m.use_nodes = True
        self.t = self.m.node_tree
        self.p = self.t.nodes["Principled BSDF"]
        self._obj = None

    def set(self, **kw):
        for key, value in kw.items():
            self.p.inputs[key.replace("_", " ")].default_value = value
        return self

    def node(self, kind, **kw):
        n = self.t.nodes.new("ShaderNode" + kind)
        for key, value in kw.items():
            if key in n.inputs:
                n.inputs[key].default_value = value
            elif key.replace("_", " ") in n.inputs:
                n.inputs[key.replace("_", " ")].default_value = value
            else:
                setattr(n, key, value)
        return n

    def link(self, a, b):
        self.t.links.new(a, b)

    def coords(self, scale=(1, 1, 1)):
        if self._obj is None:
            self._obj = self.node("TexCoord").outputs["Object"]
        mp = self.node("Mapping")
        mp.inputs["Scale"].default_value = scale
        self.link(self._obj, mp.inputs["Vector"])
        return mp.outputs["Vector"]

    def noise(self, scale, detail=3.0, stretch=(1, 1, 1), distortion=0.0):
        n = self.node("TexNoise", Scale=scale, Detail=detail, Distortion=distortion)
        self.link(self.coords(stretch), n.inputs["Vector"])
        return n.outputs["Fac"]

    def wave(self, scale, axis="X", stretch=(1, 1, 1), distortion=0.0, rings=False):
        n = self.node("TexWave", Scale=scale, Distortion=distortion, Detail=2.0)
        n.wave_type = "RINGS" if rings else "BANDS"
        if rings:
            n.rings_direction = axis
        else:
            n.bands_direction = axis
        self.link(self.coords(stretch), n.inputs["Vector"])
        return n.outputs["Fac"]

    def ramp(self, fac, stops):
        r = self.node("ValToRGB")
        e = r.color_ramp.elements
        while len(e) < len(stops):
            e.new(0.5)
        for el, (pos, col) in zip(e, stops):
            el.position = pos
            el.color = rgb(col) if isinstance(col, str) else (col, col, col, 1)
        self.link(fac, r.inputs["Fac"])
        return r.outputs["Color"]

    def math(self, op, a, b):
        n = self.node("Math", operation=op)
        for i, v in enumerate((a, b)):
            if isinstance(v, (int, float)):
                n.inputs[i].default_value = v
            else:
                self.link(v, n.inputs[i])
        return n.outputs[0]

    def mix(self, fac, a, b):
        n = self.node("Mix", data_type="RGBA")
        for key, v in ((0, fac), (6, a), (7, b)):
            if isinstance(v, str):
                n.inputs[key].default_value = rgb(v)
            elif isinstance(v, (int, float)):
                n.inputs[key].default_value = v
            else:
                self.link(v, n.inputs[key])
        return n.outputs[2]

    def base(self, col):
        if isinstance(col, str):
            self.p.inputs["Base Color"].default_value = rgb(col)
        else:
            self.link(col, self.p.inputs["Base Color"])
        return self

    def bump(self, height, strength=0.2, distance=0.02):
        n = self.node("Bump", Strength=strength, Distance=distance)
        self.link(height, n.inputs["Height"])
        self.link(n.outputs["Normal"], self.p.inputs["Normal"])
        return self


def ceramic(color, rough=0.32, speck=0.0, speck_color="#6b5a45", dip=None, split=0.5,
            coat=0.0, grain=0.08, tone=None):
    """Glazed stoneware; `dip` is a second glaze above height `split`, `speck` iron spots."""
    m = Mat("ceramic")
    col = color
    soft = m.noise(1.6, 3.0)
    if tone:
        col = m.mix(m.ramp(soft, [(0.35, 0.0), (0.7, 1.0)]), color, tone)
    if dip:
        z = m.node("SeparateXYZ")
        m.link(m.coords(), z.inputs[0])
        edge = m.math("ADD", z.outputs[2], m.math("MULTIPLY", m.math("SUBTRACT", m.noise(3.0), 0.5), 0.14))
        n = m.node("MapRange")
        m.link(edge, n.inputs["Value"])
        n.inputs["From Min"].default_value = split - 0.012
        n.inputs["From Max"].default_value = split + 0.012
        col = m.mix(n.outputs[0], col, dip)
    if speck:
        f = m.ramp(m.noise(38, 2.0), [(0.74 - 0.1 * speck, 0.0), (0.77 - 0.1 * speck, 0.85)])
        col = m.mix(f, col, speck_color)
    m.base(col).set(Roughness=rough, Coat_Weight=coat, Coat_Roughness=0.12)
    m.bump(m.noise(22, 4.0), grain, 0.02)
    return m.m


def clay(color, dark, rough=0.8, scale=1.0):
    """Unglazed, wood-fired or cast surface with a fine tooth."""
    m = Mat("clay")
    m.base(m.mix(m.ramp(m.noise(2.2 * scale, 6.0), [(0.35, 0.0), (0.68, 1.0)]), dark, color))
    m.set(Roughness=rough)
    m.bump(m.noise(45 * scale, 6.0), 0.35, 0.015)
    return m.m


def wood(light, dark, axis="X", scale=1.0, rough=0.48, coat=0.08):
    """Oiled timber with the grain along `axis`."""
    m = Mat("wood")
    st = [9.0, 9.0, 9.0]
    st["XYZ".index(axis)] = 0.55
    fine = m.noise(1.9 * scale, 6.0, st, 0.5)
    st2 = [2.0, 2.0, 2.0]
    st2["XYZ".index(axis)] = 0.16
    band = m.noise(2.1 * scale, 2.0, st2, 1.4)
    rings = m.math("FRACT", m.math("MULTIPLY", band, 7.0), 0.0)
    f = m.math("ADD", m.math("MULTIPLY", fine, 0.76), m.math("MULTIPLY", rings, 0.24))
    m.base(m.ramp(f, [(0.2, dark), (0.56, light), (0.85, light)]))
    m.set(Roughness=rough, Coat_Weight=coat, Coat_Roughness=0.3)
    m.bump(fine, 0.12, 0.01)
    return m.m


def metal(color, rough=0.28, brushed=0.0, axis="Z"):
    m = Mat("metal")
    m.base(color).set(Metallic=1.0, Roughness=rough)
    if brushed:
        st = [1.0, 1.0, 1.0]
        st["XYZ".index(axis)] = 60.0
        m.bump(m.noise(2.0, 3.0, st), brushed, 0.01)
    return m.m


def paint(color, rough=0.4, coat=0.0):
    """Powder coat, enamel, plastic."""
    m = Mat("paint")
    m.base(color).set(Roughness=rough, Coat_Weight=coat, Coat_Roughness=0.08)
    m.bump(m.noise(90, 2.0), 0.03, 0.01)
    return m.m


def glass(color="#ffffff", rough=0.0, ior=1.45, shade=0.85):
    """Glass that lets light through to its own shadow (no dark blob under it)."""
    m = Mat("glass")
    m.base(color).set(Roughness=rough, IOR=ior, Transmission_Weight=1.0)
    tr = m.node("BsdfTransparent")
    c = rgb(color)
    tr.inputs[0].default_value = (c[0] * shade, c[1] * shade, c[2] * shade, 1)
    path, mx = m.node("LightPath"), m.node("MixShader")
    fac = m.math("MAXIMUM", path.outputs["Is Shadow Ray"], path.outputs["Is Diffuse Ray"])
    m.link(fac, mx.inputs[0])
    m.link(m.p.outputs[0], mx.inputs[1])
    m.link(tr.outputs[0], mx.inputs[2])
    m.link(mx.outputs[0], m.t.nodes["Material Output"].inputs[0])
    return m.m


def cloth(color, second=None, weave=40.0, rough=0.95, slub=0.35, stripes=None):
    """Woven linen; `stripes` = (axis, frequency, colour, share) paints woven bands."""
    m = Mat("cloth")
    a = m.wave(weave, "X", distortion=0.6)
    b = m.wave(weave, "Y", distortion=0.6)
    h = m.math("MULTIPLY", a, b)
    f = m.math("ADD", m.math("MULTIPLY", h, 0.5),
               m.math("MULTIPLY", m.noise(5, 5.0, (1, 14, 1)), 0.6))
    col = m.mix(m.ramp(f, [(0.2, 0.0), (0.75, 1.0)]), second or color, color)
    if stripes:
        axis, freq, tint, share = stripes
        w = m.wave(freq, axis)
        col = m.mix(m.ramp(w, [(1 - share - 0.01, 0.0), (1 - share + 0.01, 1.0)]), col, tint)
    m.base(col).set(Roughness=rough, Sheen_Weight=0.25, Sheen_Roughness=0.5)
    m.bump(m.math("ADD", h, m.math("MULTIPLY", m.noise(9, 6.0, (1, 6, 1)), slub)), 0.55, 0.012)
    return m.m


def terry(color, second, scale=125.0):
    """Towel loops and felted wool."""
    m = Mat("terry")
    n = m.noise(scale, 3.0)
    m.base(m.mix(m.ramp(n, [(0.35, 0.0), (0.6, 1.0)]), second, color))
    m.set(Roughness=1.0, Sheen_Weight=0.5, Sheen_Roughness=0.4)
    m.bump(n, 1.0, 0.03)
    return m.m


def stone(color, dark, vein=None, rough=0.55, scale=1.0):
    m = Mat("stone")
    col = m.mix(m.ramp(m.noise(7 * scale, 8.0, distortion=0.4), [(0.35, 0.0), (0.65, 1.0)]), dark, color)
    if vein:
        v = m.ramp(m.noise(1.3 * scale, 7.0, distortion=1.8),
                   [(0.47, 0.0), (0.5, 0.8), (0.53, 0.0)])
        col = m.mix(v, col, vein)
    m.base(col).set(Roughness=rough)
    m.bump(m.noise(60 * scale, 5.0), 0.12, 0.01)
    return m.m


def wax(color, rough=0.5):
    m = Mat("wax")
    m.base(color).set(Roughness=rough, Subsurface_Weight=0.35, Subsurface_Scale=0.15)
    m.p.inputs["Subsurface Radius"].default_value = (1.0, 0.6, 0.4)
    m.bump(m.noise(6, 3.0), 0.08, 0.02)
    return m.m


def paper_shade(color="#f7ead2", glow=0.6, tint="#ffc27a", weave=0.0, weave_scale=60):
    """Lamp shade: lets the bulb through and glows a little by itself."""
    m = Mat("shade")
    d, t, e = m.node("BsdfDiffuse"), m.node("BsdfTranslucent"), m.node("Emission")
    d.inputs[0].default_value = rgb(color)
    t.inputs[0].default_value = rgb(color)
    e.inputs[0].default_value = rgb(tint)
    e.inputs[1].default_value = glow
    mx, add = m.node("MixShader"), m.node("AddShader")
    mx.inputs[0].default_value = 0.55
    m.link(d.outputs[0], mx.inputs[1])
    m.link(t.outputs[0], mx.inputs[2])
    m.link(mx.outputs[0], add.inputs[0])
    m.link(e.outputs[0], add.inputs[1])
    m.link(add.outputs[0], m.t.nodes["Material Output"].inputs[0])
    b = m.node("Bump", Strength=0.25, Distance=0.02)
    src = m.wave(weave_scale, "Z", distortion=1.0) if weave else m.noise(14, 6.0, (1, 1, 1))
    m.link(src, b.inputs["Height"])
    m.link(b.outputs[0], d.inputs["Normal"])
    return m.m


def glow(color="#ffd39a", strength=8.0):
    m = Mat("glow")
    m.base("#000000").set(Emission_Color=rgb(color), Emission_Strength=strength)
    return m.m
