#!/usr/bin/env python3
"""machine.py IMAGE SHARE [ARCH]: a bare Debian becomes a shelf through a stick, is used by touch, rotated, unplugged,
hung, attacked by keyboard, and loses power and time. SHARE holds `old.deb`, `table/`, the feed's `address` and a
`bundle` of it. Each test continues from the one before."""
import os
import re
import sys
import time

import story
from kiosk import LINE, PATIENCE, code, install, kiosk, middle, mount, on_page, settled, status, touch, until, upright
from stick import Stick
from vm import VM

PIN = "7294"
HOSTILE_PATIENCE = 3600  # some forty pictures of 40 megapixels, emulated


class Machine:
    def __init__(self, vm, share):
        self.vm, self.share, self.item = vm, share, None

    def shot(self, name, rotation=0):
        return upright(self.vm.shot(f"{self.vm.run}/{name}.png"), rotation)

    def uptime(self):
        return float(self.vm.sh("cat /proc/uptime").split()[0])

    def decoded(self, name, item, rotation=0):
        """Waits until the code on the screen opens the item."""
        def opens():
            return any(re.match(rf"https://[a-z.]+/item\.htm\?id={item}\b", text) for text in code(self.shot(name, rotation)))
        until(f"code of {item}", opens)

    def tap_card(self, card, rotation=0):
        touch(self.vm, middle(card), rotation)
        on_page(self.vm, "item", card["item_id"])

    def press(self, keys):
        self.vm.qmp("send-key", keys=[{"type": "qcode", "data": key} for key in keys.split()], **{"hold-time": 80})
        time.sleep(0.3)

    # -- the tests, in order -------------------------------------------------
    def test_install_leads_to_the_setup_page(self):
        install(self.vm, "old.deb")
        on_page(self.vm, "setup")
        until("service that is up", lambda: self.vm.sh("systemctl is-active cloud-shelf", check=False)[0] == 0)
        until("picture", lambda: (self.vm.pixel(5, 5) or (0, 0, 0)) > (200, 200, 200))
        self.shot("1-setup")
        # The first start found the system's font caches and made none of its own
        assert not self.vm.sh("find /var/cache/cloud-shelf -type f").strip()

    def test_nothing_listens(self):
        lines = self.vm.sh("cat /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6").splitlines()
        listening = [line for line in lines if len(line.split()) > 3 and line.split()[3] == "0A"]
        assert not listening, listening

    def test_a_stick_binds(self):
        with open(f"{self.share}/address") as file:
            # There is no network; the bundle is verified with the address's key
            address = "https://feed.example.com/#" + file.read().strip().partition("#")[2]
        bind = f'line = "{LINE}"\nfeed = "{address}"\npin = "{PIN}"\n'
        stick = Stick(self.vm, "bind", {"bind.toml": bind.encode()})
        stick.plug()
        until("binding and PIN", lambda: (now := status(self.vm))["bound"] and now["pin_set"])
        self.shot("2-bound")
        stick.pull()
        until("end of the mount", lambda: "/sticks/" not in self.vm.sh("cat /proc/mounts"))

    def test_fill_offline(self):
        self.vm.sh("cloud-shelfctl import /mnt/share/table/demo.xlsx --brand 启赋", timeout=PATIENCE)
        on_page(self.vm, "attract")
        assert status(self.vm)["catalog"]["items"] > 0
        until("owner", lambda: self.vm.sh("find /var/lib/cloud-shelf ! -user cloud-shelf").strip() == "")
        self.shot("3-attract")

    def test_a_touch_wakes_and_a_touch_opens(self):
        width, height = self.vm.size
        self.vm.tap(width // 2, height // 2)
        now = settled(self.vm, "shelf")
        self.shot("4-shelf")
        card = now["cards"][0]
        self.item = card["item_id"]
        self.tap_card(card)
        self.decoded("4-item", self.item)

    def test_a_stick_fills_and_may_be_pulled(self):
        stick = Stick(self.vm, "bundle", {"items.csbundle": f"{self.share}/bundle"})
        before = status(self.vm)["catalog"]
        stick.plug()
        until("mount", lambda: "/sticks/" in self.vm.sh("cat /proc/mounts"))
        stick.pull()
        until("end of the mount", lambda: "/sticks/" not in self.vm.sh("cat /proc/mounts"))
        half = status(self.vm)["catalog"]
        print(f"    pulled at once: {half['source']}")
        assert half["items"] == before["items"], half
        stick.plug()
        until("items of the stick", lambda: status(self.vm)["catalog"]["source"] == "bundle")
        assert status(self.vm)["catalog"]["items"] == before["items"]
        assert self.vm.sh("findmnt -n -o OPTIONS -t vfat").startswith("ro,nosuid,nodev,noexec")
        stick.pull()
        self.vm.sh("cloud-shelfctl show shelf")
        self.shot("5-stick")

    def test_every_rotation_turns_picture_and_touch(self):
        for rotation in (90, 180, 270, 0):
            self.vm.sh(f"cloud-shelfctl screen --rotation {rotation}")
            width, height = self.vm.size if rotation % 180 == 0 else self.vm.size[::-1]
            until(f"{width}x{height}", lambda: (kiosk(self.vm) or {}).get("width") == width or None)
            for x, y in ((0, 0), (width, 0), (0, height), (width, height)):
                self.vm.sh("cloud-shelfctl show shelf")
                now = settled(self.vm, "shelf")
                whole = [c for c in now["cards"] if 0 <= c["top"] and c["top"] + c["height"] <= height]
                near = min(whole, key=lambda c: abs(middle(c)[0] - x) + abs(middle(c)[1] - y))
                self.tap_card(near, rotation)
            self.decoded(f"5-turned-{rotation}", near["item_id"], rotation)
            self.vm.sh("cloud-shelfctl screenshot /tmp/shot.png && test -s /tmp/shot.png")

    def test_a_screen_that_goes_and_comes(self):
        self.vm.sh("cloud-shelfctl show shelf")
        connector = self.vm.sh("ls -d /sys/class/drm/card*-*").split()[0]
        tell = "udevadm trigger -c change -s drm"
        self.vm.sh(f"echo off >{connector}/status; {tell}")
        until("loss", lambda: (kiosk(self.vm) or {"display": 1})["display"] is None)
        assert self.vm.sh("systemctl is-active cloud-shelf").strip() == "active"
        self.vm.sh(f"echo detect >{connector}/status; {tell}")
        since = time.monotonic()
        until("screen", lambda: (kiosk(self.vm) or {"display": None})["display"])
        print(f"    back {time.monotonic() - since:.1f} s after it was plugged in")
        self.tap_card(settled(self.vm, "shelf")["cards"][0])
        self.decoded("6-replugged", kiosk(self.vm)["item_id"])

    def test_no_key_leads_out(self):
        before = self.vm.sh("cat /proc/sys/kernel/random/boot_id")
        for keys in ("ctrl alt delete", "ctrl alt f2", "alt f2", "alt f3", "ctrl alt backspace", "alt sysrq b",
                     "alt sysrq e", "alt sysrq k", "ctrl c", "ctrl z", "ctrl d", "meta_l", "ret", "alt right"):
            self.press(keys)
        for _ in range(8):
            self.vm.qmp("send-key", keys=[{"type": "qcode", "data": k} for k in ("ctrl", "alt", "delete")])
        time.sleep(3)
        assert self.vm.sh("cat /proc/sys/kernel/random/boot_id") == before, "a key has rebooted the machine"
        assert self.vm.sh("cat /sys/class/tty/tty0/active").strip() == "tty1"
        assert self.vm.sh("systemctl list-units --no-legend --state=running 'getty@*' 'autovt@*'").strip() == ""
        on_page(self.vm, "item")

    def test_what_hangs_is_started_anew(self):
        pid = self.vm.sh("systemctl show -P MainPID cloud-shelf").strip()
        since = self.uptime()
        self.vm.sh(f"kill -STOP {pid}")
        new = until("new process", lambda: (p := self.vm.sh("systemctl show -P MainPID cloud-shelf").strip())
                    not in (pid, "0") and p)
        print(f"    process {new} after {self.uptime() - since:.0f} s")
        on_page(self.vm, "attract")

    def test_reboot_without_network_in_1970(self):
        # A shop that never opens shows the closed page; with an unset clock it sells all the same
        self.vm.sh("mkdir -p /etc/cloud-shelf; printf '[hours]\\nweek = {}\\n' >/etc/cloud-shelf/cloud-shelf.toml")
        on_page(self.vm, "closed")
        self.vm.stop()
        self.vm.extra += ["-rtc", "base=1970-01-01T00:00:00"]
        print(f"    boot {self.vm.start(PATIENCE):.0f} s")
        self.vm.sh("date -s @60; systemctl restart cloud-shelf")
        on_page(self.vm, "attract")
        self.vm.sh(f"cloud-shelfctl show item {self.item}")
        self.decoded("7-1970", self.item)
        # After the first start, a keyboard no longer has such keys; logind would act on them within a second
        for key in ("power", "sleep", "wake"):
            self.press(key)
        time.sleep(3)
        assert kiosk(self.vm)["item_id"] == self.item
        self.vm.sh("rm /etc/cloud-shelf/cloud-shelf.toml")

    def test_power_cuts_leave_a_shelf_that_sells(self):
        for cut in range(2):
            self.vm.sh(f"cloud-shelfctl show item {self.item}")
            self.vm.power_cut()
            print(f"    cut {cut}, boot {self.vm.start(PATIENCE):.0f} s")
            on_page(self.vm, "attract")
            self.vm.sh(f"cloud-shelfctl show item {self.item}")
            self.decoded("8-cut", self.item)
        assert status(self.vm)["bound"]
        assert "EXT4-fs error" not in self.vm.sh("dmesg")

    def test_hostile_pictures_cost_themselves_only(self):
        with open(f"{self.share}/hostile-address") as file:
            address, items = file.read().split()
        # A decoder's work is measured by the machine's own clock, however slowly this host emulates it: 500 million
        # instructions a second are less than the slowest unit's
        self.vm.stop()
        self.vm.instruction_ns = 2
        self.vm.start(HOSTILE_PATIENCE)
        until("kiosk", lambda: kiosk(self.vm), HOSTILE_PATIENCE, every=2)
        limit = int(self.vm.sh("systemctl show -P MemoryMax cloud-shelf"))
        assert limit == 384 << 20, "the service's own memory limit must be in effect"
        mount(self.vm)
        self.vm.sh(f"cloud-shelfctl unbind; cloud-shelfctl bind '{LINE}' --feed '{address}'")
        restarts = self.vm.sh("systemctl show -P NRestarts cloud-shelf").strip()
        group = "/sys/fs/cgroup" + self.vm.sh("systemctl show -P ControlGroup cloud-shelf").strip()
        inbox = "/var/lib/cloud-shelf/inbox"
        self.vm.sh(f"install -d -o cloud-shelf -g cloud-shelf {inbox}; cp /mnt/share/hostile {inbox}/part; "
                   f"chown cloud-shelf {inbox}/part; mv {inbox}/part {inbox}/hostile.csbundle")
        # Anonymous memory can't be reclaimed; it is sampled as often as the serial line permits
        anonymous = []

        # A bundle's round ends once each picture has thumbnails or is reported
        def taken():
            anonymous.append(int(self.vm.sh(f"awk '$1 == \"anon\" {{ print $2 }}' {group}/memory.stat")))
            last = ((kiosk(self.vm) or {}).get("sync") or {}).get("last") or {}
            return last.get("bundle") == "hostile.csbundle" and last
        done = until("end of the hostile bundle", taken, HOSTILE_PATIENCE, every=5)
        assert done["problem"] is None, done
        assert status(self.vm)["catalog"]["items"] == int(items)
        self.vm.sh("cloud-shelfctl show shelf")
        settled(self.vm, "shelf")
        for number in range(int(items)):
            self.vm.sh(f"cloud-shelfctl show item {600000000 + number}")
        assert self.vm.sh("systemctl show -P NRestarts cloud-shelf").strip() == restarts, "the kiosk has died"
        events = self.vm.sh(f"cat {group}/memory.events")
        assert re.search(r"^oom_kill 0$", events, re.M), events
        print(f"    peak of the group {int(self.vm.sh(f'cat {group}/memory.peak')) >> 20} of {limit >> 20} MiB "
              f"(with file pages; the largest without them in {len(anonymous)} samples "
              f"{max(anonymous) >> 20} MiB), not shown: {status(self.vm)['catalog']['pictures_missing']}")

    def test_remove_and_purge(self):
        self.vm.sh("dpkg -r cloud-shelf", timeout=PATIENCE)
        self.vm.sh("test -e /var/lib/cloud-shelf/binding.json && ! test -e /usr/bin/cloud-shelf")
        self.vm.sh("dpkg -P cloud-shelf", timeout=PATIENCE)
        left = self.vm.sh("ls -d /var/lib/cloud-shelf* /etc/cloud-shelf /var/cache/cloud-shelf 2>/dev/null; "
                          "find /etc /usr/lib/systemd -name '*cloud-shelf*'", check=False)[1].split()
        assert not left, left

    def test_answers_are_taken_once_and_a_console_in_use_is_left_alone(self):
        self.vm.sh("systemctl stop getty@tty1; systemd-run --unit=somebody -p StandardInput=tty -p TTYPath=/dev/tty1 sleep infinity")
        self.vm.sh(f"echo 'cloud-shelf cloud-shelf/chat_line string {LINE}' | debconf-set-selections")
        self.vm.sh("echo 'cloud-shelf cloud-shelf/pin password 4711' | debconf-set-selections")
        install(self.vm, "old.deb")
        assert self.vm.sh("systemctl is-active somebody").strip() == "active", "the console's owner must not be killed: it may be the installer"
        assert self.vm.sh("systemctl is-active cloud-shelf", check=False)[1].strip() == "inactive"
        now = status(self.vm)
        assert now["bound"] and now["pin_set"], now
        self.vm.sh("cloud-shelfctl unbind; systemctl stop somebody; systemctl start cloud-shelf")
        install(self.vm, "new.deb")
        on_page(self.vm, "setup")
        assert not status(self.vm)["bound"], "an update must not bind the unit"


def main():
    image, share, arch = *sys.argv[1:3], (sys.argv[3:] or ["amd64"])[0]
    vm = VM(image, run=f"target/vm/run-{arch}", arch=arch, share=os.path.abspath(share), size=(1080, 1920))
    vm.fresh_disk()
    tests = story.tests_of(Machine(vm, share))
    if arch != "amd64" or os.environ.get("SHORT"):
        # Only what an architecture or a build could break: another architecture is emulated twice as slowly
        tests = tests[:6]
    if only := os.environ.get("ONLY"):
        # The first test prepares the machine for the others
        tests = tests[:1] + [test for test in tests[1:] if any(part in test.__name__ for part in only.split(","))]
    return not story.run(vm, tests)


if __name__ == "__main__":
    sys.exit(main())
