# SPDX-License-Identifier: 0BSD
"""The commands at one stop against what the kernel itself reports there."""

import re

import gdb

from harness import (Failed, case, command, end, error_of, expect, kernel_says,
                     run_to)
from mmkit.gdb.model import Memory

COMMANDS = ("mm-zones", "mm-buddy", "mm-pcp", "mm-page 0", "mm-object 0xc0000000",
            "mm-slab", "mm-vmalloc", "mm-check")
ALL = ("mm-bootmem", *COMMANDS)  # this one needs no mem_map


def refuses_all(reason, names=COMMANDS):
    for name in names:
        message = error_of(name)
        if "\n" in message or reason not in message:
            raise Failed(f"{name}: {message!r}")


def works_before_the_caches():
    expect(command("mm-check")[0].split(":")[0], "all invariants hold", "mm-check")
    expect("no slab cache" in error_of("mm-slab"), True, "mm-slab refuses")


def says_that_a_zone_is_locked():
    expect("is locked: the kernel stopped in the middle of" in command("mm-check")[0], True, "said")


def zones():
    """Every line of mm-zones is one of zoneinfo, in the same order."""
    ours = command("mm-zones")
    theirs = kernel_says("zoneinfo_show(&console_out)")
    expect(ours, [line for line in theirs if line in ours], "zoneinfo")
    expect(sum("pages free" in line for line in theirs), len(Memory().zones), "zones")


def buddy():
    theirs = [line.split() for line in kernel_says("buddyinfo_show(&console_out)")]
    ours = [line.split() for line in command("mm-buddy")]
    expect(ours[0::2], theirs, "walked")
    expect([words[1:] for words in ours[1::2]], [words[4:] for words in theirs], "nr_free")


def pcp():
    """As many pages as zoneinfo counts, each of them free in a list."""
    counts = [int(line.split()[1]) for line in kernel_says("zoneinfo_show(&console_out)")
              if "count:" in line]
    ours = command("mm-pcp")
    expect([int(re.search(r": (\d+) pages", line)[1]) for line in ours if "CPU" in line], counts,
           "count")
    pfns = [int(pfn) for line in ours if ": pfn" in line
            for pfn in line.partition(": pfn ")[2].split()]
    blocks = [int(order) for line in ours for order in re.findall(r"block of order (\d+)", line)]
    expect(len(set(pfns)) + sum((1 << order) - 1 for order in blocks), sum(counts), "pages listed")
    for pfn in pfns[:3]:
        expect("free, in a per-CPU list" in command(f"mm-page {pfn}")[1], True, f"pfn {pfn}")


def slabs():
    """Name, active objects, objects, size, per slab, pages, active slabs, slabs."""
    theirs = [re.findall(r"[^\s:]+", line) for line in kernel_says("slabinfo_show(&console_out)")]
    theirs = [words[:6] + words[11:13] for words in theirs if words[6:7] == ["tunables"]]
    ours = [line.split()[:8] for line in command("mm-slab")[1:]]
    expect(ours, theirs, "slabinfo")


def slabs_of_each_cache():
    """What mm-slab says about a single cache adds up to what the table says."""
    for line in command("mm-slab")[1:]:
        name, active, _, _, _, _, _, total = line.split()[:8]
        if Memory().back_end == "slob":
            objects_of_a_cache(name, int(active))
            continue
        found = [line for line in command(f"mm-slab {name}") if line.startswith("  slab 0x")]
        used = [int(re.search(r"(\d+) of \d+ in use", line)[1]) for line in found]
        expect((len(found), sum(used)), (int(total), int(active)), f"slabs and objects of {name}")
        for line, count in zip(found, used):
            listed = re.findall(r" (\d+)(?:-(\d+))?", line.partition("in use:")[2])
            expect(sum(int(last or first) - int(first) + 1 for first, last in listed), count,
                   f"numbers of objects in: {line}")


