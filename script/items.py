"""Writes a table of any number of items, for measurements on large shelves."""
import csv
import pathlib
import zipfile

DEMO = pathlib.Path(__file__).resolve().parent.parent / "assets/demo"
FIRST_ID = 9047126583041


def write_table(folder, items, cheaper=0):
    """Writes `table.csv`, which repeats the demo's items, with a picture file of its own for each item."""
    rows = list(csv.DictReader(open(DEMO / "products.csv", encoding="utf-8")))
    demo = zipfile.ZipFile(DEMO / "demo.xlsx")
    pictures = [name for name in demo.namelist() if name.startswith("xl/media/")]
    with open(folder / "table.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["商品", "链接", "价格", "图片", "分类"])
        for number in range(items):
            row = rows[number % len(rows)]
            source = pictures[number % len(pictures)]
            picture = f"{number}{pathlib.Path(source).suffix}"
            if not (folder / picture).exists():
                # Bytes appended after the picture's end give each file another hash
                (folder / picture).write_bytes(demo.read(source) + str(number).encode())
            price = float(row["价格"]) - cheaper
            link = f"https://detail.tmall.com/item.htm?id={FIRST_ID + number}"
            table.writerow([row["商品"], link, price, picture, row["分类"]])
    return folder / "table.csv"
