# SPDX-License-Identifier: 0BSD
"""mmkit's memory subsystem seen by gdb: commands (mm-*) and pretty printers.

Everything here looks from outside: it reads the stopped kernel's memory and calls none of its
code, so that it works inside the allocator, after a panic and on damaged lists.

    source    what the kernel is compiled from: layouts from the debug information, #defines
    model     zones and mem_map as they are in memory now
    bootmem   the boot memory allocator, as long as it lives
    cache     caches; slab, slub and slob those of each back end
    check     the invariants of zones and free lists; check_caches those of caches, and check_slab,
              check_slub and check_slob those of each back end
    report    what the commands print
    commands  the commands; printers the pretty printers

Nothing is kept from one command to the next: the kernel may have run in between.
"""
