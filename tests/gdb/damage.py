# SPDX-License-Identifier: 0BSD
"""Break each invariant by hand: mm-check must name it, and so must the kernel's own checker.

Every damage is undone, and the last case is that nothing is wrong any more. The zone is the last
one, so that a machine with high memory has its damage there.
"""

import functools
import os
import re

import gdb

from harness import Failed, case, command, end, expect, kernel_says, run_to
from mmkit.gdb import slob
from mmkit.gdb.model import Memory

DAMAGES = []  # (number, all that is broken, does the kernel see it, function)


def damage(number, also="", kernel_sees=True):
    """Register a function that breaks the invariant, and with it those that `also` names."""
    def register(function):
        DAMAGES.append((number, {number, *also.split()}, kernel_sees, function))
        return function
    return register


class Missing(Exception):
    """This machine has nothing of what was to be damaged."""


class Patient:
    """The kernel's memory, changed so that it can be healed."""

    def __init__(self):
        self.memory = Memory()
        self.constants = self.memory.constants
        self.zone = self.memory.zones[-1]
        self.zone_text = f"node_data[{self.zone.node}].node_zones[{self.zone.index}]"
        self.undo = []

    def set(self, place, value):
        """Assign to an lvalue of C."""
        inferior = gdb.selected_inferior()
        place = gdb.parse_and_eval(place)
        address, size = int(place.address), place.type.sizeof
        self.undo.append((address, bytes(inferior.read_memory(address, size))))
        inferior.write_memory(address, (value % (1 << 8 * size)).to_bytes(size, "little"))

    def add(self, place, value):
        self.set(place, int(gdb.parse_and_eval(f"(unsigned long)({place})")) + value)

    def heal(self):
        for address, old in reversed(self.undo):
            gdb.selected_inferior().write_memory(address, old)

    def page(self, pfn):
        """C for the struct page."""
        return f"((struct page *){self.memory.page_address(pfn):#x})"

    def entry(self, pfn):
        return int(gdb.parse_and_eval(f"(unsigned long)&{self.page(pfn)}->lru"))

    def free_block(self, low=3, high=9):
        """(pfn, order) of a free block that is the first of its list."""
        for area in self.zone.areas[low:high + 1]:
            for blocks in area.lists:
                if pfns := self.memory.walk_free_list(blocks)[0]:
                    return pfns[0], area.order
        raise Failed("no free block to damage")

    def list_at_hand(self):
        """C for the per-CPU lists of a zone, for the longest of them, and that one."""
        scratch = "(struct page **)($esp - 4096)"  # so that there is a page in a list
        gdb.execute(f"call (void)free_pages_bulk({scratch}, alloc_pages_bulk(0, 4, {scratch}))",
                    to_string=True)
        self.memory = Memory()
        zone, one = max(((zone, one) for zone in self.memory.zones for one in zone.pcps[0].lists),
                        key=lambda pair: pair[1].count)
        if all(pcp.high == 0 for zone in self.memory.zones for pcp in zone.pcps):
            raise Missing
        if not one.count:
            raise Failed("no per-CPU list to damage")
        number = zone.node * len(self.memory.nodes[0].zones) + zone.index
        pcp = f"per_cpu__zone_pcp[{number}]"
        return pcp, f"{pcp}.lists[{one.type}][0]", one

    def free_list(self, pfn, order):
        """C for the list that a free block of the order at the pfn belongs to."""
        return f"{self.zone_text}.free_area[{order}].free_list[{self.memory.migratetype(pfn)}]"

    def flags_of_free(self, order):
        return self.zone.place | self.constants.PG_buddy | order << self.constants.PG_ORDER_SHIFT

    def list_del(self, entry):
        """Take the list_head (C) off its list."""
        after, before = (int(gdb.parse_and_eval(f"(unsigned long){entry}.{link}"))
                         for link in ("next", "prev"))
        self.set(f"((struct list_head *){before:#x})->next", after)
        self.set(f"((struct list_head *){after:#x})->prev", before)

    def list_add(self, entry, head):
        """Make the list_head `entry` (C) the first of the list at `head` (C)."""
        at, here, after = (int(gdb.parse_and_eval(f"(unsigned long){it}"))
                           for it in (f"&{entry}", f"&{head}", f"{head}.next"))
        self.set(f"{entry}.next", after)
        self.set(f"{entry}.prev", here)
        self.set(f"((struct list_head *){after:#x})->prev", at)
        self.set(f"{head}.next", at)

    def unlink(self, pfn, order):
        """Take a block off its list, with the counters of the list."""
        self.list_del(f"{self.page(pfn)}->lru")
        self.count(pfn, order, -1)

    def link(self, pfn, order):
        """Make the page, with the flags of a free block, the first of the list of `order`."""
        self.list_add(f"{self.page(pfn)}->lru", self.free_list(pfn, order))
        self.set(f"{self.page(pfn)}->flags", self.flags_of_free(order))
        self.count(pfn, order, 1)

    def count(self, pfn, order, change):
        """The counters of the list that the block at the pfn was put on or taken from."""
        self.add(f"{self.zone_text}.free_area[{order}].nr_free", change)
        head = self.free_list(pfn, order)
        left = int(gdb.parse_and_eval(f"{head}.next != &{head}"))
        text = f"{self.zone_text}.free_orders[{self.memory.migratetype(pfn)}]"
        orders = int(gdb.parse_and_eval(text)) & ~(1 << order)
        self.set(text, orders | left << order)

    def slab(self):
        """C for a cache and one of its slabs, which has objects in use and free; and the slab."""
        for cache in self.memory.walk_caches()[0]:
            for where, slab in cache.slabs():
                if where == "partial" and slab.active() and not cache.off_slab:
                    return (f"((struct kmem_cache *){cache.address:#x})",
                            f"((struct slab *){slab.address:#x})", slab)
        raise Failed("no slab to damage")

    def slub_slabs(self):
        """(where, slab) of all caches, SLUB."""
        return [found for cache in self.memory.walk_caches()[0] for found in cache.slabs()]

    def slub(self):
        """C for a cache of SLUB that has the CPU's slab and a partial one, and that one."""
        held = [gdb.parse_and_eval("(unsigned long)kcalloc(1, 1000, 0xcc0)") for _ in range(9)]
        gdb.execute(f"call krealloc({int(held[0]):#x}, 0, 0xcc0)", to_string=True)
        self.memory = Memory()
        for where, slab in self.slub_slabs():
            if where == "partial" and slab.cache.cpus()[0]["page"]:
                return f"((struct kmem_cache *){slab.cache.address:#x})", slab
        raise Failed("no slab to damage")

    def shared_page(self):
        """The pool and C for the table of a page of SLOB that has objects and a gap."""
        for pool, tables, _ in slob.pools(self.memory, next(slob.nodes())):
            for table in tables:
                slab = slob.Slab(self.memory, self.memory.pfn_of_virt(table))
                if slab.record["room"] and slab.count(slob.USED):
                    return pool, f"((struct slab *){table:#x})"
        raise Failed("no shared page to damage")

    def array(self):
        """C for an array with two objects, and for its first entry."""
        for cache in self.memory.walk_caches()[0]:
            if cache.arrays()[0]["avail"] >= self.constants.ARRAY_OPEN + 2:
                array = f"((struct array_cache *){cache.arrays()[0].address:#x})"
                return array, f"{array}->entry"
        raise Failed("no array to damage")


