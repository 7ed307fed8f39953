/* SPDX-License-Identifier: 0BSD
 *
 * report.js - the film of report.html: a slider over the frames.
 *
 * Everything is on the page without this script, as of one frame (the poster). Here a change of
 * frame exchanges what differs: the picture, which is an SVG symbol for each frame, the caption,
 * the numbers and the widths of bars.
 */
"use strict";

const film = JSON.parse(document.getElementById("data").textContent);
const COLUMNS = 64, STEP_MS = 450, ZOOM_PAGES = 16 * COLUMNS;
const $ = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
let current = film.poster, started = false, timer = 0;
let zoom = -1; // the first page of the closer look; -1: the whole is shown

function size(bytes) {
	for (const [unit, shift] of [["GiB", 30], ["MiB", 20], ["KiB", 10]])
		if (bytes >= 2 ** shift)
			return `${+(bytes / 2 ** shift).toFixed(1)} ${unit}`;
	return `${bytes} B`;
}

const percent = (part, whole) => (whole ? 100 * part / whole : 0).toFixed(2) + "%";
const hex = (number) => "0x" + number.toString(16).padStart(5, "0");

/* ---- The whole, or a closer look: a cell a page */

/* The letters of pages [start, end). A run is a letter and a number of pages. */
function lettersOf(frame, start, end) {
	let letters = "", at = 0;
	for (const run of frame.runs.split(",")) {
		const next = at + +run.slice(1);
		letters += run[0].repeat(Math.max(Math.min(next, end) - Math.max(at, start), 0));
		at = next;
	}
	return letters;
}

function viewOf(frame) {
	if (zoom < 0 || !frame.runs)
		return frame;
	const cells = lettersOf(frame, zoom, zoom + ZOOM_PAGES);
	return { start: zoom, per: 1, rows: Math.ceil(cells.length / COLUMNS), cells,
		scale: "A cell is a page, 4 KiB; a row 256 KiB. " +
			"Point at a page to see what it is, click to see the whole." };
}

const stateClass = (letter) => film.classes[letter] ?? `o${parseInt(letter, 16)}`;
const typeClass = (letter) => letter === "-" ? "" : `t${letter}`;

/* Strokes for each class of cells, as report.py draws the whole. */
function strokes(cells, classOf) {
	const paths = {};
	for (let at = 0; at < cells.length; at += COLUMNS)
		for (const run of cells.slice(at, at + COLUMNS).matchAll(/(.)\1*/g)) {
			const name = classOf(run[1]), from = `M${run.index} ${at / COLUMNS}.5`;
			paths[name] = (paths[name] ?? "") + `${from}h${run[0].length}`;
		}
	delete paths[""]; // holes are left open
	const element = ([name, d]) => `<path class="${name}" d="${d}"/>`;
	return Object.entries(paths).map(element).join("");
}

/* ---- One frame */

function showPicture(frame) {
	const view = viewOf(frame), close = view !== frame;
	$("picture").setAttribute("viewBox", `0 0 ${COLUMNS} ${view.rows}`);
	$("picture").classList.toggle("close", close);
	$("shown").setAttribute("href", `#f${current}`);
	$("shown").setAttribute("visibility", close ? "hidden" : "visible");
	$("closer").innerHTML = close ? strokes(view.cells, stateClass) : "";
	$("zoom").textContent = close ? "Whole" : "Pages";
	let lines = "";
	for (let x = 1; x < COLUMNS; x++)
		lines += `M${x} 0v${view.rows}`;
	for (let y = 1; y < view.rows; y++)
		lines += `M0 ${y}h${COLUMNS}`;
	$("lines").setAttribute("d", lines);
	const bytes = view.per * COLUMNS * 4096;
	$("axis").replaceChildren(...Array.from({ length: view.rows }, (_, row) => {
		const label = document.createElement("span");
		label.textContent = row % 4 ? "" : size(view.start * 4096 + row * bytes);
		return label;
	}));
	$("cell").textContent = view.scale;
}

