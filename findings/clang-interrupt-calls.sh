#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# clang-interrupt-calls.sh - clang 14 warns of each call in an interrupt handler, whatever the flags.
#
# An `interrupt` function must leave all registers as they were. With -mgeneral-regs-only nothing in
# the program can touch floating point or vector registers, so a handler may call whatever was
# compiled like that. GCC says nothing about it; clang 14 warns at each call that the callee may lack
# no_caller_saved_registers (-Winterrupt-service-routine, on by default), also when the callee stands
# in the same file and the flag is given, so that -Werror refuses such a handler.
#
# Seen with Debian's clang-14 1:14.0.6-12 for i686-elf: 1 warning with the flag.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

apt-get -q download clang-14=1:14.0.6-12 libclang-cpp14=1:14.0.6-12 libllvm14=1:14.0.6-12 \
	libclang-common-14-dev=1:14.0.6-12 > /dev/null 2>&1
for package in *.deb; do
	dpkg -x "$package" root
done
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu:$work/root/usr/lib/llvm-14/lib"
clang=root/usr/lib/llvm-14/bin/clang

cat > handler.c << 'END'
volatile unsigned long ticks;
static __attribute__((noinline)) void count(void) { ticks++; }
__attribute__((interrupt)) void timer(void *frame) { (void)frame; count(); }
END
$clang --version | head -n 1
$clang --target=i686-elf -march=i686 -O2 -ffreestanding -mgeneral-regs-only -c -o handler.o handler.c \
	2> said
grep -o 'warning: .*' said || :
[ "$(grep -c 'warning: .*-Winterrupt-service-routine' said)" = 1 ]
