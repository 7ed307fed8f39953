/* SPDX-License-Identifier: 0BSD
 *
 * memory.mjs - what the kernel's structures say, read from outside while it runs.
 *
 * 1. Sources   Addresses, offsets and constants are those of `layout` (layout.json, which the build
 *              takes from the kernel's debug information and sources). What is read is physical
 *              memory; kernel addresses go through swapper_pg_dir, as in the processor.
 * 2. A picture is an array with a state for each page frame: 0 to 10 free in a block of that order,
 *              then STATES. Where mem_map says "reserved", the reason is looked for in ledger and
 *              firmware map, in the order in which the monitor's `map` does it.
 * 3. Time      The kernel does not stop for it. A picture that is taken while a list changes may be
 *              of before and after at once; the next one is 250 ms away.
 */
export const FREE_ORDERS = 11; // states below it: free, by order
export const STATES = ["pcp", "slab", "held", "kernel", "bootmem", "firmware", "bad", "hole"];
export const STATE = Object.fromEntries(STATES.map((name, i) => [name, FREE_ORDERS + i]));

/* Entries of page tables (Intel SDM vol. 3, 4.3). */
const PRESENT = 1, LARGE = 0x80, ENTRIES = 1024;
const MAX_NAME = 64;
const LEGACY = { start: 0xa0000, last: 0xfffff };

/* Words of one snapshot's page tables, each table read once. */
class Tables {
	constructor(read, directory) {
		Object.assign(this, { read, cache: new Map(), directory });
	}

	entry(table, index) {
		if (!this.cache.has(table)) {
			const bytes = this.read(table, ENTRIES * 4);
			if (!bytes)
				throw new RangeError("no machine");
			this.cache.set(table, new Uint32Array(bytes.slice().buffer));
		}
		return this.cache.get(table)[index];
	}

	/* The physical address, or -1. */
	physical(address) {
		const upper = this.entry(this.directory, address >>> 22);
		if (!(upper & PRESENT))
			return -1;
		if (upper & LARGE)
			return (upper & 0xffc00000 | address & 0x3fffff) >>> 0;
		const lower = this.entry((upper & 0xfffff000) >>> 0, address >>> 12 & 0x3ff);
		return lower & PRESENT ? (lower & 0xfffff000 | address & 0xfff) >>> 0 : -1;
	}
}

/* A struct in memory. */
class Struct {
	constructor(memory, name, address) {
		Object.assign(this, { memory, address, layout: memory.layout.structs[name] });
		this.view = memory.view(address, this.layout.size);
	}

	/* A member of four or eight bytes; the latter as far as a double is exact. */
	get(member) {
		const [offset, size] = this.layout.members[member];
		const word = (at) => this.view.getUint32(at, true);
		return size === 8 ? word(offset) + word(offset + 4) * 2 ** 32 : word(offset);
	}

	/* The address of a member. */
	at(member) {
		return this.address + this.layout.members[member][0];
	}
}

export class Memory {
	/* `read(physical, length)` gives bytes. */
	constructor(read, layout) {
		Object.assign(this, { read, layout, constants: layout.constants });
		this.pageSize = 2 ** this.constants.PAGE_SHIFT;
	}

	physicalOf(symbol) {
		return this.layout.symbols[symbol] - this.constants.PAGE_OFFSET;
	}

	/* Bytes at a kernel address, page by page. Throws a RangeError where nothing is mapped. */
	bytes(address, length) {
		const all = new Uint8Array(length);
		for (let done = 0; done < length;) {
			const physical = this.tables.physical(address + done);
			if (physical < 0)
				throw new RangeError("nothing is mapped there");
			const left = this.pageSize - physical % this.pageSize;
			const here = Math.min(length - done, left);
			all.set(this.read(physical, here), done);
			done += here;
		}
		return all;
	}

	view(address, length) {
		return new DataView(this.bytes(address, length).buffer);
	}

	word(address) {
		return this.view(address, 4).getUint32(0, true);
	}

	/* A C string. */
	text(address) {
		const bytes = this.bytes(address, MAX_NAME);
		return String.fromCharCode(...bytes.subarray(0, bytes.indexOf(0)));
	}

	/* All that the page shows, or null as long as there is no mem_map. */
	snapshot() {
		this.tables = new Tables(this.read, this.physicalOf("swapper_pg_dir"));
		try {
			const { symbols, rows } = this.layout;
			const blocks = this.bytes(symbols.mem_map_blocks, rows.mem_map_blocks);
			if (!blocks.some(Boolean))
				return null;
			const end = this.word(symbols.max_pfn);
			return { end, blocks, zones: this.zones(), ...this.pages(end, blocks) };
		} catch (error) {
			if (error instanceof RangeError) // between two steps of the boot
				return null;
			throw error;
		}
	}

	// ---- zones

	zones() {
		const { symbols, rows, structs, constants } = this.layout;
		const online = this.word(symbols.node_online_map), zones = [];
		for (let node = 0; node < rows.node_data; node++) {
			if (!(online >>> node & 1))
				continue;
			const first = symbols.node_data + node * structs.pglist_data.size +
				structs.pglist_data.members.node_zones[0];
			for (let i = 0; i < constants.MAX_NR_ZONES; i++)
				zones.push(this.zone(first + i * structs.zone.size, node));
		}
		return zones.filter((zone) => zone.present);
	}

