#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# v86-dr7.sh - the emulator v86 0.5.462 lets a reserved bit of DR7 be cleared.
#
# Bit 10 of DR7 is reserved and always reads as 1 (Intel SDM vol. 3, "Debug Control Register"), so
# whoever writes 0 to switch all breakpoints off reads 0x400 again. v86 starts with 0x400, too, but
# keeps what is written: after writing 0 it reads 0. A test of "no breakpoint is armed" must mask the
# bit.
#
# Seen with the npm package v86 0.5.462+g5f9a90f, a multiboot program without a BIOS:
#   DR7 at the start 0x400, after writing 0: 0x0
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

# DR7 as it is, then after writing 0, as raw bytes on the serial line.
cat > dr7.s << 'END'
	.long 0x1BADB002, 0, -0x1BADB002
	.globl _start
_start:	movl %dr7, %ebx
	call put
	xorl %eax, %eax
	movl %eax, %dr7
	movl %dr7, %ebx
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
END
$tools-as -o dr7.o dr7.s
$tools-ld -m elf_i386 -Ttext 0x100000 -o dr7.elf dr7.o
unset LD_LIBRARY_PATH

cat > run.mjs << 'END'
import { V86 } from "v86";
import fs from "node:fs";
const { version } = JSON.parse(fs.readFileSync("node_modules/v86/package.json"));
const file = fs.readFileSync("dr7.elf"), bytes = [];
const machine = new V86({
	wasm_path: "node_modules/v86/build/v86.wasm", memory_size: 32 << 20, autostart: true,
	multiboot: { buffer: file.buffer.slice(file.byteOffset, file.byteOffset + file.length) },
});
setTimeout(() => { console.log("nothing came in 30 s"); process.exit(2); }, 30000);
machine.add_listener("serial0-output-byte", byte => {
	if (bytes.push(byte) < 8) return;
	const [start, written] = new Uint32Array(new Uint8Array(bytes).buffer);
	console.log(`v86 ${version}: DR7 at the start 0x${start.toString(16)}, ` +
		`after writing 0: 0x${written.toString(16)}`);
	process.exit(start === 0x400 && written === 0 ? 0 : 1);
});
END
node run.mjs
