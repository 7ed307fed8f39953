/* SPDX-License-Identifier: 0BSD
 *
 * machine.mjs - the emulated PC: v86 with SeaBIOS, which boots the kernel as multiboot 1.
 *
 * 1. Reset     v86 keeps the devices of before a reset, so that the serial line would have every
 *              byte twice: it takes a new machine. That there was a reset shows when the firmware
 *              sets up the screen, although the kernel has spoken already.
 * 2. The end   With a kernel of option `multiboot` a 32-bit access to port 0xf4 is v86's own: a
 *              write of an exit code throws the string "HALT", and the machine stands still.
 */
import { V86 } from "v86";

const VGA_MEMORY = 8 << 20;
const FILES = ["v86.wasm", "mmkit.elf", "bios.bin", "vgabios-stdvga.bin"];
const ROWS = 25, COLUMNS = 80;

async function instantiate(wasm, imports) {
	return (await WebAssembly.instantiate(wasm, imports)).instance.exports;
}

export class Machine {
	/* `screen` is the element that shows the VGA screen, `onByte` gets the serial line's bytes,
	 * `onReset` is called when the machine has reset itself, `onEnd` when it stands still for
	 * good. */
	constructor(screen, { onByte, onReset, onEnd }) {
		Object.assign(this, { screen, onByte, onReset, onEnd, emulator: null, text: [] });
		this.files = Promise.all(FILES.map((name) => window.asset(name)));
		window.addEventListener("error", (event) => {
			if (!/HALT/.test(event.message))
				return;
			event.preventDefault();
			this.emulator?.stop();
			this.onEnd();
		});
	}

	/* `module`: an ArrayBuffer, or null. The machine that was there before is gone. */
	async boot({ mebibytes, cmdline, module }) {
		const [wasm, kernel, bios, vgaBios] = await this.files;
		const before = this.emulator;
		this.emulator = null; // nothing that it still says counts
		await before?.destroy();
		this.screen.innerHTML = "<div></div><canvas></canvas>"; // as v86 asks for them
		this.text = Array.from({ length: ROWS }, () => Array(COLUMNS).fill(" "));
		this.emulator = new V86({
			wasm_fn: (imports) => instantiate(wasm, imports),
			memory_size: mebibytes << 20, vga_memory_size: VGA_MEMORY,
			multiboot: { buffer: kernel.slice(0) }, cmdline,
			...(module && { initrd: { buffer: module.slice(0) } }),
			bios: { buffer: bios.slice(0) }, vga_bios: { buffer: vgaBios.slice(0) },
			screen: { container: this.screen },
			disable_mouse: true, disable_speaker: true, autostart: true,
		});
		this.listen(this.emulator);
	}

	listen(machine) {
		let hasSpoken = false;
		machine.add_listener("serial0-output-byte", (byte) => {
			hasSpoken = true;
			if (machine === this.emulator)
				this.onByte(byte);
		});
		machine.add_listener("screen-set-size", () => {
			if (hasSpoken && machine === this.emulator)
				this.onReset();
		});
		machine.add_listener("screen-put-char", ([row, column, code]) => {
			if (row < ROWS && column < COLUMNS)
				this.text[row][column] = String.fromCharCode(code);
		});
		machine.add_listener("emulator-ready", () => machine.keyboard_set_enabled(false));
	}

	/* Text on the serial line. */
	send(text) {
		this.emulator.serial0_send(text);
	}

	/* Do keys of the browser go to the machine's keyboard? */
	takeKeys(on) {
		this.emulator?.keyboard_set_enabled(on);
	}

	/* What is on the screen, in lines. */
	screenText() {
		return this.text.map((row) => row.join("").trimEnd());
	}

	/* Bytes of physical memory, as they are now; null while there is no machine. */
	read(address, length) {
		return this.emulator?.v86?.cpu ? this.emulator.read_memory(address, length) : null;
	}
}
