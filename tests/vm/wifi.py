#!/usr/bin/env python3
"""wifi.py DEB: Wi-Fi by touch on a unit with the real NetworkManager, radios of the kernel's mac80211_hwsim, and a
router (hostapd, dnsmasq) in a network namespace of its own. The network page finds the router, a wrong pass phrase is
reported and not saved, the right one joins, a hidden network is joined by its name, and both are known after a
restart. Builds an image of its own; needs root."""
import os
import shutil
import sys

import image
import story
from kiosk import install, on_page, touch, until
from vm import VM

# No letter twice in a row: two quick touches of one place count as one, since panels bounce
NAME, HIDDEN = "mall-5g", "backstage"
PHRASE = "shop-2026/window"
EXTRA = ["network-manager", "polkitd", "wpasupplicant", "hostapd", "dnsmasq-base", "iproute2", "iw"]

# Positions at 1080x1920; those below the facts of the network page are for one fact and move down with each
# more
NETWORK, SCAN, HIDDEN_BUTTON, FIRST, CONFIRM = (921, 742), (738, 340), (945, 340), (400, 446), (996, 1127)
LINE = 46
# Beside the button's text
HIDDEN_BUTTON_EDGE = (872, 340)
ROWS = [("1234567890", 54, 1380), ("qwertyuiop", 54, 1492), ("asdfghjkl", 112, 1604), ("zxcvbnm", 220, 1716), ("-_/", 220, 1828)]
STEP = 106

ROUTER = f"""
set -e
modprobe mac80211_hwsim radios=3
ip netns add router
for phy in 1 2; do iw phy "$(iw dev wlan$phy info | awk '/wiphy/ {{ print "phy" $2 }}')" set netns name router; done
printf 'interface=wlan1\\nssid={NAME}\\nhw_mode=g\\nchannel=1\\nwpa=2\\nwpa_key_mgmt=WPA-PSK\\nrsn_pairwise=CCMP\\nwpa_passphrase={PHRASE}\\n' >/run/open.conf
printf 'interface=wlan2\\nssid={HIDDEN}\\nignore_broadcast_ssid=1\\nhw_mode=g\\nchannel=6\\nwpa=2\\nwpa_key_mgmt=WPA-PSK\\nrsn_pairwise=CCMP\\nwpa_passphrase={PHRASE}\\n' >/run/hidden.conf
in_router() {{ ip netns exec router "$@"; }}
in_router ip link set lo up
in_router ip address add 192.168.7.1/24 dev wlan1
in_router ip address add 192.168.8.1/24 dev wlan2
in_router hostapd -B /run/open.conf /run/hidden.conf
in_router dnsmasq --port=0 --interface=wlan1,wlan2 --dhcp-range=192.168.7.10,192.168.7.99 --dhcp-range=192.168.8.10,192.168.8.99 --dhcp-leasefile=/run/leases
"""


