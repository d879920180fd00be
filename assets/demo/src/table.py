# SPDX-License-Identifier: GPL-3.0-only
"""products.csv and the pictures -> demo.xlsx, pictures pasted as a brand would:
table.py PICTURES   (a folder: what render.py made, or what unpack.py took out of demo.xlsx)"""
import csv
import datetime
import pathlib
import sys

import xlsxwriter
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent.parent
INK, ACCENT, PAPER, LINE = "#1F3B36", "#C8702F", "#F5EFE4", "#D9D2C4"
WIDTHS = {"商品": 44, "链接": 38, "价格": 10, "活动价": 10, "图片": 47, "分类": 10, "卖点": 40, "排序": 6, "条码": 17}
ROW_PT, THUMB, GAP = 84, 100, 6     # row height in points (112 px); thumbnails in px


def main(pictures, out):
    rows = list(csv.DictReader(open(HERE / "products.csv", encoding="utf-8")))
    cols = list(WIDTHS)
    wb = xlsxwriter.Workbook(out)
    wb.set_properties({"title": "商品推荐表格", "author": "檐汀", "created": datetime.datetime(2025, 9, 1)})
    ws = wb.add_worksheet("商品推荐")
    base = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter", "bottom": 1, "bottom_color": LINE}
    text = wb.add_format({**base, "text_wrap": True, "indent": 1})
    bold = wb.add_format({**base, "text_wrap": True, "indent": 1, "bold": True, "font_color": INK})
    mid = wb.add_format({**base, "align": "center"})
    code = wb.add_format({**base, "align": "center", "num_format": "@"})
    link = wb.add_format({**base, "text_wrap": True, "indent": 1, "font_size": 9, "font_color": "#5B6B67"})
    money = wb.add_format({**base, "align": "center", "num_format": '"¥"#,##0.00'})
    sale = wb.add_format({**base, "align": "center", "num_format": '"¥"#,##0.00', "bold": True, "font_color": ACCENT})
    head = wb.add_format({**base, "bold": True, "align": "center", "bg_color": PAPER, "font_color": INK,
                          "bottom": 2, "bottom_color": INK})
    title = wb.add_format({"font_name": "微软雅黑", "font_size": 16, "bold": True, "align": "center",
                           "valign": "vcenter", "bg_color": INK, "font_color": PAPER})
    ws.merge_range(0, 0, 0, len(cols) - 1, "檐汀 · 门店商品推荐表格（秋季）", title)
    ws.set_row_pixels(0, 48)
    ws.set_row_pixels(1, 32)
    for c, name in enumerate(cols):
        ws.set_column(c, c, WIDTHS[name])
        ws.write_string(1, c, name, head)
    for r, row in enumerate(rows, start=2):
        ws.set_row(r, ROW_PT)
        for c, name in enumerate(cols):
            v = row[name]
            if name in ("价格", "活动价"):
                f = money if name == "价格" else sale
                ws.write_number(r, c, float(v), f) if v else ws.write_blank(r, c, None, f)
            elif name == "排序":
                ws.write_number(r, c, int(v), mid)
            elif name == "图片":
                ws.write_blank(r, c, None, mid)
                x = GAP
                for file in filter(None, v.split(";")):
                    p = pictures / file
                    w, h = Image.open(p).size
                    k = THUMB / max(w, h)
                    ws.insert_image(r, c, str(p), {"x_scale": k, "y_scale": k, "x_offset": x, "y_offset": 6,
                                                   "object_position": 1, "description": row["商品"]})
                    x += THUMB + GAP
            else:
                f = {"商品": bold, "链接": link, "条码": code, "分类": mid}.get(name, text)
                ws.write_string(r, c, v, f) if v else ws.write_blank(r, c, None, f)
    ws.freeze_panes(2, 1)
    ws.autofilter(1, 0, len(rows) + 1, len(cols) - 1)
    ws.set_landscape()
    ws.fit_to_pages(1, 0)
    ws.repeat_rows(0, 1)
    ws.hide_gridlines(2)
    wb.close()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), HERE / "demo.xlsx")
