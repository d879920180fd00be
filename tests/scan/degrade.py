"""What may lie between a code on the screen and what a phone's camera sees of it.

Each way of harming takes a picture of the screen around the code, the pixels that the camera has for
a module, and a source of chance; it returns what the camera sees. Made by arithmetic on pixels, not
by a camera: it orders what hurts, and does not replace a phone in a shop.
"""
import cv2
import numpy as np


def resample(screen, screen_module, camera_module, phase=0.0, how=cv2.INTER_AREA):
    """The screen as a camera with so many pixels a module samples it."""
    scale = camera_module / screen_module
    height, width = (int(side * scale) for side in screen.shape[:2])
    move = np.float32([[scale, 0, phase], [0, scale, phase]])
    if how == cv2.INTER_AREA:
        # A pixel of the camera gathers light from all of its area
        sigma = max(0.0, 0.35 / scale - 0.35)
        screen = cv2.GaussianBlur(screen, (0, 0), sigma) if sigma > 0.1 else screen
        how = cv2.INTER_LINEAR
    return cv2.warpAffine(screen, move, (width, height), flags=how, borderMode=cv2.BORDER_REPLICATE)


def scaled(pixels):
    return lambda screen, module, chance: resample(screen, module, pixels, chance.random())


def blurred(modules, pixels=4):
    def see(screen, module, chance):
        return cv2.GaussianBlur(resample(screen, module, pixels, chance.random()), (0, 0), modules * pixels)
    return see


def tilted(degrees, pixels=4):
    """Seen from the side, from three times the picture's width away, turned a little as well."""
    def see(screen, module, chance):
        seen = resample(screen, module, pixels, chance.random())
        height, width = seen.shape[:2]
        angle, roll = np.radians(degrees), np.radians(chance.uniform(-12, 12))
        away = 3.0 * width
        corners = np.array([[x, y] for x in (-0.5, 0.5) for y in (-0.5, 0.5)]) * [width, height]
        flat = []
        for x, y in corners:
            x, y = x * np.cos(roll) - y * np.sin(roll), x * np.sin(roll) + y * np.cos(roll)
            depth = away + x * np.sin(angle)
            flat.append([width / 2 + x * np.cos(angle) * away / depth, height / 2 + y * away / depth])
        turn = cv2.getPerspectiveTransform(np.float32(corners + [width / 2, height / 2]), np.float32(flat))
        return cv2.warpPerspective(seen, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=60)
    return see


def glare(part, pixels=4):
    """A lamp mirrored in the glass: at its middle all is white."""
    def see(screen, module, chance):
        seen = resample(screen, module, pixels, chance.random()).astype(np.float32)
        height, width = seen.shape
        rows, columns = np.mgrid[:height, :width]
        # The picture's middle half is the code's
        x, y = (width * chance.uniform(0.3, 0.7), height * chance.uniform(0.3, 0.7))
        radius = np.sqrt(part * (width / 2) * (height / 2) / np.pi)
        distance = np.hypot(columns - x, rows - y) / radius
        light = np.clip(1.5 - distance, 0, 1)
        return np.clip(seen + (255 - seen) * light, 0, 255).astype(np.uint8)
    return see


def moire(pixels):
    """The panel's grid of lit and dark lines, met by the camera's grid of points without area."""
    def see(screen, module, chance):
        grown = cv2.resize(screen, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)
        grown[3::4, :] = grown[3::4, :] // 2
        grown[:, 3::4] = grown[:, 3::4] // 2
        return resample(grown, module * 4, pixels, chance.random(), cv2.INTER_NEAREST)
    return see


def washed(dark, light, noise=4, pixels=4):
    """Sun on the panel, or a dim one: little is left between dark and light."""
    def see(screen, module, chance):
        seen = resample(screen, module, pixels, chance.random()).astype(np.float32)
        seen = dark + seen * (light - dark) / 255 + chance.normal(0, noise, seen.shape)
        return np.clip(seen, 0, 255).astype(np.uint8)
    return see


def jpeg(quality, pixels=4):
    def see(screen, module, chance):
        seen = resample(screen, module, pixels, chance.random())
        return cv2.imdecode(cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 0)
    return see


