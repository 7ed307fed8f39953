/* SPDX-License-Identifier: 0BSD
 *
 * page.js - the films of report.html: a slider over the frames of the one that is chosen.
 *
 * What a film is, here and to page.py, which writes them into the page's data:
 *
 *	page.films	the films; the first is the boot's, whose the sections below the stage are
 *	film		{ key, name, about, states, poster, frames }; poster is its first frame,
 *			states what its letters mean: letter -> [name, class, order if free]
 *	frame		{ title, words, text, label, picture, rows, pages, names, zones, types ... }
 *	  title, words	the caption: what is done, and to what; label is both in short
 *	  text		a sentence or two that explain it
 *	  picture	{ start, per, columns, cells, runs }: a letter for each cell of so many
 *			pages from page start on; runs are single pages ("K12,a1024"), or ""
 *	  rows		[[name, value], ...], a table beside the picture; may be empty
 *	  pages		letter -> pages of that state, for the legend
 *	  names		who has a page: numbers of page.lists, each of [first page, last page, name]
 *	  zones, types	[[name, start, end], ...] in pages; a letter for each page block
 *
 * A frame of the boot has what its other reports say as well: free, index, caches, values.
 * Everything is on the page without this script, as of one frame, the poster.
 * The address is #frame-N, in other films than the first #KEY-frame-N, both counted from 1.
 */
"use strict";

const STEP_MS = 450, REST_MS = 600; // the address follows when nothing has moved for so long
let film = page.films[0], current = film.poster, started = false, timer = 0, rest = 0;

/* ---- One frame */

function showCaption(frame) {
	$("name").textContent = frame.title;
	$("words").textContent = frame.words;
	$("counter").textContent = `frame ${current + 1} of ${film.frames.length}`;
	$("sentence").textContent = frame.text;
	$("slider").value = current;
	$("slider").setAttribute("aria-valuetext", `${frame.title} ${frame.words}`);
	all(".phases span").forEach(({ classList, dataset: { first, last } }) =>
		classList.toggle("now", current >= first && current <= last));
	all(`#sheet-${film.key} a`).forEach(({ classList }, i) =>
		classList.toggle("now", i === current));
}

function showRows(frame) {
	$("rows").replaceChildren(...frame.rows.map(([name, value]) => element("tr", {},
		element("th", { textContent: name }), element("td", { textContent: value }))));
}

function showLegend(frame) {
	all(`#legend-${film.key} li`).forEach((item) => {
		const pages = frame.pages[item.dataset.state] || 0;
		item.classList.toggle("none", !pages);
		item.lastElementChild.textContent = pages ? size(pages * PAGE) : "–";
	});
}

/* What each page block is for. */
function showBlocks(frame) {
	if (page.types)
		$("blocks").innerHTML = strokes(frame.types, typeClass, 64);
	all(".types output").forEach((output, i) =>
		output.textContent = frame.types.split(page.types[i]).length - 1);
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
		row.querySelector(".slab").style.width = percent(slab, page.slabMax);
		row.querySelector(".used").style.width = percent(used, page.slabMax);
		const waste = slab ? `${Math.round(100 * (slab - used) / slab)} %` : "–";
		const values = [active, size(used), size(slab), waste];
		row.querySelectorAll(".v").forEach((cell, i) => cell.textContent = values[i]);
	});
	all("#slab .when").forEach((place) => place.textContent = frame.label);
}

function showCursors(frame) {
	const at = (current - page.first) / Math.max(film.frames.length - 1 - page.first, 1);
	all(".cursor").forEach((cursor) => {
		cursor.style.left = percent(at, 1);
		cursor.hidden = at < 0;
	});
	all(".charts output").forEach((output, i) => output.textContent = frame.values[i] ?? "");
}

/* The sections below the stage stay at the boot's last frame while another film is shown. */
function show(index) {
	current = Math.min(Math.max(index, 0), film.frames.length - 1);
	const parts = [showPicture, showKnown, showCaption, showRows, showLegend];
	if (film === page.films[0])
		parts.push(showBlocks, showOrders, showSlab, showCursors);
	parts.forEach((part) => part(film.frames[current]));
}

/* ---- The film */

function showFilm(chosen) {
	const isBoot = chosen === page.films[0];
	film = chosen;
	look.states = film.states;
	closeCell();
	$("slider").max = film.frames.length - 1;
	$("stage").classList.toggle("boot", isBoot);
	$("about").textContent = isBoot ? "" : film.about;
	all(".films button").forEach((button, i) =>
		button.setAttribute("aria-pressed", page.films[i] === film));
	for (const { key } of page.films)
		$(`film-${key}`).hidden = $(`legend-${key}`).hidden = key !== film.key;
}

function choose(chosen) {
	stop();
	showFilm(chosen);
	go(film === page.films[0] ? film.poster : 0);
}

/* ---- The address */

