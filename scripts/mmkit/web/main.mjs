/* SPDX-License-Identifier: 0BSD
 *
 * main.mjs - the page: a machine, its consoles, the picture of its memory, and what the buttons do.
 *
 * 1. Phases    booting, busy (a command runs), question (a lesson asks), prompt, panic, ended.
 *              Buttons that type a command work at the prompt only.
 * 2. Who knows The kernel says which commands and lessons it has, layout.json which suites of
 *              tests.
 */
import { Console } from "mmkit/console.mjs";
import { Machine } from "mmkit/machine.mjs";
import { isMap, memmapOption, parseMap, ramEnd } from "mmkit/map_file.mjs";
import { Memory } from "mmkit/memory.mjs";
import { Picture } from "mmkit/picture.mjs";
import { $, element, number, sentence, showLegend, showOrders, size } from "mmkit/view.mjs";

const EVERY_MS = 250;
const SIZES = [16, 32, 64, 128, 256, 512, 1024], DEFAULT_SIZE = 128;
const LIKED = ["help", "buddyinfo", "zoneinfo", "slabinfo", "meminfo", "map", "alloc 3",
	"kmalloc 100", "leaks", "check", "e820", "bench page-pair"];
const LESSON = /^\s*(\d+)\s\s+(.*?)(?:\s+(Gorman .*))?$/;
/* Suites whose tests need what v86 does not emulate: keys from the keyboard controller itself, the
 * interrupt controllers' poll command, a trap after each instruction. */
const BEYOND_V86 = ["input", "irq", "page_race"];
const SHORT_TRACE = "short.txt";
const CLEAR_LINE = "\x15"; // Ctrl-U

const PHASES = { loading: "loading", booting: "booting", busy: "busy", question: "a question waits",
	prompt: "at the prompt", panic: "the kernel has stopped", ended: "the machine has ended" };

let phase = "loading", prompt = "", memory = null;
let started = 0; // in ms since the page was opened
let file = null; // the user's: { options, mebibytes, module, words }
let tests = null; // the run: { planned, done, failed }

const machine = new Machine($("vga"), { onByte: (byte) => terminal.take(byte),
	onReset: () => boot(), onEnd: () => enter("ended") });
const terminal = new Console($("terminal"),
	{ onLine: takeLine, onPrompt: takePrompt, onType: type });
const picture = new Picture($("picture"), { onPoint: showPoint,
	onPick: (pfn) => command(`page ${pfn}`) });

// ---- phases

function enter(next, words = PHASES[next]) {
	phase = next;
	$("status").className = phase;
	$("status").lastElementChild.textContent = words;
	for (const button of document.querySelectorAll("[data-command], #test-suite"))
		button.disabled = phase !== "prompt";
}

/* A new boot of the machine that the form describes; of two like options the last one wins. */
async function boot(options = "") {
	const words = [$("cmdline").value, file?.options, options].filter(Boolean).join(" ");
	const cmdline = /\bthen=/.test(words) ? words : `${words} then=monitor`;
	if (phase !== "loading")
		started = performance.now();
	enter("booting");
	prompt = "";
	tests = null;
	$("verdict").hidden = true;
	terminal.clear();
	picture.clear();
	await machine.boot({ mebibytes: +$("size").value, cmdline, module: file?.module });
}

/* The first prompt of a boot says how the monitor's looks. */
async function takePrompt(text) {
	if (prompt) {
		enter(text === prompt ? "prompt" : /^panic/.test(text) ? "panic" : "question");
		return;
	}
	const took = performance.now() - started;
	if (/^panic/.test(text)) {
		enter("panic");
		return;
	}
	prompt = text;
	await learn();
	enter("prompt", `at the prompt after ${(took / 1000).toFixed(1)} s`);
}

