#!/usr/bin/env python3
"""image.py DEB ARCH SUITE: builds a bare Debian's disk with a package's dependencies, at most a week old, in
target/vm/SUITE-ARCH. Other tests add packages to images of their own."""
import hashlib
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def make(deb, arch="amd64", suite="trixie", name=None, extra=(), size="2G"):
    """Returns the image's directory; rebuilds the image if its ingredients have changed."""
    subprocess.run([f"{HERE}/setup", arch], check=True)
    listed = subprocess.run(["dpkg-deb", "-f", deb, "Depends"], check=True, capture_output=True, text=True).stdout
    depends = re.sub(r"\([^)]*\)|\|[^,]*| |\n", "", listed).split(",")
    extra = ",".join([*depends, "python3", *extra])
    out = f"target/vm/{name or suite}-{arch}"
    files = [f"{HERE}/mkimage.sh", *(f"{HERE}/guest/{file}" for file in sorted(os.listdir(f"{HERE}/guest")))]
    key = hashlib.sha256(b"".join(open(file, "rb").read() for file in files))
    key.update(f"{arch} {suite} {extra} {size} {time.strftime('%G-%V')}".encode())
    kept = f"{out}/key"
    if not os.path.exists(kept) or open(kept).read() != key.hexdigest():
        env = {**os.environ, "EXTRA": extra, "SIZE": size}
        run = subprocess.run([f"{HERE}/mkimage.sh", arch, suite, out], env=env, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if run.returncode:
            raise RuntimeError(f"no image: {run.stdout[-3000:]}")
        with open(kept, "w") as file:
            file.write(key.hexdigest())
    return out


if __name__ == "__main__":
    print(make(*sys.argv[1:4]))