/* Letters keep their shape, so they lie in a picture of their own, placed in per cent. */
function showLetters(frame) {
	const view = viewOf(frame);
	const rows = $("spell").checked ? [...Array(view.rows).keys()] : [];
	$("letters").replaceChildren(...rows.map((row) => {
		const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
		const cells = view.cells.slice(row * COLUMNS, (row + 1) * COLUMNS);
		const middles = [...cells].map((_, x) => percent(x + 0.5, COLUMNS));
		text.setAttribute("x", middles.join(" "));
		text.setAttribute("y", percent(row + 0.5, view.rows));
		text.textContent = cells;
		return text;
	}));
}

function showCaption(frame) {
	$("name").textContent = frame.title;
	$("words").textContent = frame.words;
	$("counter").textContent = `frame ${current + 1} of ${film.frames.length}`;
	$("sentence").textContent = frame.sentence;
	$("slider").value = current;
	$("slider").setAttribute("aria-valuetext", `${frame.title} ${frame.words}`);
	all(".phases span").forEach(({ classList, dataset: { first, last } }) =>
		classList.toggle("now", current >= first && current <= last));
	all(".sheet a").forEach((link, i) => link.classList.toggle("now", i === current));
}

function showLegend(frame) {
	all(".legend li").forEach((item) => {
		const pages = frame.pages[item.dataset.state] || 0;
		item.classList.toggle("none", !pages);
		item.lastElementChild.textContent = pages ? size(pages * 4096) : "–";
	});
}

/* What each page block is for. */
function showBlocks(frame) {
	if (film.types)
		$("blocks").innerHTML = strokes(frame.types, typeClass);
	all(".types output").forEach((output, i) =>
		output.textContent = frame.types.split(film.types[i]).length - 1);
}

/* Each zone by itself: what share of its free memory lies in blocks of this order? */
function showOrders(frame) {
	all(".orders .index").forEach((cell, order) => cell.textContent = frame.index[order]);
	all(".orders [data-zone]").forEach((cell) => {
		const { zone, order } = cell.dataset, blocks = frame.free[zone] || [];
		const free = blocks.reduce((sum, count, i) => sum + count * 2 ** i, 0);
		cell.querySelector("i").style.width = percent(blocks[order] * 2 ** order, free);
		cell.querySelector("b").textContent = blocks[order] ?? "–";
	});
}

function showSlab(frame) {
	all("#slab tr[data-cache]").forEach((row) => {
		const [active = 0, used = 0, slab = 0] = frame.caches[row.dataset.cache] || [];
		row.querySelector(".slab").style.width = percent(slab, film.slabMax);
		row.querySelector(".used").style.width = percent(used, film.slabMax);
		const waste = slab ? `${Math.round(100 * (slab - used) / slab)} %` : "–";
		const values = [active, size(used), size(slab), waste];
		row.querySelectorAll(".v").forEach((cell, i) => cell.textContent = values[i]);
	});
	all("#slab .when").forEach((place) => place.textContent = frame.label);
}

function showCursors(frame) {
	const at = (current - film.first) / Math.max(film.frames.length - 1 - film.first, 1);
	all(".cursor").forEach((cursor) => {
		cursor.style.left = percent(at, 1);
		cursor.hidden = at < 0;
	});
	all(".charts output").forEach((output, i) => output.textContent = frame.values[i] ?? "");
}

function show(index) {
	current = Math.min(Math.max(index, 0), film.frames.length - 1);
	const frame = film.frames[current];
	const parts = [showPicture, showLetters, showCaption, showLegend, showOrders, showBlocks,
		showSlab, showCursors];
	parts.forEach((part) => part(frame));
}

/* ---- Going through them */

function stop() {
	clearInterval(timer);
	timer = 0;
	$("play").textContent = "▶ Play";
}

function step() {
	show(current + 1);
	if (current === film.frames.length - 1)
		stop();
}

