/* SPDX-License-Identifier: 0BSD
 *
 * picture.js - the picture of a frame: cells in colours and letters, a closer look at single pages,
 * and what is known of the pages of a cell.
 *
 * The letters are those of the monitor's `map`. A narrow window has 32 cells a row instead of 64,
 * so that they can be read. In the closer look a cell is a page; what is looked at stays when the
 * frame changes, so one can see what becomes of a page.
 */
"use strict";

const page = JSON.parse(document.getElementById("data").textContent);
const ZOOM_PAGES = 1024, PAGE = 4096, NAMES_MAX = 3;
const $ = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const narrow = matchMedia("(max-width: 560px)");
// From page zoom on, or at the whole; at pages [first, end), or none; with the keys at a cell. The
// states are those of the film: letter -> [name, class, order].
const look = { zoom: -1, marked: null, cursor: 0, states: {} };

function size(bytes) {
	for (const [unit, shift] of [["GiB", 30], ["MiB", 20], ["KiB", 10]])
		if (bytes >= 2 ** shift)
			return `${+(bytes / 2 ** shift).toFixed(1)} ${unit}`;
	return `${bytes} B`;
}

function element(name, properties, ...children) {
	const made = Object.assign(document.createElement(name), properties);
	made.append(...children);
	return made;
}

const percent = (part, whole) => (whole ? 100 * part / whole : 0).toFixed(2) + "%";
const hex = (number) => "0x" + number.toString(16).padStart(5, "0");
const range = (first, last) => first === last ? hex(first) : `${hex(first)} to ${hex(last)}`;
const nameOf = (letter) => look.states[letter][0];
const stateClass = (letter) => look.states[letter][1];
const orderOf = (letter) => look.states[letter][2] ?? NaN;
const typeClass = (letter) => letter === "-" ? "" : `t${letter}`;

/* ---- The whole, or a closer look: a cell a page */

const hasPages = (picture) => picture.runs !== "" || picture.per === 1;

/* The letters of pages [start, end). A run is a letter and a number of pages, from page 0 on. */
function lettersOf(picture, start, end) {
	if (!picture.runs)
		return picture.cells.slice(start - picture.start, end - picture.start);
	let letters = "", at = 0;
	for (const run of picture.runs.split(",")) {
		const next = at + +run.slice(1);
		letters += run[0].repeat(Math.max(Math.min(next, end) - Math.max(at, start), 0));
		at = next;
	}
	return letters;
}

/* What is drawn of a picture. Its rows are always whole, also where they are cut into two. */
function viewOf(picture) {
	const close = look.zoom >= 0 && hasPages(picture);
	const cells = close ? lettersOf(picture, look.zoom, look.zoom + ZOOM_PAGES) : picture.cells;
	const start = close ? look.zoom : picture.start, per = close ? 1 : picture.per;
	const wide = close ? 64 : picture.columns, width = Math.min(wide, narrow.matches ? 32 : 64);
	return { close, cells, start, per, columns: width,
		rows: Math.ceil(cells.length / wide) * wide / width };
}

/* Strokes for each class of cells, as page.py draws the whole; holes are left open. */
function strokes(cells, classOf, width) {
	const paths = {};
	for (let at = 0; at < cells.length; at += width)
		for (const run of cells.slice(at, at + width).matchAll(/(.)\1*/g)) {
			const name = classOf(run[1]), from = `M${run.index} ${at / width}.5`;
			paths[name] = (paths[name] ?? "") + `${from}h${run[0].length}`;
		}
	delete paths[""];
	const path = ([name, d]) => `<path class="${name}" d="${d}"/>`;
	return Object.entries(paths).map(path).join("");
}

/* What the last rows lack is no hole. */
function missing({ cells, columns: width, rows }) {
	let d = "";
	for (let row = Math.floor(cells.length / width); row < rows; row++) {
		const from = Math.max(cells.length - row * width, 0);
		d += `M${from} ${row}.5h${width - from}`;
	}
	return d && `<path class="end" d="${d}"/>`;
}