@damage("P1")
def forward_link(it):
    pfn, _ = it.free_block()
    it.set(f"{it.page(pfn)}->lru.next", it.entry(pfn + 1))


@damage("P1")
def link_out_of_mem_map(it):
    pfn, _ = it.free_block()
    it.set(f"{it.page(pfn)}->lru.next", 0x5A5A5A5A)


@damage("P1")
def backward_link_of_the_head(it):
    pfn, order = it.free_block()
    it.set(f"{it.free_list(pfn, order)}.prev", it.entry(pfn + 1))


@damage("P1")
def block_listed_twice(it):
    pfn, order = it.free_block()
    it.set(f"{it.free_list(pfn, order - 1)}.next", it.entry(pfn))


@damage("P2")
def nr_free(it):
    _, order = it.free_block()
    it.add(f"{it.zone_text}.free_area[{order}].nr_free", 1)


@damage("P3")
def free_orders(it):
    pfn, order = it.free_block()
    type_ = it.memory.migratetype(pfn)
    it.set(f"{it.zone_text}.free_orders[{type_}]", it.zone.free_orders[type_] ^ 1 << order)


@damage("P4", "P10")
def order_bits(it):
    pfn, _ = it.free_block()
    it.add(f"{it.page(pfn)}->flags", -it.constants.PG_ORDER_ONE)