def dead(part, pixels=4):
    """Clusters of dead pixels, as large as a module, and one dead line of the panel."""
    def see(screen, module, chance):
        screen = screen.copy()
        height, width = screen.shape
        for _ in range(int(part * height * width / (module * module))):
            x, y = chance.integers(0, width - module), chance.integers(0, height - module)
            screen[y:y + module, x:x + module] = chance.choice([0, 255])
        screen[:, chance.integers(width // 4, 3 * width // 4)] = chance.choice([0, 255])
        return resample(screen, module, pixels, chance.random())
    return see


def fingerprints(count, pixels=4):
    """Grease: below a print the picture is blurred, lit, and striped by its ridges."""
    def see(screen, module, chance):
        seen = resample(screen, module, pixels, chance.random()).astype(np.float32)
        height, width = seen.shape
        rows, columns = np.mgrid[:height, :width]
        for _ in range(count):
            x, y = width * chance.uniform(0.25, 0.75), height * chance.uniform(0.25, 0.75)
            # A fingertip is some 15 mm wide, a fifth of the code on a 21.5-inch panel
            wide, tall = width * 0.06, width * 0.08
            inside = np.clip(1.6 - np.hypot((columns - x) / wide, (rows - y) / tall), 0, 1)
            ridges = 0.5 + 0.5 * np.sin(np.hypot(columns - x, rows - y) * 2 * np.pi / (pixels * 0.4))
            smeared = cv2.GaussianBlur(seen, (0, 0), pixels * 0.7) * 0.75 + 60 + 25 * ridges
            seen = seen * (1 - inside) + smeared * inside
        return np.clip(seen, 0, 255).astype(np.uint8)
    return see


def shop(pixels):
    """Some of each at once: tilted, a little out of focus, washed out, a lamp, fingerprints, JPEG."""
    def see(screen, module, chance):
        first = fingerprints(1, module)(screen, module, chance)
        seen = tilted(25, pixels)(first, module, chance)
        seen = cv2.GaussianBlur(seen, (0, 0), 0.25 * pixels).astype(np.float32)
        seen = 40 + seen * (190 - 40) / 255 + chance.normal(0, 3, seen.shape)
        lamp = glare(0.04, pixels)
        seen = lamp(np.clip(seen, 0, 255).astype(np.uint8), pixels, chance)
        return cv2.imdecode(cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, 50])[1], 0)
    return see


# Name, what is done, and the share of tries that one decoder at least must read. What harms a
# place may by chance harm the one that a decoder can't do without
CASES = [
    ("4 pixels a module", scaled(4), 1),
    ("3 pixels", scaled(3), 1),
    ("2.5 pixels", scaled(2.5), 1),
    ("2 pixels", scaled(2), 0),
    ("out of focus by 0.4 modules", blurred(0.4), 1),
    ("by 0.6", blurred(0.6), 0),
    ("by 0.8", blurred(0.8), 0),
    ("from 30° to the side", tilted(30), 1),
    ("from 45°", tilted(45), 1),
    ("from 60°", tilted(60), 0),
    ("a lamp's glare on 5 % of the code", glare(0.05), 0.75),
    ("on 10 %", glare(0.10), 0),
    ("on 20 %", glare(0.20), 0),
    ("moiré at 4 pixels", moire(4), 0),
    ("moiré at 3 pixels", moire(3), 0),
    ("contrast 170 : 90, noise", washed(90, 170), 1),
    ("contrast 150 : 120, noise", washed(120, 150), 0),
    ("JPEG of quality 30", jpeg(30), 1),
    ("JPEG of quality 10", jpeg(10), 0),
    ("1 % dead pixels, a dead line", dead(0.01), 0.75),
    ("3 %, a dead line", dead(0.03), 0),
    ("6 %, a dead line", dead(0.06), 0),
    ("a fingerprint", fingerprints(1), 0.75),
    ("three fingerprints", fingerprints(3), 0),
    ("all of a shop at 4 pixels", shop(4), 0),
    ("all of a shop at 3 pixels", shop(3), 0),
]