function gridLines({ columns: width, rows }) {
	const across = Array.from({ length: width - 1 }, (_, x) => `M${x + 1} 0v${rows}`);
	const down = Array.from({ length: rows - 1 }, (_, y) => `M0 ${y + 1}h${width}`);
	return across.join("") + down.join("");
}

/* Letters keep their shape, so they lie in a picture of their own, placed in per cent: a text for
 * each class, whose ink can be read on the colour of its cells. */
function lettersHtml({ cells, columns: width, rows }) {
	const places = {};
	[...cells].forEach((letter, i) => {
		const place = places[letter] ??= { x: [], y: [] };
		place.x.push(percent(i % width + 0.5, width));
		place.y.push(percent(Math.floor(i / width) + 0.5, rows));
	});
	return Object.entries(places).map(([letter, { x, y }]) =>
		`<text class="${stateClass(letter)}" x="${x.join(" ")}" y="${y.join(" ")}">` +
		`${letter.repeat(x.length)}</text>`).join("");
}

/* A frame around cells [first, end): one for whole rows, one for what is before or behind them. */
function outline(first, end, width, name) {
	let html = "";
	for (let at = first; at < end;) {
		const x = at % width, rows = x ? 1 : Math.max(Math.floor((end - at) / width), 1);
		const cells = Math.min(rows * width - x, end - at);
		html += `<rect class="${name}" x="${x}" y="${Math.floor(at / width)}" ` +
			`width="${Math.min(cells, width)}" height="${rows}"/>`;
		at += cells;
	}
	return html;
}

function marksHtml(view) {
	const inView = (pfn) =>
		Math.min(Math.max((pfn - view.start) / view.per, 0), view.cells.length);
	const [first, end] = (look.marked ?? [0, 0]).map(inView);
	look.cursor = Math.min(Math.max(look.cursor, 0), view.cells.length - 1);
	const marked = [Math.floor(first), Math.ceil(end), view.columns];
	return outline(...marked, "halo") + outline(...marked, "mark") +
		outline(look.cursor, look.cursor + 1, view.columns, "cursor-cell");
}

function scaleNote({ close, per, columns: width, cells }) {
	if (close)
		return `A cell is a page, ${size(PAGE)}; a row ${size(PAGE * width)}. ` +
			"Click a page to see what is known of it; Esc shows the whole.";
	const pages = per === 1 ? "a page" : `${per} pages`;
	const row = size(per * PAGE * Math.min(width, cells.length));
	return `A cell is ${pages}, ${size(per * PAGE)}; a row ${row}. ` +
		"Point at a cell to see what it is, click to see its pages.";
}

function showPicture(frame) {
	const view = viewOf(frame.picture), every = Math.ceil(view.rows / 4);
	const svg = $("picture"), bytes = view.per * view.columns * PAGE;
	svg.setAttribute("viewBox", `0 0 ${view.columns} ${view.rows}`);
	svg.classList.toggle("close", view.close);
	$("stage").style.setProperty("--columns", view.columns);
	$("stage").style.setProperty("--rows", view.rows);
	$("shown").setAttribute("visibility", "hidden");
	$("cells").innerHTML = strokes(view.cells, stateClass, view.columns) + missing(view);
	$("lines").setAttribute("d", gridLines(view));
	$("marks").innerHTML = marksHtml(view);
	$("letters").innerHTML = lettersHtml(view);
	$("zoom").textContent = view.close ? "Whole" : "Pages";
	$("zoom").disabled = !hasPages(frame.picture);
	$("axis").replaceChildren(...Array.from({ length: view.rows }, (_, row) => element("span",
		{ textContent: row % every ? "" : size(view.start * PAGE + row * bytes) })));
	$("cell").textContent = scaleNote(view);
}

/* ---- What is known of pages */

