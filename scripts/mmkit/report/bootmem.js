/* SPDX-License-Identifier: 0BSD
 *
 * bootmem.js - bootmem's calls: a slider over them, and the bits as each call left them.
 *
 * The bits of a call follow from all calls up to it, as in bootmem.py (class Bits). A module: its
 * names are its own.
 */
const calls = JSON.parse(document.getElementById("call-data").textContent);
const COLUMNS = 64, ROWS_MAX = 16, CLOSE_ROWS = 3, PAGE = 4096, STEP_MS = 450;
const NONE = 0, FREE = 1, RESERVED = 2, USED = 3; // of a page; NONE: it has no bit
const CLASSES = ["", "free", "reserved", "used"];
const $ = (id) => document.getElementById(id);
const hex = (number) => "0x" + number.toString(16).padStart(5, "0");
const end = Math.max(...calls.map((call) => call.pages[1]));
let current = 0, timer = 0;

/* ---- The bits */

/* A reservation leaves what is used as it is; freeing leaves the bitmaps' own pages. */
function apply(states, call, bitmaps) {
	const [first, last] = call.pages;
	if (call.kind === "begin")
		bitmaps.push(call.bitmap);
	if (call.kind === "reserve")
		for (let pfn = first; pfn < last; pfn++)
			states[pfn] = states[pfn] === USED ? USED : RESERVED;
	else
		states.fill({ begin: RESERVED, free: FREE, alloc: USED, retire: NONE }[call.kind],
			first, last);
	for (const [from, to] of call.kind === "free" ? bitmaps : [])
		for (let pfn = from; pfn < to; pfn++)
			states[pfn] = states[pfn] === FREE ? RESERVED : states[pfn];
}

function statesAfter(index) {
	const states = new Uint8Array(end), bitmaps = [];
	calls.slice(0, index + 1).forEach((call) => apply(states, call, bitmaps));
	return states;
}

/* Of several pages, as the monitor's `bitmap` has it. */
function cellClass(pages) {
	const has = (state) => pages.includes(state);
	if (has(FREE))
		return has(RESERVED) || has(USED) ? "some" : "free";
	return has(USED) ? "used" : has(RESERVED) ? "reserved" : "";
}

/* ---- The whole */

function showWhole(states) {
	let per = 1;
	while (end > COLUMNS * ROWS_MAX * per)
		per *= 2;
	const rows = Math.ceil(end / (COLUMNS * per)), paths = {};
	for (let cell = 0; cell * per < end; cell++) {
		const name = cellClass(states.subarray(cell * per, (cell + 1) * per));
		const at = `M${cell % COLUMNS} ${Math.floor(cell / COLUMNS)}.5h1`;
		paths[name] = (paths[name] ?? "") + at;
	}
	delete paths[""];
	$("call-bits").setAttribute("viewBox", `0 0 ${COLUMNS} ${rows}`);
	$("call-bits").innerHTML = Object.entries(paths)
		.map(([name, d]) => `<path class="${name}" d="${d}"/>`).join("");
	const cell = per === 1 ? "a page" : `${per} pages`;
	const row = hex(COLUMNS * per);
	$("call-scale").textContent = `All bits: a cell is ${cell}, a row ${row} pages.`;
}

/* ---- The bits around the call */

const square = (pfn, start, name, height = 1) => {
	const x = pfn % COLUMNS, y = (pfn - start - x) / COLUMNS * 1.6 + 1 - height;
	return `<rect class="${name}" x="${x + .05}" y="${y}" width=".9" height="${height}"/>`;
};

/* The last page of the last allocation up to this call, and how much of it is taken. */
function lastPlace() {
	const last = calls.slice(0, current + 1).findLast((call) => call.last !== undefined);
	return last ?? { last: -1, offset: 0 };
}

/* A page in part: free for whoever merges, used as far as last_offset. */
function pageSquares(states, pfn, start) {
	const { last, offset } = lastPlace();
	if (pfn !== last || !offset || states[pfn] !== USED)
		return square(pfn, start, CLASSES[states[pfn]]);
	return square(pfn, start, "free") + square(pfn, start, "used", offset / PAGE);
}

function showClose(states, call) {
	const middle = call.kind === "retire" ? 0 : call.pages[0];
	const start = Math.max(Math.floor(middle / COLUMNS) - 1, 0) * COLUMNS;
	const stop = Math.min(start + CLOSE_ROWS * COLUMNS, end);
	let squares = "";
	for (let pfn = start; pfn < stop; pfn++)
		squares += states[pfn] === NONE ? "" : pageSquares(states, pfn, start);
	for (let pfn = Math.max(call.pages[0], start); pfn < Math.min(call.pages[1], stop); pfn++)
		squares += square(pfn, start, "changed");
	if (call.from >= start && call.from < stop) {
		const x = call.from % COLUMNS, y = (call.from - start - x) / COLUMNS * 1.6;
		squares += `<text x="${x + .5}" y="${y + 1.58}">▲</text>`;
	}
	$("call-close").setAttribute("viewBox", `0 -0.1 ${COLUMNS} ${CLOSE_ROWS * 1.6 + .2}`);
	$("call-close").innerHTML = squares;
	$("call-rows").textContent = `Single bits: pages ${hex(start)} to ${hex(stop - 1)}.`;
}

/* ---- Going through them */

function show(index) {
	current = Math.min(Math.max(index, 0), calls.length - 1);
	const call = calls[current], states = statesAfter(current);
	$("call").value = current;
	$("call").setAttribute("aria-valuetext", call.title);
	$("call-counter").textContent = `call ${current + 1} of ${calls.length}`;
	$("call-name").textContent = call.title;
	$("call-sentence").textContent = `${call.text} ${call.facts ?? ""}`;
	showWhole(states);
	showClose(states, call);
}

function stop() {
	clearInterval(timer);
	timer = 0;
	$("call-play").textContent = "▶ Play";
}

function go(index) {
	stop();
	show(index);
}

function step() {
	show(current + 1);
	if (current === calls.length - 1)
		stop();
}

function play() {
	if (timer)
		return stop();
	if (current === calls.length - 1)
		show(0);
	timer = setInterval(step, STEP_MS);
	$("call-play").textContent = "❚❚ Pause";
}

$("call").addEventListener("input", () => go(+$("call").value));
$("call-play").addEventListener("click", play);
$("call-back").addEventListener("click", () => go(current - 1));
$("call-on").addEventListener("click", () => go(current + 1));
document.querySelectorAll("#bootmem tr[data-call] a").forEach((link) =>
	link.addEventListener("click", () => go(+link.closest("tr").dataset.call)));
$("calls").hidden = false;
show(0);