class Wifi:
    def __init__(self, vm):
        self.vm = vm

    def shot(self, name):
        return self.vm.shot(f"{self.vm.run}/{name}.png")

    def settled(self, name):
        """Returns the screen's picture once two in a row are equal."""
        last = [None]

        def alike():
            with open(self.shot(name), "rb") as file:
                before, last[0] = last[0], file.read()
            return before == last[0]
        until("still screen", alike)

    def tap(self, place):
        touch(self.vm, place)
        self.settled("last")

    def type(self, text):
        for letter in text:
            row, left, y = next(row for row in ROWS if letter in row[0])
            touch(self.vm, (left + STEP * row.index(letter), y))

    def white(self, place):
        return self.vm.pixel(*place) == (255, 255, 255)

    def active(self):
        return self.vm.sh("nmcli -t -f NAME connection show --active").split()

    def known(self):
        said = self.vm.sh("nmcli -t -f NAME,TYPE connection show").split("\n")
        return sorted(line.partition(":")[0] for line in said if line.endswith("wireless"))

    def joined(self, name, net, shot, known):
        until("join", lambda: name in self.active())
        until("address", lambda: net in self.vm.sh("ip -4 address show dev wlan0"))
        self.settled(shot)
        assert self.known() == sorted(known), self.known()

    # -- the tests, in order -------------------------------------------------
    def test_a_router_is_in_the_air(self):
        install(self.vm, "cloud-shelf.deb")
        on_page(self.vm, "setup")
        self.vm.sh("systemctl restart NetworkManager polkit")
        self.vm.sh(ROUTER)
        until("radio", lambda: "wifi" in self.vm.sh("nmcli -t -f TYPE device"))

    def test_the_page_lists_what_is_in_the_air(self):
        self.settled("1-setup")
        self.tap(NETWORK)
        self.settled("2-network")
        until("network in the list", lambda: NAME in self.vm.sh("nmcli -t -f SSID device wifi list --rescan yes"))
        # The page polls every three seconds
        until("fact and row on the page", lambda: self.white(FIRST))
        self.tap(SCAN)
        self.settled("3-scanned")

    def test_a_wrong_pass_phrase_is_said_and_not_kept(self):
        self.tap(FIRST)
        self.settled("4-keyboard")
        self.type("not-the-right-one")
        self.settled("4-typed")
        self.tap(CONFIRM)
        until("end of the try", lambda: "the pass phrase is wrong" in self.vm.sh("journalctl -u cloud-shelf --no-pager"))
        # The failure is shown, and the page no longer says that it is joining
        until("buttons", lambda: self.white(HIDDEN_BUTTON_EDGE))
        self.settled("5-wrong")
        assert self.known() == [], self.known()

    def test_the_right_one_joins(self):
        self.tap(FIRST)
        self.type(PHRASE)
        self.tap(CONFIRM)
        self.joined(NAME, "192.168.7.", "6-joined", [NAME])

    def test_a_hidden_one_is_joined_by_its_name(self):
        # The unit has a gateway now, so gateway and internet are two more facts
        lower = lambda place: (place[0], place[1] + 2 * LINE)
        until("two facts more", lambda: self.white(lower(HIDDEN_BUTTON_EDGE)) and not self.white(HIDDEN_BUTTON_EDGE))
        self.tap(lower(HIDDEN_BUTTON))
        self.type(HIDDEN)
        self.tap(CONFIRM)
        self.type(PHRASE)
        self.tap(CONFIRM)
        self.joined(HIDDEN, "192.168.8.", "7-hidden", [NAME, HIDDEN])

    def test_no_pass_phrase_is_seen(self):
        assert PHRASE not in self.vm.sh("journalctl --no-pager")
        assert self.vm.sh("find /var/lib/cloud-shelf /var/cache/cloud-shelf /etc/cloud-shelf -type f").strip()
        assert self.vm.sh(f"grep -rl {PHRASE} /var/lib/cloud-shelf /var/cache/cloud-shelf /etc/cloud-shelf", check=False)[0] == 1
        # Exit code 3: not bound yet
        code, status = self.vm.sh("cloud-shelfctl status", check=False)
        assert code == 3 and PHRASE not in status, (code, status)

    def test_it_is_joined_again_after_networkmanager_started_anew(self):
        self.vm.sh("systemctl restart NetworkManager")
        until("join", lambda: {NAME, HIDDEN} & set(self.active()))
        self.settled("8-again")


def main():
    deb, = sys.argv[1:]
    share = os.path.abspath("target/vm/share-wifi")
    os.makedirs(share, exist_ok=True)
    shutil.copy(deb, f"{share}/cloud-shelf.deb")
    vm = VM(image.make(deb, name="wifi", extra=EXTRA), run="target/vm/run-wifi", share=share, size=(1080, 1920))
    vm.fresh_disk()
    return not story.run(vm, story.tests_of(Wifi(vm)))


if __name__ == "__main__":
    sys.exit(main())
