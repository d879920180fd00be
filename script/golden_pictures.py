"""Where the pictures are that screen/tests hold the pages against, and those that the last review drew."""
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
KEPT = ROOT / "screen/tests/golden"
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
REVIEW = (ROOT / TARGET / "goldens").resolve()
FOUND = REVIEW / "found"


def names(folder):
    return {str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.png")}


def problem_file(name):
    return REVIEW / "problem" / (name + ".txt")


def problem(name):
    """Returns how a drawn picture differs from the accepted one; None if it does not."""
    path = problem_file(name)
    return path.read_text() if path.exists() else None


def differing():
    """Returns the names of the drawn pictures that differ, and of accepted ones that no page draws any more."""
    found = names(FOUND)
    return {name for name in found if problem(name) is not None}, names(KEPT) - found
