// SPDX-License-Identifier: 0BSD
//
// v86.mjs DIR iso|multiboot IMAGE CMDLINE MIB - boot in v86 (its npm package is in
// DIR/node_modules) with SeaBIOS and so much memory. The serial line goes to standard output; it
// ends with v86, or when the kernel says that it halts.
import fs from "node:fs";

const [dir, how, image, cmdline, mib] = process.argv.slice(2);
const { V86 } = await import(`${dir}/node_modules/v86/build/libv86.mjs`);

function file(name) {
	const data = fs.readFileSync(name);
	return { buffer: data.buffer.slice(data.byteOffset, data.byteOffset + data.length) };
}

const options = {
	wasm_path: `${dir}/node_modules/v86/build/v86.wasm`,
	memory_size: Number(mib) << 20,
	vga_memory_size: 8 << 20,
	bios: file("/usr/share/seabios/bios.bin"),
	vga_bios: file("/usr/share/seabios/vgabios-stdvga.bin"),
	autostart: true,
	disable_keyboard: true,
	disable_mouse: true,
	disable_speaker: true,
};
if (how === "iso") {
	options.cdrom = file(image);
} else {
	options.multiboot = file(image);
	options.cmdline = cmdline;
}

let line = "";
new V86(options).add_listener("serial0-output-byte", byte => {
	const c = String.fromCharCode(byte);
	process.stdout.write(c);
	line = c === "\n" ? "" : line + c;
	if (/^mmkit: .*halted\r$/.test(line))
		process.exit(0);
});
