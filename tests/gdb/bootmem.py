# SPDX-License-Identifier: 0BSD
"""mm-bootmem at stops from the reset on, against the kernel's own picture of the bits. Then break
each invariant of bootmem while it lives: mm-check must name it, and so must the kernel's own
checker. The machine has two nodes, so there are two pieces.
"""

import functools
import re

import gdb

from harness import Failed, case, command, end, error_of, expect, kernel_says, run_to

LOW, HIGH = "bdata_list", "bdata_list->next"


def number(expression):
    return int(gdb.parse_and_eval(f"(unsigned long)({expression})"))


class Patient:
    """The pieces, changed so that they can be healed."""

    def __init__(self):
        self.undo = []

    def set(self, place, value):
        """Assign to an lvalue of C of four bytes."""
        address = number(f"&({place})")
        self.undo.append((address, bytes(gdb.selected_inferior().read_memory(address, 4))))
        gdb.selected_inferior().write_memory(address, value.to_bytes(4, "little"))

    def heal(self):
        for address, old in reversed(self.undo):
            gdb.selected_inferior().write_memory(address, old)

    def clear_bit(self, piece, bit):
        word = f"{piece}->node_bootmem_map[{bit // 32}]"
        self.set(word, number(word) & ~(1 << bit % 32) & 0xFFFFFFFF)


def bitmaps_page(it):
    """Of the upper piece, whose bitmap lies in its own memory."""
    it.set(f"{HIGH}->hint_idx", number(f"{HIGH}->hint_goal"))  # which may have been above it
    pfn = (number(f"{HIGH}->node_bootmem_map") - 0xC0000000) >> 12
    it.clear_bit(HIGH, pfn - number(f"{HIGH}->node_min_pfn"))


def last_page(it):
    it.set(f"{LOW}->last_offset", 100)
    it.set(f"{LOW}->last_pos", number(f"{LOW}->node_low_pfn"))


def last_offset(it):
    it.set(f"{LOW}->last_pos", 0)
    it.set(f"{LOW}->last_offset", 4096)


def hint(it):
    it.set(f"{HIGH}->hint_goal", 0)
    it.set(f"{HIGH}->hint_idx", number(f"{HIGH}->node_low_pfn - {HIGH}->node_min_pfn"))


def bits_behind_the_end(it):
    """The last page of the upper piece is free, and no longer its own."""
    it.set(f"{HIGH}->node_low_pfn", number(f"{HIGH}->node_low_pfn") - 1)


def order(it):
    it.set(f"{HIGH}->node_min_pfn", number(f"{LOW}->node_low_pfn") - 1)


def first_piece(it):
    it.set("node_data[0].bdata", number(HIGH))


DAMAGES = (("B1", bitmaps_page), ("B2", last_page), ("B3", last_offset), ("B4", hint),
           ("B5", bits_behind_the_end), ("B6", order), ("B7", first_piece))


def named(lines):
    """The invariants of bootmem that a report names."""
    return {match[1] for line in lines if (match := re.match(r"(B\d+): ", line))}


def inflict(wanted, function):
    patient = Patient()
    try:
        function(patient)
        lines = command("mm-check")
        theirs = named(kernel_says("cmd_check(&console_out, 1, 0)"))
    finally:
        patient.heal()
    expect(named(lines), {wanted}, "named by mm-check")
    expect({line[:2] for line in lines if re.match(r"B\d +\(bootmem\) ", line)}, {wanted},
           "explained by mm-check")
    if wanted not in theirs:
        raise Failed(f"the kernel named {theirs}, not {wanted}")


def says(text):
    """mm-bootmem has no bitmap, and says why in one line."""
    lines = command("mm-bootmem")
    expect((len(lines), lines[0].split(",")[0]), (1, text), "says")


def bits():
    """The whole, and single bits of both pieces and of what lies behind them."""
    expect(command("mm-bootmem"), kernel_says("bitmap_picture_show(&console_out)"), "the whole")
    border = number(f"{HIGH}->node_min_pfn")
    for start, end_pfn in ((0, 256), (border - 70, border + 5), (border + 900, 1 << 20)):
        theirs = kernel_says(f"bitmap_picture_show_pages(&console_out, {start}, {end_pfn})")
        expect(command(f"mm-bootmem {start}-{end_pfn - 1}"), theirs, f"pages from {start}")


def bits_after_a_request(requests):
    """When the next few allocations are through."""
    before = command("mm-bootmem")
    for _ in range(requests):
        run_to("alloc_core")
        gdb.execute("finish", to_string=True)
    expect(command("mm-bootmem") != before, True, "changed")
    expect(any("U" in line for line in command("mm-bootmem")), True, "used")
    bits()


def bad_ranges():
    for argument, why in (("5", "no range"), ("2-1", "no range"), ("a-b", "no number"),
                          ("0xf0000-0xf0001", "no page from 0xf0000 to 0xf0001 has a bit")):
        error = error_of(f"mm-bootmem {argument}")
        expect((why in error, error.count("\n")), (True, 0), error)


def retired():
    pages = number("bootmem_released_pages")
    expect(command("mm-bootmem")[0].startswith(
        f"bootmem is retired: it gave {pages} pages to the buddy allocator"), True, "retired")


def nothing_is_wrong():
    lines = command("mm-check")
    if not lines[-1].startswith("all invariants hold"):
        raise Failed(lines[0])


def main():
    case("at_reset", lambda: says("bootmem has not begun"))
    run_to("setup_bootmem")
    case("before_init_bootmem", lambda: says("bootmem has not begun"))
    run_to("free_bootmem")
    case("all_reserved", bits)
    run_to("paging_init")
    case("ram_is_free", bits)
    for requests in (1, 1, 4):
        case(f"after_{requests}_more", functools.partial(bits_after_a_request, requests))
    case("bad_ranges", bad_ranges)
    run_to("retire_bootmem")
    case("bits", bits)
    case("before", nothing_is_wrong)
    for wanted, function in DAMAGES:
        case(f"{wanted}.{function.__name__}", functools.partial(inflict, wanted, function))
    case("healed", nothing_is_wrong)
    run_to("kmem_cache_init")
    case("retired", retired)
    end()


main()