function play() {
	if (timer)
		return stop();
	if (!started || current === film.frames.length - 1)
		show(0);
	started = true;
	timer = setInterval(step, STEP_MS);
	$("play").textContent = "❚❚ Pause";
}

function go(index) {
	stop();
	started = true;
	show(index);
}

function onKey(event) {
	const inField = event.target.matches("input, button, a");
	const moves = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: Infinity };
	if (event.altKey || event.ctrlKey || event.metaKey)
		return;
	if (event.key in moves && event.target.type !== "range")
		go(moves[event.key]);
	else if (event.key === " " && !inField)
		play();
	else if (event.key === "z" || (event.key === "Escape" && zoom >= 0))
		toggleZoom();
	else
		return;
	event.preventDefault();
}

/* ---- What a cell is */

function cellAt(event, view) {
	const box = $("picture").getBoundingClientRect();
	const column = Math.floor((event.clientX - box.left) / box.width * COLUMNS);
	const row = Math.floor((event.clientY - box.top) / box.height * view.rows);
	return row * COLUMNS + column;
}

function describe(event) {
	const view = viewOf(film.frames[current]), index = cellAt(event, view);
	const letter = view.cells[index], pfn = view.start + index * view.per;
	const what = film.states[letter] || `free, order ${parseInt(letter, 16)}`;
	const last = view.per > 1 ? ` to ${hex(pfn + view.per - 1)}` : "";
	$("cell").textContent = letter === undefined ? view.scale :
		`pfn ${hex(pfn)}${last}, from ${size(pfn * 4096)} on: ${letter} ${what}`;
}

/* The pages around that cell of the whole, in whole rows. */
function lookCloser(index) {
	const frame = film.frames[current];
	const middle = frame.start + index * frame.per - ZOOM_PAGES / 2;
	const highest = frame.start + frame.cells.length * frame.per - ZOOM_PAGES;
	zoom = Math.max(Math.floor(Math.min(middle, highest) / COLUMNS) * COLUMNS, 0);
	show(current);
}

function lookAway() {
	zoom = -1;
	show(current);
}

/* Without a cell that was pointed at: where this frame differs from the one before it. */
function toggleZoom() {
	const cells = [...film.frames[current].cells];
	const before = film.frames[Math.max(current - 1, 0)].cells;
	const changed = cells.findIndex((letter, i) => letter !== before[i]);
	if (zoom < 0)
		lookCloser(Math.max(changed, 0));
	else
		lookAway();
}

$("slider").addEventListener("input", () => go(+$("slider").value));
$("play").addEventListener("click", play);
$("back").addEventListener("click", () => go(current - 1));
$("on").addEventListener("click", () => go(current + 1));
$("zoom").addEventListener("click", toggleZoom);
$("picture").addEventListener("click", (event) => {
	if (zoom < 0)
		lookCloser(cellAt(event, film.frames[current]));
	else
		lookAway();
});
$("spell").addEventListener("change", () => show(current));
$("picture").addEventListener("pointermove", describe);
$("picture").addEventListener("pointerleave", () => showPicture(film.frames[current]));
document.addEventListener("keydown", onKey);
all(".phases span").forEach((phase) =>
	phase.addEventListener("click", () => go(+phase.dataset.first)));
all(".sheet a").forEach((link, i) => link.addEventListener("click", () => {
	go(i);
	$("film").scrollIntoView({ behavior: "smooth" });
}));
all(".chart").forEach((chart) => chart.addEventListener("click", (event) => {
	const box = chart.getBoundingClientRect();
	const share = (event.clientX - box.left) / box.width;
	go(Math.round(film.first + share * (film.frames.length - 1 - film.first)));
}));

/* A link to a frame, from outside or from the sheet. No element has that name: nothing scrolls. */
function followLink() {
	const wanted = /^#frame-(\d+)$/.exec(location.hash);
	if (wanted)
		go(wanted[1] - 1);
	return wanted;
}

window.addEventListener("hashchange", followLink);
if (!followLink())
	show(film.poster);
