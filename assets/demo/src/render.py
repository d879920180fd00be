# SPDX-License-Identifier: GPL-3.0-only
"""Renders the demo brand's product pictures: render.py OUT [NAME…] [--samples N] [--scale S]."""
import argparse
import importlib
import pathlib
import time

import studio

MODULES = ("tea", "kitchen", "scent", "light", "living")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("out", type=pathlib.Path)
    ap.add_argument("names", nargs="*", help="pictures or modules; all when none is given")
    ap.add_argument("--samples", type=int, default=8)
    ap.add_argument("--scale", type=float, default=0.8)
    ap.add_argument("--missing", action="store_true", help="only those not there yet")
    a = ap.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    want = set(a.names)
    mods = [m for m in MODULES if not want or any(n.split("-")[0] == m for n in want)]
    for mod in mods:
        for name, build in importlib.import_module(mod).SHOTS.items():
            if want and mod not in want and name not in want:
                continue
            if a.missing and (a.out / f"{name}.jpg").exists():
                continue
            t = time.time()
            studio.reset()
            build()
            studio.shoot(a.out.resolve() / name, a.samples, a.scale)
            (a.out / f"{name}.png").unlink()
            print(f"{name}: {time.time() - t:.1f} s", flush=True)


if __name__ == "__main__":
    main()
