#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# clang-freestanding-unwind.sh - clang 14 on x86-64: -ffreestanding leaves the unwind tables out.
#
# The x86-64 ABI wants unwind tables in all code, and both compilers write .eh_frame by themselves: so
# backtrace() of the C library works without frame pointers. With -ffreestanding clang 14 leaves the
# section out; GCC keeps it. Kernel code that is also tested as a program, partly freestanding, so links
# and runs, but each stack trace through it is empty or ends there, and no warning says why.
# -funwind-tables brings them back.
#
# Seen with Debian's clang-14 1:14.0.6-12 and gcc-12 12.2.0-14+deb12u1, call frame information in the assembly:
#   clang: yes; clang -ffreestanding: no; clang -ffreestanding -funwind-tables: yes; gcc -ffreestanding: yes
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

apt-get -q download clang-14=1:14.0.6-12 libclang-cpp14=1:14.0.6-12 libllvm14=1:14.0.6-12 \
	libclang-common-14-dev=1:14.0.6-12 gcc-12=12.2.0-14+deb12u1 cpp-12=12.2.0-14+deb12u1 \
	binutils-x86-64-linux-gnu=2.40-2 libbinutils=2.40-2 > /dev/null 2>&1
for package in *.deb; do
	dpkg -x "$package" root
done
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu:$work/root/usr/lib/llvm-14/lib"
clang=root/usr/lib/llvm-14/bin/clang

printf 'int g(int);\nint f(int x) { return g(x) + 1; }\n' > call.c
# tables COMPILER OPTION... - has the code an unwind table?
tables() {
	"$@" -O1 -S -o call.s call.c
	if grep -q cfi_startproc call.s; then echo yes; else echo no; fi
}

$clang --version | head -n 1
plain=$(tables $clang --target=x86_64-linux-gnu)
freestanding=$(tables $clang --target=x86_64-linux-gnu -ffreestanding)
asked=$(tables $clang --target=x86_64-linux-gnu -ffreestanding -funwind-tables)
gcc=$(tables root/usr/bin/x86_64-linux-gnu-gcc-12 -B root/usr/lib/gcc/x86_64-linux-gnu/12/ -ffreestanding)
echo "clang: $plain; -ffreestanding: $freestanding; with -funwind-tables: $asked; gcc -ffreestanding: $gcc"
[ "$plain $freestanding $asked $gcc" = 'yes no yes yes' ]
