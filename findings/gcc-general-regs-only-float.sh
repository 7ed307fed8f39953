#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# gcc-general-regs-only-float.sh - GCC 12.2 for i686: "general registers only" lets floating point in.
#
# On x86-64 a double in code compiled with -mgeneral-regs-only is an error ("SSE register return with
# SSE disabled"), so a kernel's build notices it. On i686 the same source with the same option
# compiles without a word: the arithmetic becomes calls of software floating point (__muldf3), which
# libgcc supplies, so it even links, and runs some hundred instructions an operation.
#
# Seen with Debian's gcc-12-i686-linux-gnu 12.2.0-14cross1 and gcc-12 12.2.0-14+deb12u1:
#   x86-64: error; i686: status 0, no warning, undefined __muldf3
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

apt-get -q download gcc-12-i686-linux-gnu=12.2.0-14cross1 cpp-12-i686-linux-gnu=12.2.0-14cross1 \
	gcc-12=12.2.0-14+deb12u1 cpp-12=12.2.0-14+deb12u1 binutils-i686-linux-gnu=2.40-2 \
	libisl23=0.25-1.1 libmpc3=1.3.1-1 libmpfr6=4.2.0-1 libgmp10=2:6.2.1+dfsg1-1.1 > /dev/null
for package in *.deb; do
	dpkg -x "$package" root
done
export PATH="$work/root/usr/bin:$PATH" LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu"

echo 'double scale(double a) { return a * 2.5; }' > float.c
compile() {
	"$@" -O2 -Wall -Wextra -ffreestanding -fno-pic -mgeneral-regs-only -c -o float.o float.c \
		> said 2>&1 && status=0 || status=$?
	echo "$1: status $status; $(grep -c . said || :) lines said$(grep -o ' error: .*' said || :)"
}

compile x86_64-linux-gnu-gcc-12
host=$status
compile i686-linux-gnu-gcc-12
i686=$status
symbols=$(i686-linux-gnu-nm -u float.o | sed 's/^ *U //')
echo "undefined on i686: $symbols"

[ "$host" != 0 ] && [ "$i686" = 0 ] && [ ! -s said ] && [ "$symbols" = __muldf3 ]
