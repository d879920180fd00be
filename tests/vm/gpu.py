#!/usr/bin/env python3
"""gpu.py DEB TABLE: a unit with Mesa, whose OpenGL runs on the processor (llvmpipe, since the machine has no GPU): the
GPU renderer's pages look like the software renderer's, rotated, after the screen was unplugged, and until the program
has been killed too often. Builds an image of its own; needs root."""
import base64
import os
import re
import shutil
import subprocess
import sys
import time

import image
import story
from kiosk import LINE, PATIENCE, code, install, kiosk, middle, on_page, settled, status, touch, until, upright
from vm import VM

MESA = ["libgbm1", "libegl1", "libgles2", "libgl1-mesa-dri"]
# llvmpipe generates machine code at run time, and emulated it takes seconds per frame; neither is true on a
# real unit
DROP_IN = "[Service]\\nMemoryDenyWriteExecute=no\\nMemoryMax=infinity\\nWatchdogSec=0\\n"


class Gpu:
    def __init__(self, vm):
        self.vm, self.item = vm, None

    def shot(self, name, rotation=0):
        return upright(self.vm.shot(f"{self.vm.run}/{name}.png"), rotation)

    def decoded(self, name, item, rotation=0):
        """Waits until the code on the screen opens the item."""
        def opens():
            path = self.shot(name, rotation)
            return path if any(re.match(rf"https://[a-z.]+/item\.htm\?id={item}\b", text) for text in code(path)) else None
        return until(f"code of {item}", opens)

    def drawn_by(self, renderer):
        return until(renderer, lambda: (now := kiosk(self.vm)) and now["renderer"].startswith(renderer) and now)

    def pid(self):
        return self.vm.sh("systemctl show -P MainPID cloud-shelf").strip()

    def memory(self):
        words = self.vm.sh(f"grep -E 'VmRSS|RssAnon' /proc/{self.pid()}/status").split()
        return f"{int(words[1]) >> 10} MB, of which {int(words[4]) >> 10} its own"

    def mesa_is_loaded(self):
        return self.vm.sh(f"grep -c 'libgbm\\|libEGL\\|libgallium' /proc/{self.pid()}/maps", check=False)[0] == 0

    def differs(self, one, other):
        """Returns how much two pictures differ, from 0 to 1."""
        run = subprocess.run(["compare", "-metric", "RMSE", one, other, "null:"], capture_output=True, text=True)
        return float(re.search(r"\(([0-9.e-]+)\)", run.stderr)[1])

    def swipe(self, x, start, end):
        self.vm._touch("begin", x, start)
        for step in range(1, 9):
            self.vm._touch("update", x, start + (end - start) * step // 8)
            time.sleep(0.05)
        self.vm._touch("end")

    def open_item(self, rotation=0):
        self.vm.sh("cloud-shelfctl show shelf")
        height = kiosk(self.vm)["height"]
        card = next(c for c in settled(self.vm, "shelf")["cards"] if 0 <= c["top"] and c["top"] + c["height"] <= height)
        touch(self.vm, middle(card), rotation)
        on_page(self.vm, "item", card["item_id"])
        return card["item_id"]

    # -- the tests, in order -------------------------------------------------
    def test_without_a_gpu_software_draws_and_mesa_stays_unloaded(self):
        self.vm.sh("mkdir -p /run/systemd/system/cloud-shelf.service.d && "
                   f"printf '{DROP_IN}' >/run/systemd/system/cloud-shelf.service.d/test.conf")
        install(self.vm, "cloud-shelf.deb")
        self.vm.sh(f"cloud-shelfctl bind '{LINE}'")
        self.vm.sh("cloud-shelfctl import /mnt/share/demo.xlsx --brand 启赋", timeout=PATIENCE)
        on_page(self.vm, "attract")
        now = self.drawn_by("software")
        assert "no GPU" in now["renderer_reason"]["en"], now
        assert not self.mesa_is_loaded()
        self.item = self.open_item()
        self.software = self.decoded("1-software", self.item)
        print(f"    software: {self.memory()}")

    def test_gl_draws_what_software_draws(self):
        self.vm.sh("cloud-shelfctl screen --renderer gpu")
        now = self.drawn_by("gpu (llvmpipe")
        assert self.mesa_is_loaded()
        self.vm.sh(f"cloud-shelfctl show item {self.item}")
        drawn = self.decoded("2-gpu", self.item)
        assert kiosk(self.vm)["frames"] > now["frames"]
        print(f"    differs by {self.differs(self.software, drawn):.3f} from what software draws")
        assert self.differs(self.software, drawn) < 0.05
        print(f"    {now['renderer']}: {self.memory()}")

    def test_every_rotation_turns_picture_and_touch_and_screenshot(self):
        for rotation in (90, 180, 270, 0):
            self.vm.sh(f"cloud-shelfctl screen --rotation {rotation}")
            width = self.vm.size[rotation % 180 // 90]
            until(f"width {width}", lambda: (kiosk(self.vm) or {}).get("width") == width or None)
            item = self.open_item(rotation)
            seen = self.decoded(f"3-turned-{rotation}", item, rotation)
            self.vm.sh("cloud-shelfctl screenshot /tmp/shot.png", timeout=PATIENCE)
            kept = f"{self.vm.run}/3-screenshot-{rotation}.png"
            with open(kept, "wb") as file:
                file.write(base64.b64decode(self.vm.sh("base64 -w0 /tmp/shot.png")))
            assert self.differs(seen, kept) < 0.02, self.differs(seen, kept)
            self.drawn_by("gpu")

    def test_a_screen_that_goes_and_comes(self):
        connector = self.vm.sh("ls -d /sys/class/drm/card*-*").split()[0]
        tell = "udevadm trigger -c change -s drm"
        self.vm.sh(f"echo off >{connector}/status; {tell}")
        until("loss", lambda: (kiosk(self.vm) or {"display": 1})["display"] is None)
        # Without a screen, the pages are drawn in memory
        self.drawn_by("software")
        self.vm.sh("cloud-shelfctl show shelf && cloud-shelfctl screenshot /tmp/shot.png", timeout=PATIENCE)
        self.vm.sh(f"echo detect >{connector}/status; {tell}")
        until("screen", lambda: (kiosk(self.vm) or {"display": None})["display"])
        self.drawn_by("gpu")
        self.decoded("4-replugged", self.open_item())

    def test_another_mode(self):
        size, self.vm.size = self.vm.size, (800, 600)
        self.vm.sh("cloud-shelfctl screen --mode 800x600")
        until("800 pixels", lambda: (kiosk(self.vm) or {}).get("width") == 800 or None)
        self.drawn_by("gpu")
        self.decoded("5-mode", self.open_item())
        self.vm.size = size
        self.vm.sh("cloud-shelfctl screen --mode auto")
        until("its own size", lambda: (kiosk(self.vm) or {}).get("width") == size[0] or None)

    def test_scrolling_needs_no_more_and_more_memory(self):
        self.vm.sh("cloud-shelfctl show shelf")
        settled(self.vm, "shelf")
        width, height = self.vm.size
        for _ in range(6):
            self.swipe(width // 2, height * 4 // 5, height // 5)
        settled(self.vm, "shelf")
        print(f"    after scrolling: {self.memory()}")
        self.drawn_by("gpu")

    def test_an_orderly_end_is_no_failure(self):
        for _ in range(4):
            self.vm.sh("systemctl restart cloud-shelf", timeout=PATIENCE)
            self.drawn_by("gpu")
        assert "dumped" not in self.vm.sh("journalctl -u cloud-shelf --no-pager")

    def test_after_three_deaths_software_draws(self):
        for _ in range(3):
            before = self.pid()
            self.drawn_by("gpu")
            self.vm.sh(f"kill -9 {before}")
            until("new process", lambda: self.pid() not in (before, "0"))
        now = self.drawn_by("software")
        assert "each of the last times" in now["renderer_reason"]["en"], now
        self.vm.sh("cloud-shelfctl screen --renderer gpu; systemctl restart cloud-shelf", timeout=PATIENCE)
        self.drawn_by("gpu")

    def test_mesa_that_is_gone_leaves_software(self):
        self.vm.sh("mv /usr/lib/x86_64-linux-gnu/libgbm.so.1 /opt/; systemctl restart cloud-shelf", timeout=PATIENCE)
        now = self.drawn_by("software")
        assert "not installed" in now["renderer_reason"]["en"], now
        self.vm.sh("mv /opt/libgbm.so.1 /usr/lib/x86_64-linux-gnu/; systemctl restart cloud-shelf", timeout=PATIENCE)
        self.drawn_by("gpu")

    def test_back_to_software_at_once(self):
        pid = self.pid()
        self.vm.sh("cloud-shelfctl screen --renderer software")
        self.drawn_by("software")
        self.vm.sh(f"cloud-shelfctl show item {self.item}")
        again = self.decoded("6-software", self.item)
        assert self.differs(self.software, again) < 0.02
        assert self.pid() == pid
        assert status(self.vm)["bound"]


def main():
    deb, table = sys.argv[1:]
    share = os.path.abspath("target/vm/share-gpu")
    os.makedirs(share, exist_ok=True)
    shutil.copy(deb, f"{share}/cloud-shelf.deb")
    shutil.copy(table, f"{share}/demo.xlsx")
    vm = VM(image.make(deb, name="gpu", extra=MESA, size="3G"), run="target/vm/run-gpu", share=share, size=(1024, 600), mem=2048)
    vm.fresh_disk()
    return not story.run(vm, story.tests_of(Gpu(vm)))


if __name__ == "__main__":
    sys.exit(main())