@damage("P4")
def count_of_a_free_block(it):
    pfn, _ = it.free_block()
    it.set(f"{it.page(pfn)}->_count", 1)


@damage("P5", "P10")
def unaligned_block(it):
    pfn, order = it.free_block()
    it.unlink(pfn, order)
    it.set(f"{it.page(pfn)}->flags", it.zone.place)
    it.link(pfn + 1, order)


@damage("P6")
def page_inside_a_free_block(it):
    pfn, _ = it.free_block()
    it.set(f"{it.page(pfn + 3)}->_count", 1)


@damage("P7")
def buddies_not_merged(it):
    pfn, order = it.free_block()
    it.unlink(pfn, order)
    it.link(pfn, order - 1)
    it.link(pfn + (1 << order - 1), order - 1)


@damage("P8")
def nr_free_pages(it):
    it.add(f"{it.zone_text}.nr_free_pages", -1)


@damage("P9")
def free_block_on_no_list(it):
    pfn, order = it.free_block()
    it.unlink(pfn, order)
    it.add(f"{it.zone_text}.nr_free_pages", -(1 << order))


@damage("P10")
def managed_pages(it):
    it.add(f"{it.zone_text}.managed_pages", -1)


@damage("P11")
def type_of_a_page_block(it):
    pfn, _ = it.free_block()
    other = (it.memory.migratetype(pfn) + 1) % 4
    it.set(f"mem_map_blocks[{pfn // it.memory.block_pages}]", 1 + other)


@damage("P12")
def limit_of_a_per_cpu_list(it):
    _, text, _ = it.list_at_hand()
    it.add(f"{text}.limit", 1)


@damage("P13")
def state_of_a_page_in_a_per_cpu_list(it):
    _, _, one = it.list_at_hand()
    it.add(f"((struct page *){one.pages[0]:#x})->flags", it.constants.PG_kmalloc)


@damage("P13", "P14")
def no_page_in_a_per_cpu_list(it):
    _, text, _ = it.list_at_hand()
    it.set(f"{text}.pages[0]", 0)


@damage("P14")
def page_twice_in_a_per_cpu_list(it):
    pcp, text, one = it.list_at_hand()
    it.add(f"{pcp}.high", 1)
    it.add(f"{text}.limit", 1)
    it.set(f"{text}.pages[{one.count}]", one.pages[0])
    it.add(f"{text}.avail", 1)


@damage("P14")
def page_in_no_per_cpu_list(it):
    _, text, _ = it.list_at_hand()
    it.add(f"{text}.avail", -1)


@damage("P15")
def page_of_the_kernel_image(it):
    it.add(f"{it.page(256)}->flags", -it.constants.PG_reserved)


@damage("Z1")
def zones_that_overlap(it):
    it.add("node_data[0].node_zones[1].zone_start_pfn", -1)
    it.add("node_data[0].node_zones[1].spanned_pages", 1)


@damage("Z1")
def zone_outside_the_node(it):
    it.add("node_data[0].node_spanned_pages", -1)


