"""Reads the codes of item pages as phones might see them.

usage: scan.py SCREEN.png=URL…           one JSON object: case to [tries, read by each decoder, by any]
       scan.py --table SCREEN.png=URL…   the same as a table, for docs/UI.md
       scan.py --levels TEXT SIDE        codes of each error correction level in one room of the screen

Each picture is a whole screen. Chance begins from the same seed each time.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import cv2
import numpy as np
import zxingcpp

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from degrade import CASES

TRIES = 8
DECODERS = ("zbar", "ZXing")


def zbar(picture):
    with tempfile.NamedTemporaryFile(suffix=".pgm") as file:
        height, width = picture.shape
        file.write(b"P5 %d %d 255\n" % (width, height) + np.ascontiguousarray(picture).tobytes())
        file.flush()
        done = subprocess.run(["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file.name],
                              capture_output=True, text=True)
    return done.stdout.splitlines()


def zxing(picture):
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in found]


def cut_out(screen):
    """The code with as much around it as it is wide, and its module's pixels on the screen."""
    code, = zxingcpp.read_barcodes(screen, formats=zxingcpp.BarcodeFormat.QRCode)
    corners = [code.position.top_left, code.position.top_right, code.position.bottom_right]
    left, top, right, bottom = corners[0].x, corners[0].y, corners[2].x + 1, corners[2].y + 1
    # The finder pattern's left edge is seven modules of dark
    column = screen[top:bottom, left + 1]
    run = int(np.argmax(column > 127))
    module = round(run / 7)
    half = (right - left) // 2
    padded = cv2.copyMakeBorder(screen, half, half, half, half, cv2.BORDER_REPLICATE)
    return padded[top:bottom + 2 * half, left:right + 2 * half], module


def measure(screens):
    chance = np.random.default_rng(21)
    found = {}
    for name, see, must in CASES:
        counts = {decoder: 0 for decoder in (*DECODERS, "any")}
        tries, wrong = 0, []
        for around, module, url in screens:
            for _ in range(TRIES):
                picture = see(around, module, chance)
                read = dict(zip(DECODERS, (zbar(picture), zxing(picture))))
                wrong += [text for texts in read.values() for text in texts if text != url]
                tries += 1
                for decoder, texts in read.items():
                    counts[decoder] += url in texts
                counts["any"] += any(url in texts for texts in read.values())
        found[name] = {"must": must, "tries": tries, "wrong": wrong, **counts}
    return found


def load(argument):
    path, _, url = argument.partition("=")
    screen = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
    around, module = cut_out(screen)
    return around, module, url


def levels(text, side):
    """Smaller modules for more correction, or larger ones: which is read from further away?"""
    screens = {}
    for level in "LMQH":
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
        bits = np.array(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False))
        modules = bits.shape[0]
        module = side // (modules + 8)
        drawn = np.pad(np.kron(bits, np.ones((module, module), np.uint8)), 4 * module, constant_values=255)
        screens[level] = (cv2.copyMakeBorder(drawn, side // 2, side // 2, side // 2, side // 2,
                                             cv2.BORDER_CONSTANT, value=240), module, modules)
    print(f"| level | modules | pixels a module of {side} |", *(f"{name} |" for name, *_ in CASES))
    for level, (around, module, modules) in screens.items():
        # All from where the code with the largest modules has what the case says
        largest = max(entry[1] for entry in screens.values())
        chance = np.random.default_rng(21)
        cells = []
        for name, see, _ in CASES:
            scaled = cv2.resize(around, None, fx=1, fy=1)
            read = 0
            for _ in range(TRIES):
                picture = see(scaled, largest, chance)
                read += text in zbar(picture) or text in zxing(picture)
            cells.append(f"{read}/{TRIES} |")
        print(f"| {level} | {modules} | {module} |", *cells)


def main(arguments):
    if arguments[0] == "--levels":
        return levels(arguments[1], int(arguments[2]))
    as_table = arguments[0] == "--table"
    found = measure([load(argument) for argument in arguments[as_table:]])
    if not as_table:
        return print(json.dumps(found))
    print("| what the camera sees | zbar | ZXing | either |\n| --- | --- | --- | --- |")
    for name, case in found.items():
        share = lambda who: f"{round(100 * case[who] / case['tries'])} %"
        print(f"| {name} | {share('zbar')} | {share('ZXing')} | {share('any')} |")


if __name__ == "__main__":
    main(sys.argv[1:])
