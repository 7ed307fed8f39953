/* SPDX-License-Identifier: 0BSD
 *
 * console.mjs - the serial line as a terminal, and who watches it.
 *
 * 1. Lines     Each complete line goes to `onLine`, each prompt to `onPrompt`.
 * 2. ask()     sends a command and keeps the answer to itself; nothing of it is shown.
 */
import { Terminal } from "@xterm/xterm";
import { FitAddon } from "@xterm/addon-fit";

const PROMPT = /^(?:\S+|panic)> $/;
const ESCAPES = /\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[78=>])/g;
const COLUMNS = 80, LARGEST = 13, SMALLEST = 8, SCROLLBAR = 14; // pixels
const CHARACTER = 0.602; // the width of one in heights, which the terminal rounds to whole pixels
const FONT = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';
const PAUSE_MS = 16;
const THEME = { background: "#12161d", foreground: "#dfe4ec", cursor: "#6db3f2" };

export class Console {
	constructor(element, { onLine, onPrompt, onType }) {
		Object.assign(this, { element, onLine, onPrompt });
		Object.assign(this, { line: "", asking: null, pending: [], timer: null });
		this.terminal = new Terminal({ theme: THEME, scrollback: 5000, cursorBlink: true,
			fontSize: LARGEST, lineHeight: 1.15, fontFamily: FONT });
		this.fitter = new FitAddon();
		this.terminal.loadAddon(this.fitter);
		this.terminal.open(element);
		this.terminal.onData(onType);
		// The machine wants Tab, so the way out for the keyboard is Shift+Tab.
		this.terminal.attachCustomKeyEventHandler((event) =>
			!(event.key === "Tab" && event.shiftKey));
		new ResizeObserver(() => this.fit()).observe(element);
	}

	/* As large as 80 columns allow. */
	fit() {
		const width = this.element.clientWidth;
		if (!width)
			return;
		const cell = Math.floor((width - SCROLLBAR) / COLUMNS);
		const fitting = Math.min(LARGEST, Math.floor(cell / CHARACTER));
		this.terminal.options.fontSize = Math.max(SMALLEST, fitting);
		this.fitter.fit();
	}

	/* Empty, also of what the terminal has not looked at yet. */
	clear() {
		this.pending.length = 0;
		this.terminal.write("", () => this.terminal.reset());
		this.line = "";
		this.asking = null;
	}

	take(byte) {
		if (!this.asking)
			this.show(byte);
		const character = String.fromCharCode(byte);
		if (character !== "\n") {
			this.line += character;
			this.lookForPrompt();
			return;
		}
		const line = this.line.replace(ESCAPES, "").replace(/\r/g, "");
		this.line = "";
		if (this.asking)
			this.asking.lines.push(line);
		else
			this.onLine(line);
	}

	/* Bytes come one by one, and the terminal likes them in pieces. */
	show(byte) {
		this.pending.push(byte);
		this.timer ??= setTimeout(() => {
			this.timer = null;
			this.terminal.write(Uint8Array.from(this.pending.splice(0)));
		}, PAUSE_MS);
	}

	lookForPrompt() {
		if (!this.line.endsWith("> "))
			return;
		const text = this.line.replace(ESCAPES, "").split("\r").pop();
		if (!PROMPT.test(text))
			return;
		const asked = this.asking;
		this.asking = null;
		if (asked)
			asked.resolve(asked.lines.slice(1)); // without the echo
		else
			this.onPrompt(text);
	}

	/* The lines that a command prints; `send` puts text on the serial line, which is at a
	 * prompt. */
	ask(command, send) {
		return new Promise((resolve) => {
			this.asking = { lines: [], resolve };
			this.line = "";
			send(`${command}\r`);
		});
	}
}