def objects_of_a_cache(name, active):
    """Without slabs: in the pages that it shares, and in blocks of its own."""
    lines = command(f"mm-slab {name}")[1:]
    used = sum(int(re.search(r"(\d+) of \d+ in use are its", line)[1]) for line in lines
               if line.startswith("  page"))
    expect(used + len(blocks_in(lines)), active, f"objects of {name}")


def blocks_in(lines):
    return [line for line in lines if line.startswith("  block of")]


def interesting_pages(memory):
    """One page for each value of flags and count that there is, and one of each slab."""
    seen = {}
    for number, backed in enumerate(memory.backed):
        if backed:
            block = memory.blocks[number]
            for index, state in enumerate(zip(block.flags, block.count)):
                seen.setdefault(state, number * memory.block_pages + index)
    slabs = [slab.first_pfn(memory) for cache in memory.walk_caches()[0]
             for _, slab in cache.slabs()]
    return [*seen.values(), *slabs]


def facts(lines):
    """What page_show() and mm-page must agree about."""
    text = "\n".join(lines)
    patterns = (r"flags (0x[0-9a-f]+)", r"count (-?\d+)", r"(node \d+, zone \w+)",
                r"phys (0x[0-9a-f]+)",
                r"(reserved|slab|free, in a per-CPU list|"
                r"(?:free, |allocated, )first page of a block|inside a block)$",
                r"block: (pfn \d+, order \d+, .*)", r"cache: ([^ ,\n]+)")
    return [match[1] if (match := re.search(pattern, text, re.MULTILINE)) else None
            for pattern in patterns]


def pages():
    for pfn in interesting_pages(Memory()):
        expect(facts(command(f"mm-page {pfn}")),
               facts(kernel_says(f"page_show(&console_out, {pfn})")), f"page {pfn}")


def page_by_address():
    """A struct page, an address in the direct map, an object of a cache, and what is none."""
    memory = Memory()
    expect(command(f"mm-page (struct page *){memory.page_address(0):#x} + 300"),
           command("mm-page 300"), "struct page")
    direct_map = memory.constants.PAGE_OFFSET
    expect(command(f"mm-page {direct_map + 0x123456:#x}"), command("mm-page 0x123"), "direct map")
    at = value_of("kcalloc(1, 100, 0xcc0)")
    expect(command(f"mm-page {at + 5}")[-1].split(" at ")[1],
           f"{at:#x}, in use; {at + 5:#x} is 5 into it", "object")
    gdb.execute(f"call krealloc({at:#x}, 0, 0xcc0)", to_string=True)
    end_of_mem_map = memory.page_address(memory.constants.MAX_PFN_LIMIT)
    for nothing in ("0x90000000", "0xfffff000", f"{end_of_mem_map:#x}"):
        expect("no page frame" in error_of(f"mm-page {nothing}"), True, nothing)
    for bad, why in (("foo", "is no number: No symbol"), ("1 2", "is no number: A syntax error"),
                     ("99999999999", "is no number of 32 bits"), ("node_data[0]", "no number")):
        error = error_of(f"mm-page {bad}")
        expect((error.startswith(f'"{bad}" is '), why in error, error.count("\n")),
               (True, True, 0), error)
    expect(command("mm-page swapper_pg_dir")[0], command("mm-page &swapper_pg_dir")[0], "an array")
    expect("no page frame" in error_of("mm-page -1"), True, "-1")
    expect("no cache" in error_of("mm-slab nothing"), True, "unknown cache")


def value_of(expression):
    return int(gdb.parse_and_eval(f"(unsigned long){expression}"))


