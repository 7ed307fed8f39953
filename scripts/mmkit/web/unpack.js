/* SPDX-License-Identifier: 0BSD
 *
 * unpack.js - of the page in one file: make addresses of its modules, then import the first one.
 *
 * Everything lies in <script> elements of a type that no browser runs. An import map must be there
 * before the first import, so the modules come first; the assets are unpacked when asked for.
 */
"use strict";

async function unpack(element) {
	const packed = Uint8Array.from(atob(element.textContent), (c) => c.charCodeAt(0));
	const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
	return new Response(stream).arrayBuffer();
}

window.asset = (name) => unpack(document.querySelector(`script[data-asset="${name}"]`));

async function start() {
	const elements = [...document.querySelectorAll("script[data-module]")];
	const entries = await Promise.all(elements.map(async (element) => {
		const code = new Blob([await unpack(element)], { type: "text/javascript" });
		return [element.dataset.module, URL.createObjectURL(code)];
	}));
	const map = document.createElement("script");
	map.type = "importmap";
	map.textContent = JSON.stringify({ imports: Object.fromEntries(entries) });
	document.head.append(map);
	import("mmkit/main.mjs");
}

document.addEventListener("DOMContentLoaded", start);
