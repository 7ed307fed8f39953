/* SPDX-License-Identifier: 0BSD
 *
 * map_file.mjs - a file of the user's: a memory map (.e820) or a trace.
 *
 * A map becomes an option of the kernel: `exactmap` and an entry `SIZE%START+TYPE` a line, which
 * sets the type of a range whatever was there. Where entries overlap the higher type wins, as in
 * the kernel and in mmsim: so they are given in the order of their types. Of type 0, which no
 * firmware should use, there is no such option: it becomes a hole, which nobody may use either.
 */
const LINE = /^(0x)?([0-9a-f]+)\s+(0x)?([0-9a-f]+)\s+(\d+)$/i;
const TOP = 1n << 64n;
const RAM = 1;

/* Without comments: [number of the line, text]. */
function lines(text) {
	return text.split("\n").map((line, i) => [i + 1, line.replace(/#.*/, "").trim()])
		.filter(([, line]) => line);
}

/* Has a file of this text entries of a map, and not events of a trace? */
export function isMap(text) {
	const [first] = lines(text);
	return Boolean(first && LINE.test(first[1]));
}

/* The entries. Throws an Error that names file and line. */
export function parseMap(text, name) {
	return lines(text).map(([number, line]) => {
		const found = LINE.exec(line);
		if (!found)
			throw new Error(`${name}:${number}: not START END_EXCLUSIVE TYPE: ${line}`);
		const start = BigInt(`0x${found[2]}`), type = Number(found[5]);
		const end = BigInt(`0x${found[4]}`) || TOP;
		if (end <= start || end > TOP)
			throw new Error(`${name}:${number}: the end is not above the start`);
		return { start, end, type };
	});
}

/* The value of one option memmap= that makes this map. */
export function memmapOption(entries) {
	const hex = (number) => `0x${number.toString(16)}`;
	const sorted = [...entries].sort((a, b) => a.type - b.type);
	return ["exactmap", ...sorted.map(({ start, end, type }) =>
		`${hex(end - start)}%${hex(start)}+${type}`)].join(",");
}

/* The end of RAM in bytes, as far as it lies below `limit`. */
export function ramEnd(entries, limit) {
	return entries.filter(({ start, type }) => type === RAM && start < limit)
		.reduce((top, { end }) => Math.max(top, Math.min(Number(end), limit)), 0);
}