def objects():
    """An object, blocks, an area, a variable, a reserved page, and what is none of these."""
    memory = Memory()
    shift, page_offset = memory.constants.PAGE_SHIFT, memory.constants.PAGE_OFFSET
    small, large = value_of("kcalloc(1, 100, 0xcc0)"), value_of("kcalloc(1, 150000, 0xcc0)")
    area = value_of("vmalloc(3000)")
    pages_at = page_offset + (memory.pfn_of_page(value_of("held[4].page")) << shift)  # alloc 3
    expect(command(f"mm-object {small} + 9")[1:], command(f"mm-page {small} + 9")[-2:], "an object")
    expect(f"{small:#x}, in use; {small + 9:#x} is 9 into it" in
           command(f"mm-object {small} + 9")[-1], True, "object")
    gdb.execute(f"call krealloc({small:#x}, 0, 0xcc0)", to_string=True)
    expect(", free" in command(f"mm-object {small}")[-1], True, "freed object")
    pfn = large - page_offset >> shift
    expect(command(f"mm-object {large} + 70000"),
           [f"{large + 70000:#x}: 70000 into the block at {large:#x}, pfn {pfn}, order 6, "
            "a large kmalloc()"], "large block")
    gdb.execute(f"call krealloc({large:#x}, 0, 0xcc0)", to_string=True)
    expect(command(f"mm-object {large}")[0].endswith(" free"), True, "free block")
    expect(command(f"mm-object {pages_at} + 5000")[0].partition(" into the block ")[0],
           f"{pages_at + 5000:#x}: 5000", "pages")
    expect(command(f"mm-object {area} + 7")[1], f"  {area + 7:#x} is byte 7 of 3000", "area")
    gdb.execute(f"call vfree((void *){area:#x})", to_string=True)
    gdb.execute("call vm_unmap_aliases()", to_string=True)
    expect(command("mm-object &node_data")[0].split(": ")[1], "node_data in section .data", "data")
    expect(command(f"mm-object {page_offset:#x}")[0].endswith(" reserved"), True, "page 0")
    for nothing in ("0x1000", "0xfffff000"):
        expect("is no address of" in error_of(f"mm-object {nothing}"), True, nothing)
    expect(error_of("mm-object"), "usage: mm-object ADDR", "no argument")


def vmalloc():
    """The areas of vmallocinfo are those of mm-vmalloc, in other words; the rest is free."""
    p = int(gdb.parse_and_eval("(unsigned long)vmalloc(5000)"))
    io = int(gdb.parse_and_eval("(unsigned long)ioremap(0xfee00010ULL, 16)"))
    gone = int(gdb.parse_and_eval("(unsigned long)vmalloc(1)"))
    gdb.execute(f"call vfree((void *){gone:#x})", to_string=True)
    theirs = kernel_says("vmallocinfo_show(&console_out)")
    ours = command("mm-vmalloc")
    busy = [line for line in ours if not line.endswith((" free", " lazy"))]
    expect(busy, [re.sub(r"\+(0x\w+)/0x\w+", r"+\1", line) for line in theirs
                  if "unpurged" not in line], "areas")
    expect([line.replace("lazy", "unpurged vm_area") for line in ours if line.endswith(" lazy")],
           [line for line in theirs if "unpurged" in line], "lazy ones")
    expect(sum(int(line.split()[1]) for line in ours),
           int(gdb.parse_and_eval("vmap_limit - vmap_start")), "bytes")
    expect(command(f"mm-vmalloc {p + 5000}")[1],
           f"  {p + 5000:#x} is 1 behind the last of 5000 bytes", "behind the end")
    expect(command(f"mm-vmalloc {io}")[1], f"  {io:#x} is byte 16 of 32", "a device")
    expect("is not in the range" in error_of("mm-vmalloc 0xc0100000"), True, "lowmem")
    expect("is no number" in error_of("mm-vmalloc foo"), True, "no address")
    gdb.execute(f"call vfree((void *){p:#x})", to_string=True)
    gdb.execute(f"call iounmap((void *){io:#x})", to_string=True)
    gdb.execute("call vm_unmap_aliases()", to_string=True)


