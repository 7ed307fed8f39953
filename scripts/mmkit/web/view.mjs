/* SPDX-License-Identifier: 0BSD
 *
 * view.mjs - numbers beside the picture: legend, free blocks by order, the page under the pointer.
 */
import { FREE_ORDERS, STATE, STATES } from "mmkit/memory.mjs";

const PAGE_KIB = 4;
const LEGEND = [ // state, what it is called, and what it is
	["free", "free", "free blocks: dark small, light large"],
	["pcp", "CPU's own", "free pages that the CPU keeps at hand"],
	["slab", "slab", "pages of slab caches, which small objects lie in"],
	["held", "handed out", "blocks that the page allocator has handed out"],
	["kernel", "kernel", "the kernel's image, and what else its ledger reserves"],
	["bootmem", "bootmem", "what the boot allocator handed out: mem_map and others"],
	["firmware", "firmware", "reserved by the firmware"],
	["bad", "bad", "memory that the firmware calls unusable"],
	["hole", "none", "no memory"],
];
const SENTENCES = { pcp: "free, kept at hand by the CPU", slab: "part of a slab",
	held: "handed out", kernel: "reserved: kernel image or another entry of the ledger",
	bootmem: "reserved: the boot allocator handed it out", firmware: "reserved: the firmware's",
	bad: "the firmware calls it unusable", hole: "no memory" };

export const $ = (id) => document.getElementById(id);

export function element(name, properties = {}, ...children) {
	const made = Object.assign(document.createElement(name), properties);
	made.append(...children);
	return made;
}

export function size(pages) {
	const kib = pages * PAGE_KIB;
	for (const [unit, amount] of [["GiB", 2 ** 20], ["MiB", 2 ** 10]])
		if (kib >= amount)
			return `${+(kib / amount).toFixed(1)} ${unit}`;
	return `${kib} KiB`;
}

export const number = (value) => value.toLocaleString("en-US").replace(/,/g, "\u202f");

/* Pages by state; `free` has those of all orders. */
export function count(shot) {
	const perState = new Uint32Array(FREE_ORDERS + STATES.length);
	for (const state of shot.states)
		perState[state]++;
	const counts = { free: perState.subarray(0, FREE_ORDERS).reduce((a, b) => a + b, 0) };
	for (const name of STATES)
		counts[name] = perState[STATE[name]];
	return counts;
}

export function showLegend(shot) {
	const counts = count(shot);
	$("legend").replaceChildren(...LEGEND.map(([state, name, title]) => {
		const className = state === "free" ? "swatch ramp" : "swatch";
		const swatch = element("span", { className });
		swatch.style.setProperty("--c", `var(--${state})`);
		const pages = counts[state];
		const amount = element("output", { textContent: pages ? size(pages) : "–",
			title: `${number(pages)} pages` });
		amount.dataset.pages = pages;
		const item = element("li", { className: pages ? "" : "none", title }, swatch,
			element("span", { textContent: name }), amount);
		item.dataset.state = state;
		return item;
	}));
}

/* Blocks on the free lists as mem_map has them: [zone][order]. */
export function freeBlocks(shot) {
	const found = shot.zones.map(() => Array(FREE_ORDERS).fill(0));
	for (let pfn = 0; pfn < shot.end; pfn++) {
		if (shot.states[pfn] >= FREE_ORDERS || shot.heads[pfn] !== pfn)
			continue;
		const zone = zoneOf(shot, pfn);
		if (zone >= 0)
			found[zone][shot.states[pfn]]++;
	}
	return found;
}

function zoneOf(shot, pfn) {
	return shot.zones.findIndex(({ start, spanned }) => pfn >= start && pfn < start + spanned);
}

function zoneName(shot, zone) {
	const several = shot.zones.some(({ node }) => node);
	return several ? `${zone.name}, node ${zone.node}` : zone.name;
}

function bar(blocks, order, most) {
	const line = element("i");
	line.style.setProperty("--c", `var(--o${order})`);
	line.style.width = `${blocks ? Math.max(1, 60 * blocks * 2 ** order / most) : 0}%`;
	const cell = element("td", {}, element("span", {}, line,
		element("b", { textContent: blocks || "–" })));
	cell.dataset.order = order;
	return cell;
}

export function showOrders(shot) {
	const blocks = freeBlocks(shot);
	const pages = blocks.flatMap((zone) => zone.map((n, order) => n * 2 ** order));
	const most = Math.max(1, ...pages);
	const head = element("tr", {}, element("th", { textContent: "pages a block" }),
		...shot.zones.map((zone) =>
			element("th", { textContent: zoneName(shot, zone), scope: "col" })));
	const rows = Array.from({ length: FREE_ORDERS }, (_, order) => element("tr", {},
		element("th", { textContent: `${2 ** order}`, scope: "row" }),
		...blocks.map((zone) => bar(zone[order], order, most))));
	const sums = [["free pages", "freePages"], ["of", "managed"], ["for urgent ones", "min"]];
	$("orders").replaceChildren(element("thead", {}, head), element("tbody", {}, ...rows),
		element("tfoot", {}, ...sums.map(([words, member]) => element("tr", {},
			element("th", { textContent: words, scope: "row" }),
			...shot.zones.map((zone) =>
				element("td", { textContent: number(zone[member]) }))))));
}

/* What the page frame is, in words. */
export function sentence(pfn, shot, memory) {
	const state = shot.states[pfn], zone = shot.zones[zoneOf(shot, pfn)];
	const address = (pfn * PAGE_KIB * 1024).toString(16).padStart(8, "0");
	const what = state < FREE_ORDERS
		? `free, in the block of ${2 ** state} pages from ${shot.heads[pfn]} on`
		: SENTENCES[STATES[state - FREE_ORDERS]];
	const type = memory.migrateType(shot.blocks, pfn);
	const where = zone ? `; zone ${zoneName(shot, zone)}${type && `, page block ${type}`}` : "";
	return `Page ${pfn}, address 0x${address}: ${what}${where}.`;
}
