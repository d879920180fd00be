# SPDX-License-Identifier: GPL-3.0-only
"""Takes the pictures back out of demo.xlsx under their names in products.csv: unpack.py OUT"""
import csv
import pathlib
import sys

import openpyxl

HERE = pathlib.Path(__file__).resolve().parent.parent


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    rows = list(csv.DictReader(open(HERE / "products.csv", encoding="utf-8")))
    ws = openpyxl.load_workbook(HERE / "demo.xlsx").active
    at = {}
    for im in ws._images:
        a = im.anchor._from
        at.setdefault(a.row, []).append((a.col, a.colOff, im))
    for r, row in enumerate(rows, start=2):
        names = [n for n in row["图片"].split(";") if n]
        found = [im for _, _, im in sorted(at.get(r, []), key=lambda t: t[:2])]
        assert len(names) == len(found), row["商品"]
        for name, im in zip(names, found):
            (out / name).write_bytes(im._data())
    print(sum(len(v) for v in at.values()), "pictures")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
