#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# gcc-general-regs-only-atomics.sh - GCC 12.2 for i686: one option takes 64-bit atomics away.
#
# An i686 has cmpxchg8b, and GCC says so: __GCC_ATOMIC_LLONG_LOCK_FREE is 2 ("always lock-free"). With
# -mgeneral-regs-only, which kernels use to keep floating point out, it nevertheless makes each
# __atomic operation on 8 bytes a call of libatomic (__atomic_fetch_add_8 and others), which neither
# libgcc nor any freestanding program has, and __atomic_always_lock_free(8, 0) becomes 0, while the
# macro stays 2. cmpxchg8b uses general registers only, and the older __sync operations are still
# compiled to it with the same option.
#
# Seen with Debian's gcc-12-i686-linux-gnu 12.2.0-14cross1:
#   undefined: __atomic_compare_exchange_8 __atomic_fetch_add_8
#   macro 2, builtin 0, cmpxchg8b in sync_add: yes
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

apt-get -q download gcc-12-i686-linux-gnu=12.2.0-14cross1 cpp-12-i686-linux-gnu=12.2.0-14cross1 \
	binutils-i686-linux-gnu=2.40-2 libisl23=0.25-1.1 libmpc3=1.3.1-1 libmpfr6=4.2.0-1 \
	libgmp10=2:6.2.1+dfsg1-1.1 > /dev/null
for package in *.deb; do
	dpkg -x "$package" root
done
export PATH="$work/root/usr/bin:$PATH" LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu"
cc="i686-linux-gnu-gcc-12 -march=i686 -O2 -ffreestanding -fno-pic"

cat > atomics.c << 'END'
unsigned long long v;
unsigned long long add(unsigned long long x) { return __atomic_fetch_add(&v, x, __ATOMIC_SEQ_CST); }
_Bool swap(unsigned long long a, unsigned long long b)
{ return __atomic_compare_exchange_n(&v, &a, b, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); }
unsigned long long sync_add(unsigned long long x) { return __sync_fetch_and_add(&v, x); }
int macro = __GCC_ATOMIC_LLONG_LOCK_FREE;
int builtin(void) { return __atomic_always_lock_free(8, 0); }
END
$cc --version | head -n 1
$cc -c -o usual.o atomics.c
$cc -mgeneral-regs-only -c -o kernel.o atomics.c
$cc -mgeneral-regs-only -S -o kernel.s atomics.c

undefined() {
	i686-linux-gnu-nm -u "$1" | sed 's/^ *U //' | sort | tr '\n' ' '
}
without=$(undefined usual.o)
with=$(undefined kernel.o)
macro=$(sed -n '/^macro:/{n;s/.*\.long[^0-9]*//p}' kernel.s)
builtin=$(sed -n '/^builtin:/,/ret/p' kernel.s)
sync=$(sed -n '/^sync_add:/,/ret/p' kernel.s | grep -c cmpxchg8b || :)

echo "undefined without the option: ${without:-nothing}"
echo "undefined with it:            ${with:-nothing}"
echo "macro $macro; builtin:" $builtin
echo "cmpxchg8b in sync_add with it: $sync"

[ -z "$without" ] && [ "$with" = '__atomic_compare_exchange_8 __atomic_fetch_add_8 ' ] &&
	[ "$macro" = 2 ] && echo "$builtin" | grep -q 'xorl.*%eax, %eax' && [ "$sync" -ge 1 ]
