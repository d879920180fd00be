"""A USB stick as people have them: one partition, FAT."""
import os
import subprocess

FIRST = 2048  # sectors before the partition


class Stick:
    def __init__(self, vm, name, files, size="64M"):
        """`files` maps names in the top folder to bytes, or to the path of a file."""
        self.vm, self.name, self.path = vm, name, os.path.abspath(f"{vm.run}/{name}.img")
        subprocess.run(["truncate", "-s", "0", self.path], check=True)
        subprocess.run(["truncate", "-s", size, self.path], check=True)
        subprocess.run(["sfdisk", "-q", self.path], input=f"label: dos\nstart={FIRST}, type=c\n", text=True, check=True)
        subprocess.run(["mkfs.vfat", "-n", "STICK", "--offset", str(FIRST), self.path], check=True, stdout=subprocess.DEVNULL)
        for name, content in files.items():
            source = content if isinstance(content, str) else "-"
            subprocess.run(["mcopy", "-i", f"{self.path}@@{FIRST * 512}", source, f"::{name}"],
                           input=None if source == content else content, check=True)

    def plug(self):
        # Read-only in QEMU, too, so that the image is the same each time it is plugged in
        self.vm.qmp("blockdev-add", driver="raw", **{"node-name": self.name, "read-only": True},
                    file={"driver": "file", "filename": self.path})
        self.vm.qmp("device_add", driver="usb-storage", bus="usb.0", id=f"usb-{self.name}", drive=self.name)

    def pull(self):
        self.vm.qmp("device_del", id=f"usb-{self.name}")
        self.vm.gone(f"usb-{self.name}")
        self.vm.qmp("blockdev-del", **{"node-name": self.name})
