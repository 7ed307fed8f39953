# SPDX-License-Identifier: 0BSD
#
# rules.mk - `make coverage`, and what COVERAGE=y changes in the builds of kernel and host tests.
#
# Both are compiled without optimisation, so that a branch in the report is one in the source, and
# by compilers of the same version, so that the two reports can be added up line by line.

COVERED := $(MM_SRCS) $(FIRMWARE_SRCS) $(CONSOLE_SRCS) boot/cmdline.c lib/param.c \
	$(addprefix boot/monitor/,completion.c iomem.c)

ifeq ($(COVERAGE),y)
$(patsubst %.c,$(BUILD)/obj/%.o,$(COVERED)): KCFLAGS += -O0 --coverage -fprofile-info-section
OBJS += $(BUILD)/obj/tests/gcov/dump.o
$(OBJS): tests/gcov/rules.mk
$(PASS1): tests/gcov/gcov.ld

KLDFLAGS += -T tests/gcov/gcov.ld --wrap=machine_exit --defsym=mmap64=abort \
	--defsym=__gcov_merge_add=abort
LIBGCC   := $(shell $(KCC) -print-file-name=libgcov.a) $(LIBGCC)
endif

coverage_build = BUILD=$(BUILD)/coverage COVERAGE=y CC=$(CROSS_COMPILE)gcc HOST_CC=gcc \
	HOST_KINDS=$(notdir $(firstword $(HOST_RUNS))) HOST_WATCH='-O0 --coverage' HOST_FAST=

coverage: ## which lines and branches of mm/ and the parsers the tests reach; fails if too few
	@$(MAKE) --no-print-directory $(coverage_build) $(BUILD)/coverage/mmkit.elf
	@BUILD=$(BUILD) MAKE="$(MAKE) $(coverage_build)" GCOV=$(CROSS_COMPILE)gcov HOST_GCOV=gcov \
		GCOV_TOOL=$(CROSS_COMPILE)gcov-tool scripts/test/coverage $(COVERED)
