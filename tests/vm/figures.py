#!/usr/bin/env python3
"""figures.py IMAGE SHARE PROGRAMS: prints what a unit needs; not a test. Measures how long a unit starts, beside the
same start of PROGRAMS (a folder) under Xvfb on this machine; its memory with 200 items; and takes pictures of a
start, from the first to the shelf's own. SHARE has `old.deb` and gets `many/`."""
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from kiosk import LINE, PATIENCE, install, kiosk, on_page, settled
from vm import VM

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "script"))
from items import write_table  # noqa: E402

ITEMS, STARTS, SIZE = 200, 7, (1080, 1920)
# The package's own boot loader settings, with the panel as console
BOOT = "console=tty0 quiet loglevel=3 vt.global_cursor_default=0"
UNIT = "/sys/fs/cgroup/system.slice/cloud-shelf.service"


def here(programs, table):
    """Returns the seconds of an import, and of starts to the first frame, on this machine."""
    with tempfile.TemporaryDirectory() as place:
        env = {**os.environ, "CLOUD_SHELF_STATE": f"{place}/state"}
        ctl = lambda *words: subprocess.run([f"{programs}/cloud-shelfctl", *words], env=env, check=True, stdout=subprocess.DEVNULL)
        ctl("bind", LINE)
        since = time.monotonic()
        ctl("import", str(table), "--brand", "檐汀")
        imported = time.monotonic() - since
        read, write = os.pipe()
        screen = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "%dx%dx24" % SIZE, "-nolisten", "tcp"],
                                  pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as number:
            env["DISPLAY"] = ":" + number.readline().strip()
        env["NOTIFY_SOCKET"] = f"{place}/notify"
        told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        told.bind(env["NOTIFY_SOCKET"])
        starts = []
        for _ in range(STARTS):
            since = time.monotonic()
            program = subprocess.Popen([f"{programs}/cloud-shelf"], env=env, stderr=subprocess.DEVNULL)
            while b"READY=1" not in told.recv(4096):
                pass
            starts.append(time.monotonic() - since)
            program.terminate()
            program.wait()
        screen.terminate()
    return imported, starts


def there(vm):
    """Returns the same, measured on the unit."""
    since = time.monotonic()
    vm.sh("cloud-shelfctl import /mnt/share/many/table.csv --brand 檐汀 >/dev/null", timeout=PATIENCE)
    imported, starts = time.monotonic() - since, []
    for _ in range(STARTS):
        vm.sh("systemctl restart cloud-shelf", timeout=PATIENCE)
        begun, ready = (int(vm.sh(f"systemctl show -P {what}TimestampMonotonic cloud-shelf")) for what in ("ExecMainStart", "ActiveEnter"))
        starts.append((ready - begun) / 1e6)
    return imported, starts


def memory(vm, page):
    vm.sh(f"cloud-shelfctl show {page}")
    settled(vm, page) if page == "shelf" else on_page(vm, page)
    stat = dict(line.split() for line in vm.sh(f"cat {UNIT}/memory.stat").splitlines())
    mib = lambda number: int(number) / 2 ** 20
    pss = int(next(line for line in vm.sh("cat /proc/$(systemctl show -P MainPID cloud-shelf)/smaps_rollup").splitlines()
                   if line.startswith("Pss:")).split()[1]) / 1024
    total, free = (int(vm.sh(f"grep ^{name}: /proc/meminfo").split()[1]) / 1024 for name in ("MemTotal", "MemAvailable"))
    print(f"{page}: the service {mib(vm.sh(f'cat {UNIT}/memory.current')):.0f} MiB, at most {mib(vm.sh(f'cat {UNIT}/memory.peak')):.0f} "
          f"(its own {mib(stat['anon']):.0f}, shared memory {mib(stat['shmem']):.0f}, files {mib(stat['file']):.0f}); PSS {pss:.0f}; "
          f"the machine {total - free:.0f} of {total:.0f}", flush=True)


def film(vm):
    """Takes pictures of a start, one whenever the screen changes."""
    vm.append, last, up = BOOT, None, False
    boot = time.monotonic()
    vm.power_on()
    while time.monotonic() - boot < PATIENCE:
        path = vm.shot(f"{vm.run}/film.png")
        picture = pathlib.Path(path).read_bytes()
        if picture != last:
            last, name = picture, f"film-{(time.monotonic() - boot):05.1f}.png"
            pathlib.Path(vm.run, name).write_bytes(picture)
            print(f"    {name}", flush=True)
        if not up and vm.speaks():
            vm.wait_up()
            up = True
        # From here on the pages change the screen for ever
        if up and (kiosk(vm) or {"frames": 0})["frames"] > 30:
            return
        time.sleep(0.3)


def main():
    image, share, programs = sys.argv[1:]
    subprocess.run([HERE / "setup"], check=True)
    folder = pathlib.Path(share, "many")
    folder.mkdir(exist_ok=True)
    table = write_table(folder, ITEMS)
    vm = VM(image, run="target/vm/run-figures", share=os.path.abspath(share), size=SIZE)
    vm.fresh_disk()
    try:
        vm.start(PATIENCE)
        install(vm, "old.deb")
        on_page(vm, "setup")
        vm.sh(f"cloud-shelfctl bind '{LINE}'")
        slow, starts = there(vm)
        quick, own = here(programs, table)
        factor = slow / quick
        print(f"import of {ITEMS}: {slow:.1f} s, here {quick:.1f} s: {factor:.1f} times as slow")
        print(f"start to first frame: {statistics.median(starts):.2f} s ({min(starts):.2f} to {max(starts):.2f}); here "
              f"{statistics.median(own):.3f} s, times {factor:.1f}: {statistics.median(own) * factor:.2f} s")
        print("font caches that the kiosk made:", vm.sh("find /var/cache/cloud-shelf -type f | wc -l").strip())
        memory(vm, "attract")
        memory(vm, "shelf")
        memory(vm, "search")
        vm.stop()
        film(vm)
    finally:
        vm.stop()


if __name__ == "__main__":
    main()