	zone(address, node) {
		const zone = new Struct(this, "zone", address), present = zone.get("present_pages");
		return { node, present, name: present ? this.text(zone.get("name")) : "",
			start: zone.get("zone_start_pfn"), spanned: zone.get("spanned_pages"),
			managed: zone.get("managed_pages"), freePages: zone.get("nr_free_pages"),
			min: zone.get("pages_min") };
	}

	// ---- pages

	/* The state of each page frame, and where the block begins that it lies in. */
	pages(end, blocks) {
		const states = new Uint8Array(end), heads = new Uint32Array(end);
		const reasons = this.reasons(end);
		const { MAX_ORDER_NR_PAGES: perBlock, VMEMMAP_START } = this.constants;
		const { size } = this.layout.structs.page;
		for (let first = 0; first < end; first += perBlock) {
			const last = Math.min(first + perBlock, end);
			if (!blocks[first / perBlock]) {
				states.set(reasons.subarray(first, last), first);
				for (let pfn = first; pfn < last; pfn++)
					heads[pfn] = pfn;
				continue;
			}
			const bytes = this.bytes(VMEMMAP_START + first * size, perBlock * size);
			const words = new Uint32Array(bytes.buffer);
			this.pagesOfBlock(words, first, last, reasons, states, heads);
		}
		return { states, heads };
	}

	pagesOfBlock(words, first, last, reasons, states, heads) {
		const { PG_reserved, PG_ORDER_MASK, PG_ORDER_SHIFT } = this.constants;
		const { size, members } = this.layout.structs.page, stride = size / 4;
		const flagsAt = members.flags[0] / 4;
		for (let pfn = first; pfn < last;) {
			const at = (pfn - first) * stride, flags = words[at + flagsAt];
			const reserved = flags & PG_reserved;
			const order = reserved ? 0 : (flags & PG_ORDER_MASK) >>> PG_ORDER_SHIFT;
			const next = Math.min(pfn + 2 ** order, last);
			const state = reserved ? reasons[pfn] : this.stateOf(flags, order);
			states.fill(state, pfn, next);
			heads.fill(pfn, pfn, next);
			pfn = next;
		}
	}

	/* Of a page that begins a block. */
	stateOf(flags, order) {
		const { PG_buddy, PG_pcp, PG_slab } = this.constants;
		if (flags & PG_buddy)
			return order;
		if (flags & PG_pcp)
			return STATE.pcp;
		return flags & PG_slab ? STATE.slab : STATE.held;
	}

	// ---- why a page is reserved

	/* For each page what it is if mem_map does not say more. Map and ledger seldom change. */
	reasons(end) {
		const map = this.regions(), ledger = this.reservations();
		const key = JSON.stringify([end, map, ledger]);
		if (this.reasonsKey !== key)
			this.reasonsFound = this.findReasons(end, map, ledger);
		this.reasonsKey = key;
		return this.reasonsFound;
	}

	/* RAM shrinks to whole pages, what is not RAM grows, and 640K to 1M is nobody's RAM. */
	findReasons(end, map, ledger) {
		const { E820_RAM, E820_UNUSABLE } = this.constants, found = new Uint8Array(end);
		const down = (address) => Math.floor(address / this.pageSize);
		const fill = (state, { start, last }) =>
			found.fill(state, down(start), down(last) + 1);
		found.fill(STATE.hole);
		for (const { start, last } of map.filter(({ type }) => type === E820_RAM))
			found.fill(STATE.bootmem, Math.ceil(start / this.pageSize), down(last + 1));
		fill(STATE.hole, LEGACY);
		for (const region of map.filter(({ type }) => type !== E820_RAM))
			fill(region.type === E820_UNUSABLE ? STATE.bad : STATE.firmware, region);
		for (const range of ledger)
			fill(STATE.kernel, range);
		return found;
	}

	regions() {
		const map = new Struct(this, "e820_map", this.layout.symbols.e820_map);
		const members = ["start", "last", "type"];
		return this.rows("e820_region", map.at("region"), map.get("nr"), members);
	}

	reservations() {
		const ledger = new Struct(this, "ledger", this.layout.symbols.ledger);
		const members = ["start", "last"];
		return this.rows("mem_reservation", ledger.at("range"), ledger.get("nr"), members);
	}

	/* These members of the elements of an array. */
	rows(name, address, count, members) {
		const { size } = this.layout.structs[name];
		return Array.from({ length: count }, (_, i) => {
			const row = new Struct(this, name, address + i * size);
			const pairs = members.map((member) => [member, row.get(member)]);
			return Object.fromEntries(pairs);
		});
	}

	/* What the page block of a page frame is for: "Unmovable" and so on. */
	migrateType(blocks, pfn) {
		const type = blocks[Math.floor(pfn / this.constants.MAX_ORDER_NR_PAGES)] - 1;
		const name = this.layout.symbols.migratetype_names + 4 * type;
		return type < 0 ? "" : this.text(this.word(name));
	}
}
