# The one list of mm/'s sources, for every build that takes mm/: kernel, host, fuzzing, benchmarks.
MM_SRCS := $(sort $(wildcard mm/*.c))