/* The names that ledger, bootmem's record, firmware and caches have for a page, each once. */
function ownersOf(frame, pfn) {
	const names = frame.names.flatMap((list) => page.lists[list])
		.filter(([first, last]) => first <= pfn && pfn <= last).map(([, , name]) => name);
	const once = [...new Set(names)], more = once.length - NAMES_MAX;
	return once.slice(0, NAMES_MAX).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function zoneOf(frame, pfn) {
	const zone = frame.zones.find(([, start, end]) => start <= pfn && pfn < end);
	return zone ? `zone ${zone[0]}` : "";
}

function typeOf(frame, pfn) {
	const name = page.typeNames[frame.types[Math.floor(pfn / frame.blockPages)]];
	return name ? `page block ${name}` : "";
}

/* What is known of a page: the same text for pages of which the same is known. */
function knownOf(frame, pfn, letter) {
	const order = orderOf(letter), block = 2 ** order, first = pfn - pfn % block;
	const free = `free block of order ${order}, ${range(first, first + block - 1)}`;
	return [order >= 0 ? free : nameOf(letter), ownersOf(frame, pfn), zoneOf(frame, pfn),
		typeOf(frame, pfn)].filter(Boolean).join(" · ");
}

/* Runs of pages of which the same is known: [first, last, letter, text]. */
function knownRuns(frame, first, end) {
	const runs = [];
	[...lettersOf(frame.picture, first, end)].forEach((letter, i) => {
		const text = knownOf(frame, first + i, letter), run = runs.at(-1);
		if (run && run[2] === letter && run[3] === text)
			run[1] = first + i;
		else
			runs.push([first + i, first + i, letter, text]);
	});
	return runs;
}

function knownItem([first, last, letter, text]) {
	const className = `swatch ${stateClass(letter) || "hatched"}`;
	const where = element("b", { textContent: range(first, last) });
	const pages = last > first ? ` ${last - first + 1} pages` : "";
	return element("li", {}, element("span", { className, textContent: letter }),
		element("span", {}, where, pages, element("br"), text));
}

function showKnown(frame) {
	$("stage").classList.toggle("opened", Boolean(look.marked));
	if (!look.marked)
		return;
	const [first, end] = look.marked;
	const address = (first * PAGE).toString(16).padStart(8, "0");
	const none = "This film says of a cell only what most of its pages are.";
	$("known-title").textContent = `Page${end - first > 1 ? "s" : ""} ${range(first, end - 1)}`;
	$("known-where").textContent =
		`${size((end - first) * PAGE)} from ${size(first * PAGE)} on, address 0x${address}`;
	const runs = hasPages(frame.picture) ? knownRuns(frame, first, end) : [];
	$("known-list").replaceChildren(...runs.map(knownItem), ...runs.length ? [] : [none]);
}

/* ---- Pointing at cells */

function cellAt(event, view) {
	const box = $("picture").getBoundingClientRect();
	const column = Math.floor((event.clientX - box.left) / box.width * view.columns);
	const row = Math.floor((event.clientY - box.top) / box.height * view.rows);
	return row * view.columns + column;
}

function describe(view, index) {
	const letter = view.cells[index], pfn = view.start + index * view.per;
	const where = `pfn ${range(pfn, pfn + view.per - 1)}, from ${size(pfn * PAGE)} on`;
	$("cell").textContent = letter === undefined ? scaleNote(view) :
		`${where}: ${letter} ${nameOf(letter)}`;
}

/* Open a cell: mark its pages, and show them with those around them, in whole rows. */
function openCell(picture, index) {
	const view = viewOf(picture), first = view.start + index * view.per;
	if (view.cells[index] === undefined)
		return;
	look.marked = [first, first + view.per];
	look.cursor = index;
	if (!view.close && hasPages(picture)) {
		const highest = picture.start + picture.cells.length * picture.per - ZOOM_PAGES;
		const middle = first + (view.per - ZOOM_PAGES) / 2;
		look.zoom = Math.max(Math.floor(Math.min(middle, highest) / 64) * 64, 0);
		look.cursor = first - look.zoom;
	}
}

function closeCell() {
	look.zoom = -1;
	look.marked = null;
}
