"""Helpers of the tests: install the kiosk, query it, look at it and touch it."""
import json
import subprocess
import time

PATIENCE = 300  # software emulation on a busy machine; waits end as soon as the thing is there
STORE, DEVICE = "184454101", "8F6A77C73E"
LINE = f"启赋品牌，门店id：{STORE}，设备id:{DEVICE}"


def until(what, get, patience=PATIENCE, every=0.2):
    """Polls until something is there, with `every` seconds between two looks, and returns it."""
    end = time.monotonic() + patience
    while True:
        got = get()
        if got is not None and got is not False:
            return got
        if time.monotonic() > end:
            raise AssertionError(f"no {what} within {patience} s")
        time.sleep(every)


def mount(vm):
    vm.sh("mkdir -p /mnt/share; mountpoint -q /mnt/share || "
          "mount -t 9p -o trans=virtio,version=9p2000.L,ro share /mnt/share")


def install(vm, deb):
    mount(vm)
    vm.sh(f"DEBIAN_FRONTEND=noninteractive dpkg -i /mnt/share/{deb}", timeout=PATIENCE)


def status(vm):
    """Returns `cloud-shelfctl status --json`; None if it fails."""
    rc, out = vm.sh("cloud-shelfctl status --json 2>/dev/null", check=False)
    try:
        return json.loads(out)
    except ValueError:
        return None


def kiosk(vm):
    """Returns the running kiosk's status; None if no kiosk is running."""
    found = (status(vm) or {}).get("kiosk") or {}
    return found if found.get("running") else None


def on_page(vm, page, item=None, patience=PATIENCE):
    def look():
        now = kiosk(vm)
        return now if now and now["page"] == page and (item is None or now["item_id"] == item) else None
    return until(f"{page} page", look, patience)


def settled(vm, page):
    """Waits until a page shows all pictures in sight."""
    def look():
        now = kiosk(vm)
        return now if now and now["page"] == page and not now["cards_waiting"] else None
    return until(f"{page} page with its pictures", look)


def touch(vm, place, rotation=0):
    """Taps a place of the picture, translated to the rotated panel."""
    width, height = vm.size
    x, y = place
    panel = {0: (x, y), 90: (width - 1 - y, x), 180: (width - 1 - x, height - 1 - y), 270: (y, height - 1 - x)}
    vm.tap(*panel[rotation])


def middle(card):
    return card["left"] + card["width"] // 2, card["top"] + card["height"] // 2


def upright(path, rotation):
    """Takes a picture of the screen as a person sees it on the rotated panel."""
    if rotation:
        subprocess.run(["convert", path, "-rotate", str(360 - rotation), path], check=True)
    return path


def code(path):
    """Returns what a decoder reads off a picture of the screen."""
    run = subprocess.run(["zbarimg", "-q", "--raw", path], capture_output=True, text=True)
    return run.stdout.strip().splitlines()
