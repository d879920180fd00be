#!/usr/bin/env python3
"""updates.py IMAGE SHARE: a selling unit is updated by its own service from a signed repository, to a version that
works, to versions that exit at once, say nothing, or never draw, and to one with a wrong signature; and the power
fails during an update. SHARE has `old.deb` and `table/`, and gets `updates/`. Root's gpg is not touched."""
import json
import os
import shutil
import subprocess
import sys

import story
from kiosk import LINE, PATIENCE, install, on_page, status, until
from vm import VM

HERE = os.path.dirname(os.path.abspath(__file__))
UPDATES = "/var/lib/cloud-shelf-update"
SOURCE = """Types: deb
URIs: http://127.0.0.1:8000/
Suites: stable
Components: main
Signed-By: /usr/share/keyrings/cloud-shelf.gpg
"""
# A broken version whose kiosk does not work while its command still does: the worst that must still be rolled
# back
BROKEN = """
mkdir -p "$ROOT/usr/lib/cloud-shelf"
mv "$ROOT/usr/bin/cloud-shelf" "$ROOT/usr/lib/cloud-shelf/cloud-shelf"
ln -s cloud-shelf "$ROOT/usr/lib/cloud-shelf/cloud-shelfctl"
printf '#!/bin/sh\\ncase $0 in *ctl) exec /usr/lib/cloud-shelf/cloud-shelfctl "$@" ;; esac\\n%s\\n' "$DOES" >"$ROOT/usr/bin/cloud-shelf"
chmod 755 "$ROOT/usr/bin/cloud-shelf"
"""


class Operator:
    """Builds versions, and ships them with the script that operators use."""

    def __init__(self, deb, share):
        self.deb, self.repo, self.work = deb, f"{share}/updates", f"{share}/operator"
        for folder in (self.repo, self.work):
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
        os.makedirs(f"{self.work}/gnupg", mode=0o700)
        self.env = {**os.environ, "GNUPGHOME": f"{self.work}/gnupg", "PHASED": "100"}
        self.right, self.wrong = (self.key(f"{name}@example.com") for name in ("right", "wrong"))

    def key(self, name):
        gpg = ["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback"]
        subprocess.run([*gpg, "--passphrase", "", "--quick-gen-key", name, "ed25519", "sign", "never"], env=self.env, check=True)
        listed = subprocess.run([*gpg, "--with-colons", "--list-secret-keys", name], env=self.env, check=True, capture_output=True, text=True)
        return next(line.split(":")[9] for line in listed.stdout.splitlines() if line.startswith("fpr"))

    def version(self, revision, does=None):
        """Builds a package of the same program, whose kiosk may do something else."""
        out = f"{self.work}/cloud-shelf_0.1.0-{revision}_amd64.deb"
        words = [f"{HERE}/repack", self.deb, f"0.1.0-{revision}", out] + ([BROKEN] if does else [])
        subprocess.run(words, env={**self.env, "DOES": does or ""}, check=True)
        return out

    def ship(self, *packages, key=None):
        subprocess.run([f"{HERE}/../../script/apt-repo", self.repo, key or self.right, *packages],
                       env=self.env, check=True, stdout=subprocess.DEVNULL)