@damage("Z2", "P10")
def more_managed_than_present(it):
    it.set(f"{it.zone_text}.managed_pages", it.zone.present + 1)


@damage("Z3")
def zonelist_cut_off(it):
    it.set("node_data[0].node_zonelists[1].zones[1]", 0)


@damage("Z3")
def zonelist_in_disorder(it):
    slots = "node_data[0].node_zonelists[1].zones"
    first, second = (int(gdb.parse_and_eval(f"(unsigned long){slots}[{i}]")) for i in (0, 1))
    it.set(f"{slots}[0]", second)
    it.set(f"{slots}[1]", first)


@damage("Z3")
def zonelist_without_the_other_nodes(it):
    nodes = it.memory.nodes
    if len(nodes) < 2:
        raise Missing
    own = sum(1 for zone in nodes[0].zones if zone.present and zone.index < 2)
    it.set(f"node_data[0].node_zonelists[1].zones[{own}]", 0)


@damage("Z3")
def zonelist_of_this_node_with_another(it):
    nodes = it.memory.nodes
    if len(nodes) < 2:
        raise Missing
    number = len(nodes[0].zones) + 1
    it.set(f"node_data[0].node_zonelists[{number}].zones[0]", nodes[1].zones[1].address)


@damage("Z4", "P4")
def page_of_the_other_node(it):
    if len(it.memory.nodes) < 2:
        raise Missing
    pfn, order = it.free_block()
    other = next(zone for zone in it.memory.zones if zone.node != it.zone.node)
    it.set(f"{it.page(pfn)}->flags", it.flags_of_free(order) ^ it.zone.place ^ other.place)


@damage("Z7")
def miss_that_is_nobodys(it):
    it.add(f"{it.zone_text}.numa_miss", 1)


@damage("Z4", "P4")
def place_bits(it):
    pfn, order = it.free_block()
    it.set(f"{it.page(pfn)}->flags", it.flags_of_free(order) ^ 1 << it.constants.PG_NODE_SHIFT)


@damage("Z4")
def block_that_is_called_mixed(it):
    pfn, _ = it.free_block()
    it.set(f"pageblock_zones[{pfn // it.memory.block_pages}]", 0)


@damage("Z5")
def present_pages_of_the_node(it):
    it.add("node_data[0].node_present_pages", 1)


@damage("Z6")
def low_mark_above_the_high_one(it):
    it.set(f"{it.zone_text}.pages_low", 1 << 20)


@damage("Z6")
def reserve_against_its_own_requests(it):
    it.set(f"{it.zone_text}.lowmem_reserve[{it.zone.index}]", 1)


@damage("S1")
def two_names(it):
    it.set("kmalloc_caches[0][3]->name", int(gdb.parse_and_eval(
        "(unsigned long)kmalloc_caches[0][2]->name")))


@damage("S1")
def cache_chain(it):
    it.set("cache_chain.prev", int(gdb.parse_and_eval("(unsigned long)cache_chain.next")))


@damage("S1")
def chain_without_its_first(it):
    it.list_del("cache_cache.chain")


@damage("S2")
def object_size(it):
    """Of a cache whose size is not in the tables of kmalloc(), too."""
    address = next(cache.address for cache in it.memory.walk_caches()[0]
                   if not cache.name.startswith("size-"))
    cache = f"((struct kmem_cache *){address:#x})"
    it.set(f"{cache}->size", int(gdb.parse_and_eval(f"{cache}->stride")) + 1)


@damage("S2")
def inverse_of_the_stride(it):
    cache, _, _ = it.slab()
    it.add(f"{cache}->inverse", 2)


@damage("S2")
def no_objects(it):
    cache, _, _ = it.slab()
    it.set(f"{cache}->num", 0)


@damage("S2")
def place_of_the_descriptor(it):
    cache, _, _ = it.slab()
    it.add(f"{cache}->flags", it.constants.CFLGS_OFF_SLAB)


