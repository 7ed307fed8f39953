#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# v86-invlpg-large-page.sh - INVLPG of a 4 MiB page leaves the rest of that page in v86's TLB.
#
# INVLPG invalidates the whole page that holds the address, of whatever size, even where a processor
# caches a large page in pieces (Intel SDM vol. 3, "Operations that Invalidate TLBs"). v86 0.5.462
# caches pieces of 4 KiB and forgets the one of the address only: whoever moves a window of 4 MiB by a
# new directory entry and an INVLPG of its start goes on reading the old memory everywhere else in it.
# Loading CR3 helps.
#
# Seen with the npm package v86 0.5.462+g5f9a90f, a multiboot program without a BIOS, which reads the
# second page of the window, moves the window, and reads it again:
#   before 0x11111111, after INVLPG 0x11111111, after loading CR3 0x22222222
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

command -v node > /dev/null || { echo 'needs node'; exit 2; }
npm install --silent --no-fund --no-audit v86@0.5.462 > npm.log 2>&1 || { tail -n 3 npm.log; exit 2; }
apt-get -q download binutils-i686-linux-gnu=2.40-2 > /dev/null 2>&1
dpkg -x ./*.deb root
tools=root/usr/bin/i686-linux-gnu
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu"

# The first 4 MiB are mapped to themselves. The window is at 12 MiB: first on 4 MiB, then on 8 MiB,
# whose second pages have a word of their own. Each word read goes out as raw bytes.
cat > window.s << 'END'
	.long 0x1BADB002, 0, -0x1BADB002
	.globl _start
_start:	movl $0x11111111, 0x401000
	movl $0x22222222, 0x801000
	movl $0x083, dir
	movl $0x400083, dir + 12
	movl %cr4, %eax
	orl $0x10, %eax
	movl %eax, %cr4
	movl $dir, %eax
	movl %eax, %cr3
	movl %cr0, %eax
	orl $0x80000000, %eax
	movl %eax, %cr0
	movl 0xc01000, %ebx
	call put
	movl $0x800083, dir + 12
	invlpg 0xc00000
	movl 0xc01000, %ebx
	call put
	movl %cr3, %eax
	movl %eax, %cr3
	movl 0xc01000, %ebx
	call put
1:	hlt
	jmp 1b
put:	movl $4, %ecx
	movw $0x3f8, %dx
2:	movb %bl, %al
	outb %al, %dx
	shrl $8, %ebx
	loop 2b
	ret
	.balign 4096
dir:	.fill 1024, 4, 0
END
$tools-as -o window.o window.s
$tools-ld -m elf_i386 -Ttext 0x100000 -o window.elf window.o
unset LD_LIBRARY_PATH

cat > run.mjs << 'END'
import { V86 } from "v86";
import fs from "node:fs";
const { version } = JSON.parse(fs.readFileSync("node_modules/v86/package.json"));
const file = fs.readFileSync("window.elf"), bytes = [];
const machine = new V86({
	wasm_path: "node_modules/v86/build/v86.wasm", memory_size: 32 << 20, autostart: true,
	multiboot: { buffer: file.buffer.slice(file.byteOffset, file.byteOffset + file.length) },
});
setTimeout(() => { console.log("nothing came in 30 s"); process.exit(2); }, 30000);
machine.add_listener("serial0-output-byte", byte => {
	if (bytes.push(byte) < 12) return;
	const [before, moved, loaded] = new Uint32Array(new Uint8Array(bytes).buffer);
	console.log(`v86 ${version}: before 0x${before.toString(16)}, after INVLPG ` +
		`0x${moved.toString(16)}, after loading CR3 0x${loaded.toString(16)}`);
	process.exit(before === 0x11111111 && moved === before && loaded === 0x22222222 ? 0 : 1);
});
END
node run.mjs