class Updates:
    def __init__(self, vm, deb, share):
        self.vm, self.deb, self.share = vm, deb, share
        self.operator = Operator(deb, share)
        self.nights = 0

    def installed(self):
        return self.vm.sh("dpkg-query -W -f '${Version} ${db:Status-Status}' cloud-shelf")

    def ledger(self):
        return json.loads(self.vm.sh(f"cat {UPDATES}/state.json 2>/dev/null || echo '{{}}'"))

    def night(self):
        self.night_falls()
        self.ended()

    def night_falls(self):
        """Sets the clock past two o'clock of the next night in China, and runs the timer's service."""
        self.nights += 1
        # Nothing new begins in the first five minutes after the start: pretend that they are over
        self.vm.sh("mountpoint -q /proc/uptime || { echo 600.00 600.00 >/run/uptime && mount --bind /run/uptime /proc/uptime; }")
        self.vm.sh(f"date -u -s '2027-01-0{self.nights} 18:10:00' && systemctl reset-failed cloud-shelf-update.service; "
                   "systemctl start --no-block cloud-shelf-update.service")

    def ended(self, patience=900):
        self.vm.sh("udevadm settle", check=False)
        until("end of the update", lambda: self.vm.sh(
            "systemctl is-active cloud-shelf-update.service", check=False)[1].strip() in ("inactive", "failed"), patience)

    def sells(self):
        on_page(self.vm, "attract")
        assert status(self.vm)["catalog"]["items"] == 40
        until("service that is up", lambda: self.vm.sh("systemctl is-active cloud-shelf", check=False)[0] == 0)

    # -- the tests, in order -------------------------------------------------
    def test_a_unit_sells(self):
        install(self.vm, "old.deb")
        on_page(self.vm, "setup")
        self.vm.sh(f"cloud-shelfctl bind '{LINE}'")
        self.vm.sh("cloud-shelfctl import /mnt/share/table/demo.xlsx --brand 启赋", timeout=PATIENCE)
        self.sells()
        # The test sets the hours and starts the updates itself: on a slow machine, timers would cut at other
        # moments
        self.vm.sh("systemctl disable --now cloud-shelf-update.timer cloud-shelf-update-resume.timer && sync; timedatectl set-ntp false 2>/dev/null || true")
        # The service's own command, with a fifth of the patience and of the time in which a new version must
        # work
        self.vm.sh("cd /etc/systemd/system && mkdir cloud-shelf-update.service.d && "
                   "systemctl cat cloud-shelf-update.service | sed -n '/^ExecStart=/ s/ --scheduled/& --patience 60/p' "
                   "| sed '1i [Service]\\nExecStart=' >cloud-shelf-update.service.d/test.conf && "
                   "grep -q 'patience 60' cloud-shelf-update.service.d/test.conf && systemctl daemon-reload")
        self.operator.ship(self.deb)
        self.vm.sh(f"cp /mnt/share/updates/cloud-shelf.gpg /usr/share/keyrings/ && printf '{SOURCE}' >/etc/apt/sources.list.d/cloud-shelf.sources")
        self.serve()

    def serve(self):
        self.vm.sh("mountpoint -q /mnt/share || { mkdir -p /mnt/share; mount -t 9p -o trans=virtio,version=9p2000.L,ro share /mnt/share; }; "
                   "systemctl is-active -q repository || systemd-run -q --unit=repository python3 -m http.server -b 127.0.0.1 -d /mnt/share/updates 8000")
        until("repository", lambda: self.vm.sh("grep -q :1F40 /proc/net/tcp", check=False)[0] == 0)

    def test_a_version_that_works_is_installed_and_stays(self):
        self.operator.ship(self.operator.version(1))
        before = self.vm.sh("systemctl show -P MainPID cloud-shelf")
        self.night()
        assert self.installed() == "0.1.0-1 installed", self.installed()
        assert self.vm.sh("systemctl show -P MainPID cloud-shelf") != before, "the old program is still running"
        ledger = self.ledger()
        assert ledger["phase"]["phase"] == "idle" and not ledger["failure"], ledger
        assert ledger["good"]["version"] == "0.1.0-1", ledger
        self.sells()

    def gone_back(self, revision, code):
        """Asserts that the working version is back and this one is refused for ever."""
        assert self.installed() == "0.1.0-1 installed", self.installed()
        ledger = self.ledger()
        assert ledger["phase"]["phase"] == "idle", ledger
        assert {"version": f"0.1.0-{revision}", "code": code} in [
            {key: refused[key] for key in ("version", "code")} for refused in ledger["refused"]], ledger
        assert ledger["failure"]["code"] == code, ledger
        assert code in self.vm.sh("cloud-shelfctl status --json")
        self.sells()

    def put_back(self, revision, does, code):
        self.operator.ship(self.operator.version(revision, does))
        self.night()
        self.gone_back(revision, code)

    def test_one_that_ends_at_once_is_put_back(self):
        self.put_back(2, "exit 1", "update_not_running")

    def test_it_is_not_tried_again(self):
        self.night()
        self.gone_back(2, "update_not_running")
        assert self.vm.sh("grep -c ' install cloud-shelf\\| upgrade cloud-shelf:amd64 0.1.0-1 0.1.0-2' /var/log/dpkg.log").strip() == "2"

    def test_one_that_says_nothing_is_put_back(self):
        self.put_back(3, "exec sleep 100000", "update_not_running")

    def test_one_that_runs_and_never_draws_is_put_back(self):
        # Another Slint backend, none of whose frames is counted by the kiosk
        self.put_back(4, "SLINT_BACKEND=linuxkms exec /usr/lib/cloud-shelf/cloud-shelf", "update_nothing_drawn")

    def phase(self):
        return self.ledger().get("phase", {}).get("phase")

    def cut(self, phase):
        """Cuts the power in a phase; the clock continues where it was."""
        until(phase, lambda: self.phase() == phase or None)
        self.vm.power_cut()
        self.vm.extra += ["-rtc", f"base=2027-01-0{self.nights}T18:20:00"]
        print(f"    cut while it is {phase}; boot {self.vm.start(PATIENCE):.0f} s")
        self.serve()

    def test_power_cuts_alone_put_nothing_back(self):
        self.operator.ship(self.operator.version(5))
        # Like cloud-shelf-update-resume.timer, a minute after each start
        go_on = "systemctl start --no-block cloud-shelf-update.service"
        self.night_falls()
        self.cut("installing")
        self.vm.sh(go_on)
        self.cut("unproven")
        # The version is still unproven, and the next cut comes before it can be proven
        self.cut("unproven")
        self.vm.sh(go_on)
        self.ended()
        assert self.installed() == "0.1.0-5 installed", self.installed()
        ledger = self.ledger()
        assert self.phase() == "idle" and ledger["good"]["version"] == "0.1.0-5", ledger
        assert not any(refused["version"] == "0.1.0-5" for refused in ledger["refused"]), ledger
        self.sells()

    def test_a_wrong_signature_changes_nothing(self):
        self.sells()
        before = self.vm.sh("systemctl show -P MainPID cloud-shelf")
        self.operator.ship(self.operator.version(6), key=self.operator.wrong)
        self.night()
        assert self.installed() == "0.1.0-5 installed", self.installed()
        ledger = self.ledger()
        assert ledger["failure"]["code"] == "update_bad_signature", ledger
        assert self.phase() == "idle", ledger
        assert "update_bad_signature" in self.vm.sh("cloud-shelfctl status --json")
        assert self.vm.sh("systemctl show -P MainPID cloud-shelf") == before, "the kiosk was restarted"
        self.sells()
        self.vm.shot(f"{self.vm.run}/9-updated.png")


def main():
    image, share = sys.argv[1:]
    vm = VM(image, run="target/vm/run-updates", share=os.path.abspath(share))
    vm.fresh_disk()
    return not story.run(vm, story.tests_of(Updates(vm, f"{share}/old.deb", os.path.abspath(share))))


if __name__ == "__main__":
    sys.exit(main())
