"""Makes the pictures of docs/INSTALL.md and docs/TROUBLESHOOTING.md, the pages for installers and
staff, from the real program on virtual displays.

usage: manual.py FOLDER_OF_PROGRAMS FOLDER_OF_PICTURES
Run tour.py first: it fills `state` in the second folder. The script clicks through the X server, and
each click has to change the picture. A stand-in replaces NetworkManager, because the machine that
makes the pictures has no shop's networks around it.
"""
import os
import shutil
import subprocess
import sys
import time

import tour
from tour import BIN, OUT, Kiosk

PORTRAIT, COMPACT = (1080, 1920), (800, 480)
CODES = "檐汀品牌，门店id：184454101，设备id:8F6A77C73E"
PIN = "4711"
PHONE = '[support]\nphone = "400-000-0000"\n'
NMCLI = r"""#!/bin/sh
case "$*" in
*"wifi list"*) printf '%s\n' '*:ShopNet:82:WPA2' ' :Cafe-Guest:64:' ' :Office-5G:51:WPA2 802.1X' ' :TP-LINK_3F:33:WPA1 WPA2' ;;
*connectivity*) echo full ;;
*"connection show"*) echo 802-11-wireless:ShopNet ;;
*device*) printf 'wifi\nethernet\n' ;;
esac
"""
# Columns and rows of the number keys, and the OK key
PADS = {
    PORTRAIT: {"x": (285, 540, 800), "y": (1380, 1520, 1660, 1800), "ok": (850, 1115)},
    COMPACT: {"x": (434, 575, 717), "y": (122, 202, 282, 362), "ok": (750, 40)},
}
KEYS = {"0": (1, 3)} | {str(digit): ((digit - 1) % 3, (digit - 1) // 3) for digit in range(1, 10)}
# Positions of the service page's buttons
NETWORK = (540, 1392)
# A column through the left end of the setup page's filled buttons
COLUMN = {COMPACT: 720}


def ctl(state, *words, text=None):
    done = subprocess.run([BIN / "cloud-shelfctl", "--state", state, *words], input=text, text=True,
                          capture_output=True)
    if done.returncode:
        sys.exit(f"cloud-shelfctl {' '.join(words)}: {done.stdout}{done.stderr}")


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def grab(kiosk):
    """Returns the whole display as grey values."""
    return subprocess.run(["import", "-window", "root", "-depth", "8", "gray:-"], env=kiosk.env, check=True,
                          capture_output=True).stdout


def settled(kiosk, before=None):
    """Waits until the display shows something new and has stopped changing."""
    end = time.monotonic() + tour.PATIENCE
    last = None
    while time.monotonic() < end:
        now = grab(kiosk)
        if now == last and now != before:
            return now
        last = now
        time.sleep(0.4)
    sys.exit("the picture does not change, or does not come to rest: has the page another layout?")


def press(kiosk, place):
    before = grab(kiosk)
    kiosk.press(*place)
    settled(kiosk, before)


def type_digits(kiosk, digits):
    pad = PADS[kiosk.size]
    for digit in digits:
        column, row = KEYS[digit]
        press(kiosk, (pad["x"][column], pad["y"][row]))


def first_filled_button(kiosk):
    """Returns the position of the setup page's first highlighted button; such buttons are dark."""
    width, height = kiosk.size
    x, picture = COLUMN[kiosk.size], settled(kiosk)
    dark = 0
    for y in range(height):
        dark = dark + 1 if picture[y * width + x] < 80 else 0
        if dark == 30:
            return x + 20, y - 10
    sys.exit("the setup page has no filled button")


def main():
    tools = OUT / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "nmcli").write_text(NMCLI)
    (tools / "nmcli").chmod(0o755)
    os.environ["PATH"] = f"{tools}:{os.environ['PATH']}"
    unit = fresh(OUT / "unit")

    with Kiosk(PORTRAIT, unit) as kiosk:
        kiosk.wait("the setup page", lambda s: s["page"] == "setup")
        settled(kiosk)
        kiosk.picture("manual-setup")
    with Kiosk(COMPACT, unit) as kiosk:
        kiosk.wait("the setup page", lambda s: s["page"] == "setup")
        press(kiosk, first_filled_button(kiosk))
        type_digits(kiosk, "184454101")
        kiosk.picture("manual-code")
    ctl(unit, "bind", CODES)
    ctl(unit, "pin", "-", text=PIN + "\n")
    with Kiosk(PORTRAIT, unit, PHONE) as kiosk:
        kiosk.wait("the card of an empty shelf", lambda s: s["page"] == "fault")
        settled(kiosk)
        kiosk.picture("manual-empty")
    shutil.rmtree(unit)

    full = OUT / "state"
    ctl(full, "pin", "-", text=PIN + "\n")
    with Kiosk(PORTRAIT, full) as kiosk:
        kiosk.wait("the attract page", lambda s: s["page"] == "attract")
        kiosk.still()
        before = grab(kiosk)
        ctl(full, "show", "service")
        settled(kiosk, before)
        type_digits(kiosk, PIN)
        press(kiosk, PADS[PORTRAIT]["ok"])
        kiosk.picture("manual-service")
        press(kiosk, NETWORK)
        kiosk.picture("manual-network")
    # Names below `.invalid` never resolve
    feed = tour.ctl(full, "feed", "init", str(fresh(OUT / "feed")), "--url", "https://shelves.invalid")["address"]
    ctl(full, "bind", CODES, "--feed", feed)
    with Kiosk(PORTRAIT, full, start="shelf") as kiosk:
        kiosk.wait("the shelf", lambda s: s["page"] == "shelf")
        for _ in range(2):
            tour.ctl(full, "sync")
        kiosk.wait("the mark of a unit that is offline", lambda s: s["offline"])
        kiosk.still()
        kiosk.picture("manual-offline")


main()
