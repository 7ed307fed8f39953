# SPDX-License-Identifier: 0BSD
"""Inside gdb: run cases against the kernel that scripts/test/gdb-test started and stopped at reset.

Each case prints `ok NAME` or `not ok NAME: why`; `end` is printed when the file came to its end.
"""

import os
import traceback

import gdb

SERIAL = os.environ["GDB_TEST_SERIAL"]  # the file that the kernel's serial line goes to


class Failed(Exception):
    """A case did not find what it expected."""


def expect(actual, expected, what):
    if actual != expected:
        raise Failed(f"{what}: expected {expected!r}, got {actual!r}")


def case(name, run):
    """Run one case; a failure does not keep the next one from running."""
    try:
        run()
    except (Failed, gdb.error) as error:
        gdb.write(f"not ok {name}: {error}\n")
    except Exception:
        gdb.write(f"not ok {name}: {traceback.format_exc().splitlines()[-1]}\n")
        gdb.write("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()))
    else:
        gdb.write(f"ok {name}\n")


def end():
    gdb.write("end\n")


def run_to(function):
    """Let the kernel run until the function is called."""
    gdb.Breakpoint(function, temporary=True)
    gdb.execute("continue", to_string=True)
    expect(gdb.selected_frame().name(), function, "stopped in")


def command(text):
    """What a command prints, as lines."""
    return gdb.execute(text, to_string=True).splitlines()


def error_of(text):
    """The message with which the command refuses."""
    try:
        gdb.execute(text, to_string=True)
    except gdb.error as error:
        return str(error)
    raise Failed(f"{text} did not fail")


def kernel_says(call):
    """What the kernel prints when it runs the function call at this stop, as lines."""
    before = os.path.getsize(SERIAL)
    gdb.execute(f"call (void){call}", to_string=True)
    with open(SERIAL, "rb") as serial:
        serial.seek(before)
        return serial.read().decode("latin-1").replace("\r", "").splitlines()
