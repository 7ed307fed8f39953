#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# qemu-icount-rep.sh - QEMU 7.2 -icount: a repeated string instruction counts once a round.
#
# With -icount shift=0 the time-stamp counter advances by one an instruction, so it is used to count
# instructions exactly. But `rep stosl` with ECX = 1024, one instruction to the processor and to the
# manuals' retired-instruction counters, advances it by about 1024: each round is counted. A memset()
# by `rep stosl` therefore measures nearly as dear as a loop of 4-byte stores with two instructions
# a round, though on a machine it is many times faster.
#
# Seen with Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3 (TCG), 1024 rounds, read with rdtsc:
#   ECX = 1024: 1027 ticks; ECX = 0: 3 ticks
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# The emulator with every library that it needs, as if nothing were installed here.
mkdir -p lists/partial archives/partial
apt-get -q -y -o Dir::State::status=/dev/null -o Dir::Cache::archives="$work/archives" \
	-o APT::Sandbox::User=root -o Debug::NoLocking=1 --no-install-recommends --download-only \
	install qemu-system-x86=1:7.2+dfsg-7+deb12u18+b3 seabios=1.16.2-1 \
	binutils-i686-linux-gnu=2.40-2 > apt.log 2>&1 || { tail -n 3 apt.log; exit 2; }
for package in archives/*.deb; do
	dpkg -x "$package" root
done
library=root/usr/lib/x86_64-linux-gnu
export QEMU_MODULE_DIR="$work/$library/qemu"
run() {
	program=$1
	shift
	root/lib64/ld-linux-x86-64.so.2 --library-path "$library:root/lib/x86_64-linux-gnu:$library/pulseaudio" \
		"root/usr/bin/$program" "$@"
}

# A multiboot program: ticks around `rep stosl` for ECX = 0 and 1024, as two 4-byte words to the debug
# port 0xe9, then the end through isa-debug-exit.
cat > rep.s << 'END'
	.long 0x1BADB002, 0, -0x1BADB002
	.globl _start
_start:	cld
	xorl %ebp, %ebp
again:	movl %ebp, %ecx
	movl $0x200000, %edi
	rdtsc
	movl %eax, %esi
	rep stosl
	rdtsc
	subl %esi, %eax
	movl $4, %ecx
1:	outb %al, $0xe9
	shrl $8, %eax
	loop 1b
	addl $1024, %ebp
	cmpl $1024, %ebp
	jbe again
	movl $0, %eax
	outl %eax, $0xf4
2:	hlt
	jmp 2b
END
run i686-linux-gnu-as -o rep.o rep.s
run i686-linux-gnu-ld -m elf_i386 -Ttext 0x100000 -o rep.elf rep.o
run qemu-system-x86_64 --version | head -n 1
run qemu-system-x86_64 -L root/usr/share/qemu -L root/usr/share/seabios -accel tcg -m 16M -display none \
	-net none -no-reboot -icount shift=0,sleep=off -debugcon file:ticks -kernel rep.elf \
	-device isa-debug-exit,iobase=0xf4,iosize=4 > qemu.log 2>&1 || [ $? = 1 ] || { cat qemu.log; exit 2; }
set -- $(od -A n -t u4 ticks)
echo "ticks: $1 for no round, $2 for 1024 rounds"
[ $# = 2 ] && [ $(($2 - $1)) -ge 1024 ] && [ $(($2 - $1)) -lt 1100 ]
