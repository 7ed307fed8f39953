#!/bin/sh
# SPDX-License-Identifier: 0BSD
#
# qemu-thp-resident.sh - QEMU 7.2: a guest that touches one byte in each 2 MiB makes all its RAM resident.
#
# QEMU advises the host to back the guest's memory by huge pages (MADV_HUGEPAGE), so the host clears and
# keeps 2 MiB for each byte that is touched, also where transparent huge pages are set to "madvise" to
# spare programs that do not ask. A kernel that tries each block of its RAM at the boot, as many a BIOS's
# memory test does, therefore costs the host the whole -m at once. With memory that is shared the same
# guest costs pages of 4 KiB. QEMU has no option that leaves the advice out; PR_SET_THP_DISABLE
# in the process that starts it does.
#
# Seen with Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3 (TCG), -m 1G, 511 bytes touched, peak of
# resident memory beyond that of a guest that touches none:
#   default: 1012 MiB; -object memory-backend-ram,share=on: too little to see
set -eu

grep -q '\[never\]' /sys/kernel/mm/transparent_hugepage/enabled &&
	{ echo 'this system has no transparent huge pages: nothing to see'; exit 0; }
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
# In a process of its own.
run() {
	program=$1
	shift
	exec root/lib64/ld-linux-x86-64.so.2 \
		--library-path "$library:root/lib/x86_64-linux-gnu:$library/pulseaudio" "root/usr/bin/$program" "$@"
}

# A multiboot program that writes a byte in each 2 MiB from 2 MiB to END, says so, and sleeps.
program() {
	cat > touch.s <<-END
		.long 0x1BADB002, 0, -0x1BADB002
		.globl _start
	_start:	movl \$0x200000, %edi
	1:	cmpl \$$1, %edi
		jae 2f
		movb \$1, (%edi)
		addl \$0x200000, %edi
		jmp 1b
	2:	movb \$'.', %al
		outb %al, \$0xe9
	3:	hlt
		jmp 3b
	END
	(run i686-linux-gnu-as -o touch.o touch.s)
	(run i686-linux-gnu-ld -m elf_i386 -Ttext 0x100000 -o "touch-$1.elf" touch.o)
}

# peak END OPTION... - MiB of QEMU's memory that were resident when the program was done.
peak() {
	end=$1
	shift
	rm -f said
	run qemu-system-x86_64 -L root/usr/share/qemu -L root/usr/share/seabios -accel tcg -m 1G -display none \
		-net none -debugcon file:said -kernel "touch-$end.elf" "$@" > qemu.log 2>&1 &
	waited=0
	until [ -s said ]; do
		sleep 1
		waited=$((waited + 1))
		[ $waited -lt 60 ] && kill -0 $! || { cat qemu.log; exit 2; }
	done
	resident=$(awk '$1 == "VmHWM:" { print int($2 / 1024) }' "/proc/$!/status")
	kill $!
	wait $! 2> wait.log || :
}

program 0x200000
program 0x40000000
(run qemu-system-x86_64 --version) | head -n 1
peak 0x200000
none=$resident
peak 0x40000000
default=$((resident - none))
peak 0x40000000 -object memory-backend-ram,id=ram,size=1G,share=on -machine memory-backend=ram
shared=$((resident - none))
echo "511 bytes touched: $default MiB resident by default, $shared MiB with share=on"
[ $default -ge 900 ] && [ $shared -lt 100 ]