@damage("S2")
def room_for_the_descriptor(it):
    cache, _, _ = it.slab()
    it.add(f"{cache}->mgmt_size", -2)


@damage("S2")
def cache_of_the_descriptors(it):
    cache = "small_cache[127]"
    it.set(f"{cache}->mgmt_size", 1000)


@damage("S2")
def slab_size(it):
    cache, _, _ = it.slab()
    it.set(f"{cache}->colours", 1000)


@damage("S2")
def colours(it):
    cache, _, _ = it.slab()
    it.set(f"{cache}->node[0].colour_next", 1000)


@damage("S3")
def slab_list(it):
    cache, _, _ = it.slab()
    it.set(f"{cache}->node[0].slabs_full.prev", it.memory.constants.PAGE_OFFSET)


@damage("S3")
def slab_on_the_wrong_list(it):
    cache, slab, _ = it.slab()
    it.list_del(f"{slab}->list")
    it.list_add(f"{slab}->list", f"{cache}->node[0].slabs_full")


@damage("S3")
def slab_of_another_node(it):
    _, slab, _ = it.slab()
    it.add(f"{slab}->nid", 1)


@damage("S4", "S8")
def objects_in_use(it):
    """By a number with which the slab is still neither full nor empty."""
    _, slab, partial = it.slab()
    it.add(f"{slab}->inuse", -1 if len(partial.active()) > 1 else 1)


@damage("S5")
def free_chain(it):
    _, slab, _ = it.slab()
    it.set(f"{slab}->free", it.constants.BUFCTL_END)


@damage("S5")
def free_chain_into_an_object(it):
    _, slab, partial = it.slab()
    first = it.constants.BUFCTL_FIRST
    it.set(f"{slab}->bufctl[{partial.free - first}]", partial.active()[0] + first)


@damage("S6")
def back_pointer_of_a_slab_page(it):
    _, _, partial = it.slab()
    it.add(f"{it.page(it.memory.pfn_of_virt(partial.s_mem))}->slab_page", 32)


@damage("S6")
def slab_in_the_map(it):
    _, _, partial = it.slab()
    pfn = it.memory.pfn_of_virt(partial.s_mem)
    it.add(f"((struct slab **){it.constants.SLAB_MAP_START:#x})[{pfn}]", 32)


@damage("S6")
def order_of_a_slab(it):
    _, slab, _ = it.slab()
    it.add(f"{slab}->order", 1)


@damage("S6")
def copy_of_the_inverse(it):
    _, slab, _ = it.slab()
    it.add(f"{slab}->inverse", 2)


@damage("S7")
def place_of_the_objects(it):
    _, slab, _ = it.slab()
    it.add(f"{slab}->s_mem", 4)


@damage("S7")
def objects_in_no_page(it):
    _, slab, _ = it.slab()
    it.set(f"{slab}->s_mem", 0x1000)


@damage("S7")
def objects_apart_from_their_descriptor(it):
    cache, slab, partial = it.slab()
    first = it.memory.constants.PAGE_OFFSET + (
        it.memory.pfn_of_virt(partial.s_mem) << it.constants.PAGE_SHIFT)
    colour = partial.address - first
    off = int(gdb.parse_and_eval(f"{cache}->colour_off"))
    it.add(f"{slab}->s_mem", -off if colour else off)


@damage("S8")
def number_of_slabs(it):
    cache, _, _ = it.slab()
    it.add(f"{cache}->node[0].nr_slabs", 1)


@damage("S8")
def number_of_pages(it):
    cache, _, _ = it.slab()
    it.add(f"{cache}->node[0].nr_pages", 1)


@damage("S8")
def number_of_free_objects(it):
    cache, _, _ = it.slab()
    it.add(f"{cache}->node[0].free_objects", 1)


@damage("S9")
def kmalloc_table(it):
    it.set("kmalloc_caches[0][4]", int(gdb.parse_and_eval("(unsigned long)kmalloc_caches[1][4]")))


