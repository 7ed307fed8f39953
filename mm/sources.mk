# SPDX-License-Identifier: 0BSD
#
# sources.mk - the one list of mm/'s sources for every build that takes mm/: kernel, host, fuzzing.
MM_SRCS := $(sort $(wildcard mm/*.c))