const addressOf = () => `#${film === page.films[0] ? "" : `${film.key}-`}frame-${current + 1}`;

/* A drag, a held key and a play are one entry of the history each. */
function remember() {
	clearTimeout(rest);
	rest = setTimeout(() => {
		if (location.hash !== addressOf())
			history.pushState(null, "", addressOf());
	}, REST_MS);
}

function say(text) {
	$("said").textContent = text;
	$("said").hidden = !text;
}

/* A link to a frame, from outside, the sheet or the history. No element has that name: nothing
 * scrolls. Without one the page is as it opened. */
function followLink() {
	const link = /^#(?:(.+)-)?frame-(\d+)$/.exec(location.hash) ?? [];
	const [, key = page.films[0].key, digits] = link;
	const wanted = page.films.find((one) => one.key === key), number = +digits;
	stop();
	clearTimeout(rest);
	showFilm(wanted ?? page.films[0]);
	show(digits && wanted ? number - 1 : film.poster);
	say(!wanted ? `There is no film "${key}" here.` :
		number < 1 ? "Frames are counted from 1." : number > film.frames.length ?
		`There is no frame ${number}: this is the last of ${film.frames.length}.` : "");
}

/* ---- Going through the frames */

function stop() {
	clearInterval(timer);
	timer = 0;
	$("play").textContent = "▶ Play";
}

function move(index) {
	started = true;
	say("");
	show(index);
	remember();
}

function step() {
	move(current + 1);
	if (current === film.frames.length - 1)
		stop();
}

function play() {
	if (timer)
		return stop();
	if (!started || current === film.frames.length - 1)
		move(0);
	timer = setInterval(step, STEP_MS);
	$("play").textContent = "❚❚ Pause";
}

function go(index) {
	stop();
	move(index);
}

function goInBoot(index) {
	if (film !== page.films[0])
		showFilm(page.films[0]);
	go(index);
}

/* ---- Cells */

function open(index) {
	openCell(film.frames[current].picture, index);
	show(current);
}

function close() {
	closeCell();
	show(current);
}

/* Without a cell that was pointed at: where this frame differs from the one before it. */
function toggleZoom() {
	const { cells } = film.frames[current].picture;
	const before = film.frames[Math.max(current - 1, 0)].picture.cells;
	if (look.zoom < 0 && !look.marked)
		open(Math.max([...cells].findIndex((letter, i) => letter !== before[i]), 0));
	else
		close();
}

/* With the picture in focus the arrows go from cell to cell, and Enter opens one. */
function onPictureKey(event) {
	const { columns: width } = viewOf(film.frames[current].picture);
	const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -width, ArrowDown: width };
	if (event.altKey || event.ctrlKey || event.metaKey)
		return;
	if (event.key in moves) {
		look.cursor += moves[event.key];
		show(current);
		describe(viewOf(film.frames[current].picture), look.cursor);
	} else if (event.key === "Enter" || event.key === " ") {
		open(look.cursor);
	} else {
		return;
	}
	event.preventDefault();
	event.stopPropagation();
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
	else if (event.key === "z" && !$("zoom").disabled)
		toggleZoom();
	else if (event.key === "Escape" && look.marked)
		close();
	else
		return;
	event.preventDefault();
}

function onPicture(event) {
	const view = viewOf(film.frames[current].picture);
	return [view, cellAt(event, view)];
}

$("slider").addEventListener("input", () => go(+$("slider").value));
$("play").addEventListener("click", play);
$("back").addEventListener("click", () => go(current - 1));
$("on").addEventListener("click", () => go(current + 1));
$("zoom").addEventListener("click", toggleZoom);
$("close").addEventListener("click", close);
$("picture").addEventListener("mousedown", (event) => event.preventDefault()); // takes no focus
$("picture").addEventListener("click", (event) => open(onPicture(event)[1]));
$("picture").addEventListener("pointermove", (event) => describe(...onPicture(event)));
$("picture").addEventListener("pointerleave", () => showPicture(film.frames[current]));
$("picture").addEventListener("keydown", onPictureKey);
document.addEventListener("keydown", onKey);
narrow.addEventListener("change", () => show(current));
addEventListener("popstate", followLink);
all(".films button").forEach((button, i) =>
	button.addEventListener("click", () => choose(page.films[i])));
all(".phases span").forEach((phase) =>
	phase.addEventListener("click", () => go(+phase.dataset.first)));
page.films.forEach((one) => all(`#sheet-${one.key} a`).forEach((link, i) =>
	link.addEventListener("click", (event) => {
		event.preventDefault();
		go(i);
		$("film").scrollIntoView({ behavior: "smooth" });
	})));
all(".chart").forEach((chart) => chart.addEventListener("click", (event) => {
	const box = chart.getBoundingClientRect(), share = (event.clientX - box.left) / box.width;
	goInBoot(Math.round(page.first + share * (page.films[0].frames.length - 1 - page.first)));
}));
followLink();