@damage("S9")
def kmalloc_table_of_dma(it):
    it.set("kmalloc_caches[1][27]", int(gdb.parse_and_eval("(unsigned long)kmalloc_caches[0][27]")))


@damage("S9", kernel_sees=False)
def kmalloc_table_of_small_sizes(it):
    it.set("small_cache[3]", int(gdb.parse_and_eval("(unsigned long)small_cache[0]")))


@damage("S10")
def slab_page_of_no_slab(it):
    reserved = next(pfn for pfn in range(1, 4096) if it.memory.page(pfn).flags == 1)
    it.add(f"{it.page(reserved)}->flags", it.constants.PG_slab)


@damage("S11")
def object_of_an_array_lost(it):
    array, _ = it.array()
    it.add(f"{array}->avail", -1)


@damage("S11")
def object_in_an_array_and_out(it):
    _, entry = it.array()
    it.set(f"*{entry}[0].state", it.constants.BUFCTL_ACTIVE)


@damage("S11")
def object_in_an_array_twice(it):
    _, entry = it.array()
    it.set(f"{entry}[1].obj", int(gdb.parse_and_eval(f"(unsigned long){entry}[0].obj")))


@damage("U1")
def stride_of_slub(it):
    cache, _ = it.slub()
    it.add(f"{cache}->stride", 1)


@damage("U1")
def inverse_of_slub(it):
    cache, _ = it.slub()
    it.add(f"{cache}->inverse", 2)


@damage("U1")
def orders_of_slub(it):
    cache, _ = it.slub()
    it.set(f"{cache}->order", it.constants.MAX_ORDER)


@damage("U1")
def place_of_the_link(it):
    cache, _ = it.slub()
    it.add(f"{cache}->offset", 1)


@damage("U2")
def partial_list_without_its_first(it):
    cache, _ = it.slub()
    it.set(f"{cache}->node[0].first", 0)


@damage("U2")
def backward_link_of_a_partial_slab(it):
    _, slab = it.slub()
    it.add(f"{it.page(slab.pfn)}->_count", 1 << 13)


@damage("U3")
def link_in_a_free_object(it):
    _, slab = it.slub()
    at = slab.object(slab.chained[0]) + slab.cache["offset"]
    it.set(f"*(unsigned int *){at:#x}", 0x5A5A5A5B)


@damage("U3")
def objects_in_use_of_slub(it):
    _, slab = it.slub()
    it.add(f"{it.page(slab.pfn)}->_count", 1)


@damage("U3")
def link_in_the_list_of_a_cpu(it):
    slab = next(slab for _, slab in it.slub_slabs() if slab.at_hand())
    at = slab.object(slab.at_hand()[0]) + slab.cache["offset"]
    it.set(f"*(unsigned int *){at:#x}", 0x5A5A5A5B)


@damage("U4")
def first_page_of_a_slab(it):
    slab = next(slab for _, slab in it.slub_slabs() if slab.order)
    it.add(f"{it.page(slab.pfn + 1)}->slab_first", 1)


@damage("U5")
def number_of_slabs_of_slub(it):
    cache, _ = it.slub()
    it.add(f"{cache}->node[0].nr_slabs", 1)


@damage("U5")
def number_of_partial_slabs(it):
    cache, _ = it.slub()
    it.add(f"{cache}->node[0].nr_partial", 1)


@damage("U6")
def base_of_a_cpu(it):
    cache, _ = it.slub()
    it.add(f"{cache}->cpu[0].base", it.constants.PAGE_SIZE)


@damage("U6")
def slab_of_no_cpu(it):
    slab = next(slab for where, slab in it.slub_slabs() if where == "cpu")
    it.set(f"((struct kmem_cache *){slab.cache.address:#x})->cpu[0].page", 0)


@damage("U7")
def users_of_a_root(it):
    cache, _ = it.slub()
    it.add(f"{cache}->users", 1)