/* Which commands and lessons has this kernel? */
async function learn() {
	const ask = (line) => terminal.ask(line, (text) => machine.send(text));
	const rows = (await ask("help")).filter((line) => line.startsWith("  "));
	const known = new Set(rows.join(" ").split(/\s+/));
	$("commands").replaceChildren(...LIKED.filter((line) => known.has(line.split(" ")[0]))
		.map((line) => commandButton(line, line)));
	const lines = known.has("lesson") ? await ask("lesson") : [];
	const lessons = lines.map((line) => LESSON.exec(line)).filter(Boolean);
	$("lesson-list").replaceChildren(...lessons.map(lessonItem));
	$("lessons").hidden = !lessons.length;
}

function lessonItem([, nr, title, books]) {
	return element("li", {}, commandButton(`lesson ${nr}`, element("b", { textContent: nr }),
		title, element("small", { textContent: books ?? "" })));
}

function commandButton(line, ...children) {
	const onclick = () => command(line);
	const button = element("button", { type: "button", onclick }, ...children);
	button.dataset.command = line;
	return button;
}

/* Type a command at the prompt, as the user would. */
function command(line) {
	if (phase === "prompt")
		type(`${CLEAR_LINE}${line}\r`);
}

function type(text) {
	if (["loading", "ended"].includes(phase))
		return;
	machine.send(text);
	if (text.endsWith("\r") && ["prompt", "question"].includes(phase))
		enter("busy");
}

// ---- tests