def number_of_slabs(table):
    """As slabinfo has them; SLOB: as many shared pages as the kernel counts, and all blocks."""
    if Memory().back_end != "slob":
        return sum(int(words[7]) for words in table)
    shared = sum(value_of(f"slob_nr_shared[{kind}]") for kind in range(value_of("SLOB_KINDS")))
    return shared + sum(len(blocks_in(command(f"mm-slab {words[0]}"))) for words in table)


def check():
    """All is well, for both; and what mm-check counted is what the kernel says there is."""
    expect(kernel_says("cmd_check(&console_out, 1, 0)")[-1], "all invariants hold", "check")
    ours = command("mm-check")
    expect(len(ours), 1, "lines of mm-check")
    nodes = {int(line.split()[1].rstrip(",")) for line in command("mm-zones") if "Node" in line}
    expect(re.search(r"zones of (\d) nodes", ours[0]) is not None, len(nodes) > 1, "nodes")
    blocks, pages_free, caches, slab_count = map(int, re.search(
        r"(\d+) free blocks of (\d+) pages, (\d+) caches, (\d+) s", ours[0]).groups())
    info = [line.split() for line in kernel_says("buddyinfo_show(&console_out)")]
    expect(blocks, sum(int(word) for words in info for word in words[4:]), "blocks")
    expect(pages_free, sum(int(word) << order for words in info
                           for order, word in enumerate(words[4:])), "free pages")
    table = [line.split() for line in command("mm-slab")[1:]]
    expect((caches, slab_count), (len(table), number_of_slabs(table)), "slabs")


def printers():
    memory = Memory()
    pfn, place = memory.zones[-1].end - 1, memory.zones[-1].label
    page = f"*(struct page *){memory.page_address(pfn):#x}"
    shown = command(f"print {page}")[0]
    if not re.search(rf"= pfn {pfn}: (inside a block|free, first|reserved).*, zone {place}, "
                     "count 0$", shown):
        raise Failed(f"struct page: {shown}")
    expect("flags = " in command(f"print/r {page}")[0], True, "print/r")
    free = command("mm-zones")[1].split()[-1]
    expect(f"zone {memory.zones[0].label}: pfn 1 to 4095, {free} of " in command(
        "print node_data[0].node_zones[0]")[0], True, "struct zone")
    for value, text in (("0xcc0", "GFP_KERNEL"), ("0xdc0", "GFP_KERNEL|__GFP_ZERO"),
                        ("0xa20", "GFP_ATOMIC"), ("0x100cca", "GFP_HIGHUSER_MOVABLE"),
                        ("0x1", "GFP_DMA"), ("0", "0x0"),
                        ("0x80000002", "__GFP_HIGHMEM|0x80000000")):
        expect(command(f"print (gfp_t){value}")[0].split(" = ")[1], text, f"gfp_t {value}")


def help_texts():
    for name in (words.split()[0] for words in ALL):
        expect(command(f"help {name}")[0].startswith(name), True, f"help {name}")


def main():
    not_yet = "mem_map does not exist yet"
    case("at_reset", lambda: refuses_all(not_yet))
    for function in ("start_kernel", "free_area_init_nodes"):
        run_to(function)
        case(f"at_{function}", lambda: refuses_all(not_yet))
    run_to("kmem_cache_init")
    case("before_the_caches", works_before_the_caches)
    run_to("split_larger")
    case("in_the_allocator", says_that_a_zone_is_locked)
    run_to("machine_exit")
    for run in (zones, buddy, pcp, slabs, slabs_of_each_cache, pages, page_by_address, objects,
                vmalloc, check, printers, help_texts):
        case(run.__name__, run)
    gdb.execute("symbol-file", to_string=True)
    case("without_symbols", lambda: refuses_all("no symbols", ALL))
    gdb.execute("disconnect", to_string=True)
    case("without_a_machine", lambda: refuses_all("no machine", ALL))
    end()


main()
