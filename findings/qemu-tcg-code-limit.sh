#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# qemu-tcg-code-limit.sh - QEMU 7.2, TCG: a code segment's limit is not looked at.
#
# A processor checks each instruction fetch against the limit of CS and raises a general protection
# fault beyond it (Intel SDM vol. 3, 5.3). QEMU's TCG executes there all the same: a kernel that ends
# its code segment behind its last function, so that a wild jump stops at once, sees no effect of it
# in QEMU, and must not take a run there for a test of it. (The limit is kept: LSL reads it.)
#
# Seen with Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3: with a limit of 0x1fffff a function at
# 0x300000 is called and returns.
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

# A multiboot program: a code segment of 2 MiB, a function at 3 MiB that says X on the debug port 0xe9,
# then the limit as LSL reads it. Where the limit counts, the machine resets before the X (no IDT).
cat > limit.s << 'END'
	.long 0x1BADB002, 0, -0x1BADB002
	.globl _start
_start:	cli
	cld
	lgdt pointer
	ljmp $8, $1f
1:	movl $function, %esi
	movl $0x300000, %edi
	movl $16, %ecx
	rep movsb
	movl $0x90000, %esp
	movl $0x300000, %eax
	call *%eax
	movw %cs, %ax
	lsl %eax, %eax
	movl $4, %ecx
2:	outb %al, $0xe9
	shrl $8, %eax
	loop 2b
	movl $0, %eax
	outl %eax, $0xf4
3:	hlt
	jmp 3b
function:
	movb $'X', %al
	outb %al, $0xe9
	ret
	.balign 8
table:	.quad 0
	.quad 0x00C09A00000001FF
pointer: .short 15
	.long table
END
run i686-linux-gnu-as -o limit.o limit.s
run i686-linux-gnu-ld -m elf_i386 -Ttext 0x100000 -o limit.elf limit.o
run qemu-system-x86_64 --version | head -n 1
run qemu-system-x86_64 -L root/usr/share/qemu -L root/usr/share/seabios -accel tcg -m 16M -display none \
	-net none -no-reboot -debugcon file:said -kernel limit.elf \
	-device isa-debug-exit,iobase=0xf4,iosize=4 > qemu.log 2>&1 || [ $? = 1 ] || { cat qemu.log; exit 2; }
called=$(head -c 1 said)
limit=$(tail -c +2 said | od -A n -t x4 | tr -d ' ')
echo "function beyond the limit: ${called:-not reached}; limit read back: ${limit:-none}"
[ "$called" = X ] && [ "$limit" = 001fffff ]
