"""Runs tests on one machine, each continuing from the one before."""
import time
import traceback

from kiosk import PATIENCE


def tests_of(story):
    return [getattr(story, name) for name in type(story).__dict__ if name.startswith("test_")]


def run(vm, tests):
    """Returns whether all passed; stops at the first failure, since later tests build on earlier ones."""
    passed = 0
    try:
        print(f"boot {vm.start(PATIENCE):.1f} s, {vm.accel()}", flush=True)
        for test in tests:
            since = time.monotonic()
            try:
                test()
            except Exception:
                traceback.print_exc()
                vm.shot(f"{vm.run}/failed-{test.__name__}.png")
                print(vm.sh("journalctl -u 'cloud-shelf*' -n 40 --no-pager", check=False)[1])
                print(f"FAIL {test.__name__}")
                break
            passed += 1
            print(f"ok   {test.__name__} {time.monotonic() - since:.1f} s", flush=True)
    finally:
        vm.stop()
    print(f"{passed} passed, {len(tests) - passed} failed")
    return passed == len(tests)
