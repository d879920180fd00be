"""Walks through the kiosk's pages on virtual displays as a shopper would: presses and scrolls reach the
program through the X server. Saves a picture of every page in every shape, and checks each QR code.

usage: tour.py FOLDER_OF_PROGRAMS FOLDER_OF_PICTURES
The second folder holds the filled `state`. Every item's code is checked by tests/e2e.rs.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

BIN, OUT = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
TABLE = pathlib.Path(__file__).resolve().parent.parent / "assets/demo/demo.xlsx"
# Positions of the buttons back, home and language in each shape
SHAPES = {
    (1080, 1920): {"back": (290, 1850), "home": (800, 1850), "language": (990, 78)},
    (1920, 1080): {"back": (1300, 1020), "home": (1680, 1020), "language": (160, 1022)},
    (800, 480): {"back": (560, 436), "home": (710, 436), "language": (86, 440)},
}
PATIENCE = 30


def ctl(state, *words):
    done = subprocess.run([BIN / "cloud-shelfctl", "--state", state, "--json", *words], capture_output=True, text=True)
    return json.loads(done.stdout) if done.stdout.strip() else {}


class Kiosk:
    """A kiosk on a display of its own."""

    def __init__(self, size, state, settings="", start="attract"):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "%dx%dx24" % size, "-nolisten", "tcp"],
            pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as number:
            self.display = ":" + number.readline().strip()
        self.state, self.size = state, size
        config = OUT / "settings.toml"
        config.write_text(settings)
        self.env = {**os.environ, "DISPLAY": self.display}
        self.program = subprocess.Popen(
            [BIN / "cloud-shelf", "--state", state, "--config", config, "--size", "%dx%d" % size, "--start", start],
            env=self.env, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (self.program, self.server):
            process.terminate()
            process.wait()

    def status(self):
        return ctl(self.state, "status").get("kiosk", {})

    def wait(self, what, true):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status = self.status()
            if status.get("running") and true(status):
                return status
            if self.program.poll() is not None:
                sys.exit("the kiosk has ended by itself")
            time.sleep(0.05)
        sys.exit(f"{what}: not within {PATIENCE} s; the kiosk says {json.dumps(self.status())}")

    def still(self):
        """Waits until nothing scrolls and no card waits for its picture."""
        seen = [None]

        def rests(status):
            before = seen[0]
            seen[0] = (status["page"], status["scroll_px"], status["language"])
            waiting = status["page"] == "shelf" and status["cards_waiting"]
            if before != seen[0] or waiting:
                time.sleep(0.2)
                return False
            return True
        return self.wait("a page at rest", rests)

    def press(self, x, y, button=1):
        subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", str(button)], env=self.env, check=True)

    def picture(self, name):
        path = OUT / ("%dx%d-%s.png" % (*self.size, name))
        subprocess.run(["import", "-window", "root", path], env=self.env, check=True)
        print("  picture", path.name)
        return path


def whole(card, size):
    return card["top"] > 60 and card["top"] + card["height"] < size[1] - 40


def code(path):
    return subprocess.run(["zbarimg", "-q", "--raw", path], capture_output=True, text=True).stdout.strip()


def tour(size, links):
    print("%d×%d" % size)
    at = SHAPES[size]
    with Kiosk(size, OUT / "state", "[idle]\nidle_s = 600\nitem_s = 600\n") as kiosk:
        kiosk.wait("the attract page", lambda s: s["page"] == "attract")
        kiosk.still()
        kiosk.picture("attract")
        kiosk.press(size[0] // 2, size[1] // 2)
        kiosk.wait("waking", lambda s: s["page"] == "shelf")
        print("  woken by a press")
        kiosk.still()
        kiosk.picture("shelf")
        for language in ("zh", "en"):
            if language == "en":
                kiosk.press(*at["language"])
                kiosk.wait("English", lambda s: s["language"] == "en")
                kiosk.still()
                kiosk.picture("shelf-en")
            for _ in range(4):
                kiosk.press(size[0] * 2 // 3, size[1] // 2, 5)
            kiosk.wait("scrolling", lambda s: s["scroll_px"] > 0)
            cards = [card for card in kiosk.still()["cards"] if whole(card, size)]
            card = cards[0 if language == "zh" else -1]
            kiosk.press(card["left"] + card["width"] // 2, card["top"] + card["height"] // 2)
            kiosk.wait("the item page", lambda s: s["page"] == "item" and s["item_id"] == card["item_id"])
            kiosk.still()
            path = kiosk.picture("item" if language == "zh" else "item-en")
            link = next(link for link in links if link.endswith("id=" + card["item_id"])
                        or f"id={card['item_id']}&" in link)
            if code(path) != link:
                sys.exit(f"the code says {code(path)!r}, the table {link!r}")
            print("  opened by a press, and its code is", link)
            kiosk.press(*at["back" if language == "zh" else "home"])
            kiosk.wait("the shelf", lambda s: s["page"] == "shelf")
    with Kiosk(size, OUT / "state", "[idle]\nidle_s = 2\n", "shelf") as kiosk:
        kiosk.wait("the shelf", lambda s: s["page"] == "shelf")
        # Wait one second into the countdown, so that its card has been drawn
        kiosk.wait("the question", lambda s: 0 < s["countdown"] < 10)
        kiosk.picture("idle")
        kiosk.wait("leaving", lambda s: s["page"] == "attract")
        print("  left alone, it asked, counted down and went back to the attract page")
    empty = OUT / "empty"
    with Kiosk(size, empty) as kiosk:
        kiosk.wait("the setup page", lambda s: s["page"] == "setup")
        kiosk.still()
        kiosk.picture("setup")
    shutil.rmtree(empty)


def main():
    links = [item["url"] for item in ctl(OUT / "state", "check", "table", str(TABLE))["items"]]
    for size in SHAPES:
        tour(size, links)
    print(f"Pictures of every page in every shape: {OUT}")


if __name__ == "__main__":
    main()