@damage("O1")
def list_of_shared_pages(it):
    pool, _ = it.shared_page()
    it.set(f"slob_nodes[0].pools[{pool}].prev", it.constants.PAGE_OFFSET)


@damage("O1")
def shared_page_on_the_wrong_list(it):
    pool, slab = it.shared_page()
    it.list_del(f"{slab}->list")
    it.list_add(f"{slab}->list", f"slob_nodes[0].pools[{pool + 1}]")


@damage("O2")
def spare_page_with_objects(it):
    pool, slab = it.shared_page()
    it.set(f"slob_nodes[0].spare[{pool} / {it.constants.SLOB_CLASSES}]",
           int(gdb.parse_and_eval(f"(unsigned long){slab}")))


@damage("O3")
def block_that_ends_before_it_begins(it):
    _, slab = it.shared_page()
    it.set(f"((unsigned int *){slab})[-1]", 1 << 20 | 5)


@damage("O4")
def objects_that_are_out(it):
    _, slab = it.shared_page()
    it.add(f"{slab}->used", 1)


@damage("O4")
def ghosts(it):
    _, slab = it.shared_page()
    it.add(f"{slab}->ghosts", 1)


@damage("O5")
def active_objects(it):
    it.add("kmalloc_caches[0][4]->active", 1)


@damage("O6")
def number_of_shared_pages(it):
    it.add("slob_nr_shared[0]", 1)


@damage("O6")
def pages_of_blocks(it):
    it.add("slob_nr_blocks", 1)


@damage("O6")
def table_of_a_shared_page(it):
    _, slab = it.shared_page()
    pfn = it.memory.pfn_of_virt(int(gdb.parse_and_eval(f"(unsigned long){slab}")))
    it.add(f"{it.page(pfn)}->slab_page", 16)


@damage("O7")
def stride_of_slob(it):
    it.set("kmalloc_caches[0][4]->stride", it.constants.SLOB_UNIT)


@damage("O7")
def objects_of_a_page(it):
    it.set("kmalloc_caches[0][4]->num", 1000)


def fits(number, back_end):
    """Does a kernel with this back end have the invariant?"""
    if number[0] in "PZ" or number in ("S1", "S9", "S10"):
        return True
    return {"S": "slab", "U": "slub", "O": "slob"}[number[0]] == back_end


def numbers(lines):
    """The invariants that a report names."""
    return [match[1] for line in lines if (match := re.match(r"([PZSUO]\d+): ", line))]


def explained(lines):
    """The invariants of which a report gives the sentence, with the checker that has it."""
    pattern = re.compile(r"([PZSUO]\d+) +\((?:buddy|pcp|zones|caches|slab|slub|slob)\) ")
    return {match[1] for line in lines if (match := pattern.match(line))}


def inflict(number, broken, kernel_sees, function):
    """Break one invariant. The kernel's checker must name it, ours that and nothing else."""
    patient = Patient()
    try:
        function(patient)
        lines = command("mm-check")
        ours = numbers(lines)
        theirs = numbers(kernel_says("cmd_check(&console_out, 1, 0)"))
    except Missing:
        return
    finally:
        patient.heal()
    expect(set(ours), broken, "named by mm-check")
    expect(explained(lines), broken, "explained by mm-check")
    if kernel_sees and number not in theirs:
        raise Failed(f"the kernel named {theirs}, not {number}")


def healed():
    lines = command("mm-check")
    if not lines[0].startswith("all invariants hold"):
        raise Failed(lines[0])


def main():
    run_to("machine_exit")
    back_end = Memory().back_end
    only = os.environ.get("GDB_TEST_ONLY", "").split()
    for damaged in DAMAGES:
        if fits(damaged[0], back_end) and (not only or damaged[0] in only):
            case(f"{damaged[0]}.{damaged[3].__name__}", functools.partial(inflict, *damaged))
    case("healed", healed)
    end()


main()
