#!/usr/bin/env python3
"""Makes the tables of this directory: what merchants send, small.

    pip install openpyxl xlwt odfpy pillow && python3 make.py
"""
import io
import os
import re
import zipfile

import openpyxl
import xlwt
from odf import table as odf_table, text as odf_text
from odf.opendocument import OpenDocumentSpreadsheet
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image

os.chdir(os.path.dirname(os.path.abspath(__file__)))

T = "https://detail.tmall.com/item.htm?id="
ROWS = [
    ["启赋蕴淳 3段 900g", T + "567812345678", 399, 358],
    ["启赋未来 2段", "https://detail.m.tmall.com/item.htm?spm=a.b&id=612345678901&skuId=5012345678901", 299.5, None],
    ["惠氏膳儿加", 623456789012, "¥199.00", "158元"],
]
HEAD = ["商品", "链接", "价格", "促销价"]


def png(color):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), color).save(out, "PNG")
    out.seek(0)
    return out


def book(rows, name):
    wb = openpyxl.Workbook()
    ws = wb.active
    ws.title = "商品推荐"
    for row in rows:
        ws.append(row)
    wb.save(name)


def rewrite(name, change):
    """Applies change(path, bytes) to every part and the parts it adds."""
    with zipfile.ZipFile(name) as z:
        parts = {n: z.read(n) for n in z.namelist()}
    change(parts)
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as z:
        for n, data in parts.items():
            z.writestr(zipfile.ZipInfo(n, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


book([HEAD] + ROWS, "plain.xlsx")

# Everything that goes wrong at once
wb = openpyxl.Workbook()
ws = wb.active
ws.title = "六月推荐"
ws["A1"] = "启赋品牌 六月商品推荐表"
ws.merge_cells("A1:K1")
ws["A2"] = "请按要求填写"
ws.append([])
HEADS = ["序号", "商品\n名称 ", "商品链接（必填）", "原价(元)", "到手价", "商品主图", "类目", "卖点1", "卖点2", "上架时间", "下架日期", "条形码"]
for column, heading in enumerate(HEADS, 1):
    ws.cell(4, column, heading)
NASTY = [
    [3, "启赋蕴淳 3段", T + "567812345678", 399, 358, "启赋3段.jpg", "奶粉", "1、进口奶源\n2、好吸收", "新品", "2026-06-01", "2026/6/18", 6901234567892],
    [1, "  启赋 未来\n2段 ", "点击查看", "¥299.50", 299.5, "https://img.alicdn.com/a.jpg，b.png", "奶粉", None, None, "2026年6月1日 9点", "20260618", "6.90123E+12"],
    [2, "只有短链接", "https://m.tb.cn/h.SQ6abcd?sm=1", "面议", None, None, None, None, None, None, None, None],
    [None, "科学计数", "7.62E+11", 100, None, None, None, None, None, None, None, None],
    [None, "数字ID", 612345678901, 100, 120, "../../etc/passwd", None, None, None, "明天", None, None],
    [],
    [None, "重复的", T + "567812345678&spm=1", 100, None, None, None, None, None, None, None, None],
    [None, None, T + "700000000001", 100, None, None, None, None, None, None, None, None],
    [None, "没有链接", None, 100, None, None, None, None, None, None, None, None],
    [None, "示例：这一行是示例", T + "700000000002", 100, None, None, None, None, None, None, None, None],
    ["第五", "京东的", "https://item.jd.com/100012043978.html", None, None, None, None, None, None, None, None, None],
    [None, "淘口令", "￥abCD1234efG￥", None, None, None, None, None, None, None, None, None],
    [None, "仿冒", "https://detail.tmall.com@evil.test/item.htm?id=1234567890", None, None, None, None, None, None, None, None, None],
    [None, "店铺首页", "https://wyeth.tmall.com/", None, None, None, None, None, None, None, None, None],
    [None, "分享文字", "【天猫】包邮 " + T + "700000000003 CZ225 「好奶粉」点击链接直接打开", None, None, None, None, None, None, None, None, None],
    [None, "公式链接", None, None, None, None, None, None, None, None, None, None],
    ["商品", "商品名称", "商品链接", None, None, None, None, None, None, None, None, None],
    [None, "时间反了", T + "700000000005", None, None, None, None, None, None, "2026-06-18", "2026-06-01", None],
    ["5.5", "长" * 150, T + "700000000006", None, None, None, None, None, None, None, None, "12"],
]
for offset, row in enumerate(NASTY):
    for column, value in enumerate(row, 1):
        if value is not None:
            ws.cell(5 + offset, column, value)
ws["C6"].hyperlink = "https://detail.tmall.hk/hk/item.htm?id=567812345679"
ws.cell(20, 3, '=HYPERLINK("' + T + '700000000004","去看看")')
second = wb.create_sheet("第二页")
second.append(["Title", "Link"])
second.append(["第二页的商品", T + "800000000001"])
second.append(["又重复", T + "567812345678"])
wb.create_sheet("说明").append(["随便写写"])
hidden = wb.create_sheet("旧的")
hidden.append(["商品", "链接"])
hidden.append(["看不见的", T + "900000000001"])
hidden.sheet_state = "hidden"
wb.save("nasty.xlsx")

# Pictures laid over the sheet: one in its row, one that begins a little above its row
wb = openpyxl.Workbook()
ws = wb.active
ws.append(["商品", "链接", "图片"])
for n in range(3):
    ws.append([f"商品{n}", T + str(567812345670 + n)])
    ws.row_dimensions[2 + n].height = 60
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor, TwoCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D

EMU = 12700
red = SheetImage(png("red"))
red.anchor = OneCellAnchor(_from=AnchorMarker(col=2, row=1, rowOff=5 * EMU), ext=XDRPositiveSize2D(50 * EMU, 50 * EMU))
ws.add_image(red)
green = SheetImage(png("green"))
green.anchor = TwoCellAnchor(
    editAs="oneCell",
    _from=AnchorMarker(col=2, row=1, rowOff=58 * EMU),
    to=AnchorMarker(col=3, row=2, rowOff=55 * EMU),
)
ws.add_image(green)
wb.save("pictures.xlsx")

# Pictures in cells, as WPS does it
book([["商品", "链接", "图片"], ["商品甲", T + "567812345678", None], ["商品乙", T + "567812345679", None]], "wps.xlsx")


def wps(parts):
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    for row, name in ((2, "ID_AAA"), (3, "ID_BBB")):
        cell = f'<c r="C{row}" t="str"><f>_xlfn.DISPIMG("{name}",1)</f><v>=DISPIMG("{name}",1)</v></c>'
        sheet = re.sub(rf'(<row r="{row}".*?)(</row>)', rf"\1{cell}\2", sheet, count=1, flags=re.S)
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    pic = (
        '<etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="{0}"/><xdr:cNvPicPr/></xdr:nvPicPr>'
        '<xdr:blipFill><a:blip r:embed="{1}"/></xdr:blipFill><xdr:spPr/></xdr:pic></etc:cellImage>'
    )
    parts["xl/cellimages.xml"] = (
        '<?xml version="1.0" encoding="UTF-8"?><etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData" '
        'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        + pic.format("ID_AAA", "rId1") + pic.format("ID_BBB", "rId2") + "</etc:cellImages>"
    ).encode()
    rel = '<Relationship Id="{0}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/{1}"/>'
    parts["xl/_rels/cellimages.xml.rels"] = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + rel.format("rId1", "image1.png") + rel.format("rId2", "image2.png") + "</Relationships>"
    ).encode()
    parts["xl/media/image1.png"] = png("red").read()
    parts["xl/media/image2.png"] = png("blue").read()
    rels = parts["xl/_rels/workbook.xml.rels"].decode()
    parts["xl/_rels/workbook.xml.rels"] = rels.replace(
        "</Relationships>",
        '<Relationship Id="rId99" Type="http://www.wps.cn/officeDocument/2020/cellImage" Target="cellimages.xml"/></Relationships>',
    ).encode()


rewrite("wps.xlsx", wps)

# xls
wb = xlwt.Workbook()
ws = wb.add_sheet("商品推荐")
for r, row in enumerate([HEAD + ["上架时间"]] + ROWS):
    for c, value in enumerate(row):
        if value is not None:
            ws.write(r, c, value)
style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
import datetime

ws.write(1, 4, datetime.datetime(2026, 6, 1), style)
wb.save("plain.xls")

# ods
doc = OpenDocumentSpreadsheet()
sheet = odf_table.Table(name="商品推荐")
for row in [HEAD] + ROWS:
    tr = odf_table.TableRow()
    for value in row:
        if isinstance(value, (int, float)):
            cell = odf_table.TableCell(valuetype="float", value=value)
            cell.addElement(odf_text.P(text=str(value)))
        elif value is None:
            cell = odf_table.TableCell()
        else:
            cell = odf_table.TableCell(valuetype="string")
            cell.addElement(odf_text.P(text=value))
        tr.addElement(cell)
    sheet.addElement(tr)
tr = odf_table.TableRow()
cell = odf_table.TableCell(valuetype="string")
cell.addElement(odf_text.P(text="链接藏着"))
tr.addElement(cell)
cell = odf_table.TableCell(valuetype="string")
p = odf_text.P()
p.addElement(odf_text.A(href=T + "634567890123", text="点我"))
cell.addElement(p)
tr.addElement(cell)
sheet.addElement(tr)
# What LibreOffice adds below: a million empty rows
tail = odf_table.TableRow(numberrowsrepeated=1048571)
tail.addElement(odf_table.TableCell(numbercolumnsrepeated=16384))
sheet.addElement(tail)
doc.spreadsheet.addElement(sheet)
doc.save("plain.ods")

# Text
lines = [",".join(HEAD)] + [",".join("" if v is None else str(v) for v in row) for row in ROWS]
text = "\r\n".join(lines) + "\r\n"
for name, data in {
    "utf8.csv": text.encode(),
    "utf8-bom.csv": b"\xef\xbb\xbf" + text.encode(),
    "gb18030.csv": text.encode("gb18030"),
    "utf16le.csv": b"\xff\xfe" + text.encode("utf-16-le"),
    "utf16be.csv": b"\xfe\xff" + text.encode("utf-16-be"),
    "utf16le-bare.csv": text.encode("utf-16-le"),
    "tab.tsv": text.replace(",", "\t").encode(),
    "semicolon.csv": text.replace(",", ";").encode("gb18030"),
}.items():
    with open(name, "wb") as out:
        out.write(data)

# The clock stands still in what is committed
for name in ("plain.xlsx", "nasty.xlsx", "pictures.xlsx", "wps.xlsx"):
    rewrite(name, lambda parts: parts.update(
        {"docProps/core.xml": re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2026-01-01T00:00:00Z", parts["docProps/core.xml"])}
    ))
