/* SPDX-License-Identifier: 0BSD
 *
 * picture.mjs - physical memory on a canvas, a dot a page, and what the page under the cursor is.
 *
 * 1. Shape     A row has a power of two of pages, about twice as many as there are rows, so that
 *              blocks of the buddy allocator are rectangles in a column or whole rows.
 * 2. Colours   Those of style variables `--o0` to `--o10` and of the states, read again when the
 *              browser's colour scheme changes. Of two buddies the second one is a shade off.
 * 3. Changes   A page whose state has changed is in the colour `--fresh` for FRESH pictures.
 */
import { FREE_ORDERS, STATES } from "mmkit/memory.mjs";

const FRESH = 2;
const SHADE = 10; // of 256

/* A colour `#rrggbb` or `#rgb` as the canvas has it. */
function rgb(value) {
	const digits = value.trim().slice(1);
	const wide = digits.length === 3 ? [...digits].map((c) => c + c).join("") : digits;
	const number = parseInt(wide, 16);
	return (0xff000000 | (number & 0xff) << 16 | number & 0xff00 | number >>> 16) >>> 0;
}

/* A shade darker; lighter, if it is dark. */
function shaded(colour) {
	const parts = [0, 8, 16].map((shift) => colour >>> shift & 0xff);
	const by = parts[0] + parts[1] + parts[2] > 384 ? -SHADE : SHADE;
	return parts.reduce((all, part, i) =>
		(all | Math.max(0, Math.min(255, part + by)) << 8 * i) >>> 0, 0xff000000);
}

export class Picture {
	/* `onPoint` gets the page frame under pointer or cursor, `onPick` one that was chosen. */
	constructor(canvas, { onPoint, onPick }) {
		Object.assign(this, { canvas, onPoint, onPick, cursor: -1, shot: null });
		this.context = canvas.getContext("2d");
		this.readColours();
		matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
			this.readColours();
			if (this.shot)
				this.draw(this.shot);
		});
		canvas.addEventListener("pointermove", (event) => this.point(this.pageAt(event)));
		canvas.addEventListener("click", (event) => this.pick(this.pageAt(event)));
		canvas.addEventListener("keydown", (event) => this.key(event));
	}

	readColours() {
		const style = getComputedStyle(this.canvas);
		const orders = Array.from({ length: FREE_ORDERS }, (_, order) => `o${order}`);
		this.colours = Uint32Array.from([...orders, ...STATES],
			(name) => rgb(style.getPropertyValue(`--${name}`)));
		this.fresh = rgb(style.getPropertyValue("--fresh"));
		this.cursorColour = style.getPropertyValue("--cursor");
		this.shades = this.colours.map((colour, state) =>
			state < FREE_ORDERS ? shaded(colour) : colour);
	}

	/* Another machine: nothing of it has changed yet. */
	clear() {
		this.shot = this.before = null;
		this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
	}

	resize(end) {
		this.width = 2 ** Math.round(Math.log2(Math.sqrt(2 * end)));
		const height = Math.ceil(end / this.width);
		if (this.canvas.width !== this.width || this.canvas.height !== height) {
			Object.assign(this.canvas, { width: this.width, height });
			this.before = null;
		}
		if (!this.before) {
			this.image = this.context.createImageData(this.width, height);
			this.dots = new Uint32Array(this.image.data.buffer);
			this.age = new Uint8Array(end);
			this.before = null;
		}
	}

	draw(shot) {
		const { states, heads, end } = shot;
		this.resize(end);
		for (let pfn = 0; pfn < end; pfn++) {
			const state = states[pfn];
			if (this.before && this.before[pfn] !== state)
				this.age[pfn] = FRESH;
			const colours = heads[pfn] >>> state & 1 ? this.shades : this.colours;
			this.dots[pfn] = this.age[pfn] ? this.fresh : colours[state];
			if (this.age[pfn])
				this.age[pfn]--;
		}
		this.context.putImageData(this.image, 0, 0);
		if (this.cursor >= 0) {
			const row = Math.floor(this.cursor / this.width);
			this.context.fillStyle = this.cursorColour;
			this.context.fillRect(this.cursor % this.width, row, 1, 1);
		}
		this.before = states;
		this.shot = shot;
	}

	// ---- pointing

	pageAt(event) {
		const box = this.canvas.getBoundingClientRect();
		const { width, height } = this.canvas;
		const column = Math.floor((event.clientX - box.left) / box.width * width);
		return Math.floor((event.clientY - box.top) / box.height * height) * width + column;
	}

	point(pfn) {
		if (this.shot && pfn >= 0 && pfn < this.shot.end)
			this.onPoint(pfn, this.shot);
	}

	pick(pfn) {
		if (!this.shot || !(pfn >= 0 && pfn < this.shot.end))
			return;
		this.cursor = pfn;
		this.onPoint(pfn, this.shot);
		this.onPick(pfn);
	}

	key(event) {
		const { width } = this;
		const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -width, ArrowDown: width };
		if (event.key === "Enter" && this.cursor >= 0) {
			this.pick(this.cursor);
		} else if (event.key in steps && this.shot) {
			event.preventDefault();
			const to = Math.max(this.cursor, 0) + steps[event.key];
			if (to < 0 || to >= this.shot.end)
				return;
			this.cursor = to;
			this.point(to);
			this.draw(this.shot);
		}
	}
}