function takeLine(line) {
	let found;
	if ((found = /^1\.\.(\d+)/.exec(line))) {
		tests = { planned: +found[1], done: 0, failed: 0 };
	} else if (tests && /^(not )?ok \d+/.test(line)) {
		tests.done++;
		tests.failed += line.startsWith("not ");
		showTests(`${tests.done} of ${tests.planned}, ${tests.failed} failed`, "");
	} else if (tests && (found = /^# \S+: (\d+ passed, (\d+) failed, .*)$/.exec(line))) {
		showTests(found[1], found[2] === "0" ? "good" : "bad");
	}
}

function showTests(words, verdict) {
	$("verdict").hidden = false;
	$("verdict").className = verdict;
	$("verdict").lastElementChild.textContent = words;
	$("progress").max = tests.planned || 1;
	$("progress").value = tests.done;
}

function without(suites) {
	return Object.fromEntries(Object.entries(suites)
		.filter(([suite]) => !BEYOND_V86.includes(suite)));
}

function offerTests(layout) {
	const suites = without(layout.suites);
	const all = Object.values(suites).reduce((a, b) => a + b, 0);
	$("tests").hidden = !all;
	$("tests-words").textContent = `${number(all)} tests can run here. A test whose point is ` +
		"that the kernel stops needs a boot of its own: ktest=SUITE.NAME on the " +
		"command line. What the emulator has not got is left out: the suites " +
		`${BEYOND_V86.join(", ")}.`;
	$("suite").replaceChildren(...Object.entries(suites).map(([suite, count]) =>
		element("option", { value: suite, textContent: `${suite} (${count})` })));
	$("suite").value = "buddy" in suites ? "buddy" : Object.keys(suites)[0];
	$("test-suite").onclick = () => command(`test ${$("suite").value}`);
	$("test-all").onclick = () => {
		const names = new Set([...Object.keys(suites), ...layout.bootSuites]);
		boot(`ktest=${[...names].join()}`);
	};
}

// ---- the user's own map or trace

async function plain(data) {
	const bytes = new Uint8Array(data);
	if (bytes[0] !== 0x1f || bytes[1] !== 0x8b)
		return data;
	const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"));
	return new Response(stream).arrayBuffer();
}

function takeMap(text, name) {
	const entries = parseMap(text, name), mib = 2 ** 20, largest = SIZES.at(-1);
	const end = ramEnd(entries, 2 ** 32) / mib;
	const mebibytes = SIZES.find((one) => one >= end) ?? largest;
	const words = `${name}: ${entries.length} entries, RAM up to ${Math.round(end)} MiB.`;
	const more = ` The tab has ${largest} MiB: the kernel says what it does not find.`;
	return { options: `memmap=${memmapOption(entries)}`, mebibytes,
		words: words + (end > largest ? more : "") };
}

function takeTrace(module, name) {
	const word = name.replace(/[^\w.-]/g, "_");
	return { options: `trace=${word}`, module, words: `${name}: replayed as trace=${word}.` };
}

async function takeFile(name, data) {
	try {
		const unpacked = await plain(data);
		const text = new TextDecoder("latin1").decode(unpacked);
		file = isMap(text) ? takeMap(text, name) : takeTrace(unpacked, name);
	} catch (error) {
		file = null;
		showFile(error.message, true);
		return;
	}
	if (file.mebibytes)
		$("size").value = file.mebibytes;
	showFile(file.words);
	await boot();
}

function showFile(words, wrong = false) {
	$("file-words").textContent = words;
	$("file-words").className = wrong ? "wrong" : "soft";
	$("no-file").hidden = !file;
}

function offerFiles() {
	const words = $("file-words").innerHTML;
	$("file").onchange = async () => {
		const [one] = $("file").files;
		if (one)
			await takeFile(one.name, await one.arrayBuffer());
		$("file").value = "";
	};
	$("short-trace").onclick = async () =>
		takeFile(SHORT_TRACE, await window.asset(SHORT_TRACE));
	$("no-file").onclick = () => {
		file = null;
		showFile("");
		$("file-words").innerHTML = words;
		boot();
	};
}

// ---- the rest of the page

function offerMachine() {
	$("size").replaceChildren(...SIZES.map((mib) => element("option",
		{ value: mib, textContent: mib < 1024 ? `${mib} MiB` : `${mib / 1024} GiB` })));
	$("size").value = DEFAULT_SIZE;
	$("form").onsubmit = (event) => {
		event.preventDefault();
		boot();
	};
}

function select(tab) {
	for (const one of document.querySelectorAll("[role=tab]")) {
		const isIt = one === tab;
		one.setAttribute("aria-selected", isIt);
		one.tabIndex = isIt ? 0 : -1;
		$(one.getAttribute("aria-controls")).hidden = !isIt;
	}
}

function offerTabs() {
	const tabs = [...document.querySelectorAll("[role=tab]")];
	for (const tab of tabs) {
		tab.onclick = () => {
			select(tab);
			if (tab.id === "tab-screen")
				$("vga").focus();
			else
				terminal.terminal.focus();
		};
		tab.onkeydown = (event) => {
			if (!["ArrowLeft", "ArrowRight"].includes(event.key))
				return;
			const other = tabs[1 - tabs.indexOf(tab)];
			select(other);
			other.focus();
		};
	}
	$("vga").onfocus = () => machine.takeKeys(true);
	$("vga").onblur = () => machine.takeKeys(false);
	$("vga").onkeydown = (event) => {
		if (event.key === "Tab" && event.shiftKey)
			event.stopPropagation(); // the emulator listens further out
	};
}

function offerLicences() {
	$("licences").onclick = async () => {
		const text = new TextDecoder().decode(await window.asset("licences.txt"));
		$("licence-text").querySelector("pre").textContent = text;
		$("licence-text").showModal();
	};
}

function showPoint(pfn, shot) {
	$("point").textContent = sentence(pfn, shot, memory);
}

function look() {
	const shot = document.hidden ? null : memory.snapshot();
	if (!shot)
		return;
	picture.draw(shot);
	const { width } = picture;
	$("scale").textContent = `Each dot a page of 4 KiB, each row ${width} pages ` +
		`(${size(width)}); yellow: it has just changed.`;
	showLegend(shot);
	showOrders(shot);
}

async function start() {
	const layout = JSON.parse(new TextDecoder().decode(await window.asset("layout.json")));
	memory = new Memory((address, length) => machine.read(address, length), layout);
	offerMachine();
	offerTests(layout);
	offerFiles();
	offerTabs();
	offerLicences();
	setInterval(look, EVERY_MS);
	// For tests, and for who is curious.
	window.mmkit = { machine, terminal, picture, memory, phase: () => phase };
	await boot();
}

start();
