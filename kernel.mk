# SPDX-License-Identifier: 0BSD
#
# kernel.mk - what the Makefile of a kernel on mmkit includes, which scripts/new-kernel makes. NAME
# and VERSION are its own; kernel/, vendor/ and build/ lie beside mmkit/. mmkit's Makefile does all
# work: it is handed the goals, and by make itself what else stands on the command line.
#
# A boot runs the tests of kernel/, and only these are built in, unless KTEST= asks for others.

goals := $(or $(MAKECMDGOALS),all)
build := $(or $(BUILD),build)
from_mmkit := $(if $(filter /%,$(build)),,../)$(build)
.PHONY: $(goals) hand-over

ifneq ($(filter help,$(goals)),)
help:
	@echo 'all      build the kernel, build/$(NAME).elf (the default)'
	@echo 'run      boot in QEMU on this terminal: the tests of kernel/, then the monitor'
	@echo 'test     the same without a terminal; what the tests found is its exit code'
	@echo 'iso      build the bootable image, build/$(NAME).iso'
	@echo 'debug    run it in QEMU under gdb'
	@echo 'dist     what can be handed on, in build/dist: ELF, ISO, sources, sums'
	@echo 'setup    install what the goals beside it need'
	@echo 'upgrade  FROM=DIR: take the newer mmkit of that directory into mmkit/'
	@echo 'clean    remove build/'
	@echo 'Variables, and what else there is: make -C mmkit help'
else ifneq ($(filter upgrade,$(goals)),)
upgrade: $(or $(FROM),$(error make upgrade FROM=DIR: the directory of a newer mmkit))
	@'$(FROM)/scripts/new-kernel' --upgrade .
else
$(goals): hand-over
	@:
hand-over:
	@$(MAKE) --no-print-directory -C mmkit TREE=.. \
		KERNEL=../kernel VENDOR=../vendor BUILD='$(from_mmkit)' \
		KERNEL_NAME='$(NAME)' KERNEL_VERSION='$(VERSION)' $(if $(KTEST),KTEST='$(KTEST)') \
		$(if $(TESTS),,TESTS=$(if $(filter-out none,$(KTEST)),y,own)) \
		$(patsubst test,own-test,$(patsubst $(build)/%,$(from_mmkit)/%,$(goals)))
endif
