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
const COLUMNS = 64, STEP_MS = 450;
const $ = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
let current = film.poster, started = false, timer = 0;

function size(bytes) {
	for (const [unit, shift] of [["GiB", 30], ["MiB", 20], ["KiB", 10]])
		if (bytes >= 2 ** shift)
			return `${+(bytes / 2 ** shift).toFixed(1)} ${unit}`;
	return `${bytes} B`;
}

const percent = (part, whole) => (whole ? 100 * part / whole : 0).toFixed(2) + "%";
const hex = (number) => "0x" + number.toString(16).padStart(5, "0");

/* ---- One frame */

function showPicture(frame) {
	$("picture").setAttribute("viewBox", `0 0 ${COLUMNS} ${frame.rows}`);
	$("shown").setAttribute("href", `#f${current}`);
	let lines = "";
	for (let x = 1; x < COLUMNS; x++)
		lines += `M${x} 0v${frame.rows}`;
	for (let y = 1; y < frame.rows; y++)
		lines += `M0 ${y}h${COLUMNS}`;
	$("lines").setAttribute("d", lines);
	const bytes = frame.per * COLUMNS * 4096;
	$("axis").replaceChildren(...Array.from({ length: frame.rows }, (_, row) => {
		const label = document.createElement("span");
		label.textContent = row % 4 ? "" : size(frame.start * 4096 + row * bytes);
		return label;
	}));
	$("cell").textContent = frame.scale;
}

function showLetters(frame) {
	const rows = $("spell").checked ? [...Array(frame.rows).keys()] : [];
	$("letters").replaceChildren(...rows.map((row) => {
		const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
		const cells = frame.cells.slice(row * COLUMNS, (row + 1) * COLUMNS);
		text.setAttribute("x", [...cells].map((_, x) => x + 0.5).join(" "));
		text.setAttribute("y", row + 0.78);
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

/* Each zone by itself: what share of its free memory lies in blocks of this order? */
function showOrders(frame) {
	all(".orders td").forEach((cell) => {
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
	const parts = [showPicture, showLetters, showCaption, showLegend, showOrders, showSlab,
		showCursors];
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
	else
		return;
	event.preventDefault();
}

/* ---- What a cell is */

function describe(event) {
	const frame = film.frames[current], box = $("picture").getBoundingClientRect();
	const column = Math.floor((event.clientX - box.left) / box.width * COLUMNS);
	const row = Math.floor((event.clientY - box.top) / box.height * frame.rows);
	const index = row * COLUMNS + column, letter = frame.cells[index];
	const pfn = frame.start + index * frame.per;
	$("cell").textContent = letter === undefined ? frame.scale :
		`pfn ${hex(pfn)} to ${hex(pfn + frame.per - 1)}, from ${size(pfn * 4096)} on: ` +
		`${letter} ${film.states[letter] || `free, order ${parseInt(letter, 16)}`}`;
}

$("slider").addEventListener("input", () => go(+$("slider").value));
$("play").addEventListener("click", play);
$("back").addEventListener("click", () => go(current - 1));
$("on").addEventListener("click", () => go(current + 1));
$("spell").addEventListener("change", () => show(current));
$("picture").addEventListener("pointermove", describe);
$("picture").addEventListener("pointerleave", () => showPicture(film.frames[current]));
document.addEventListener("keydown", onKey);
all(".phases span").forEach((phase) =>
	phase.addEventListener("click", () => go(+phase.dataset.first)));
all(".sheet a").forEach((link, i) => link.addEventListener("click", (event) => {
	event.preventDefault();
	go(i);
	$("film").scrollIntoView({ behavior: "smooth" });
}));
all(".chart").forEach((chart) => chart.addEventListener("click", (event) => {
	const box = chart.getBoundingClientRect();
	const share = (event.clientX - box.left) / box.width;
	go(Math.round(film.first + share * (film.frames.length - 1 - film.first)));
}));
const wanted = /^#frame-(\d+)$/.exec(location.hash);
show(wanted ? wanted[1] - 1 : film.poster);
