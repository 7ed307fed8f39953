# SPDX-License-Identifier: 0BSD
#
# rules.mk - exercises: a tree with one function missing, its judge, and the proof that both are
# honest (docs/exercises.md). A tree of a student has exercise.toml in its root.

.PHONY: exercise judge exercise-check exercise-bits
exercise: ## lay out exercise N=3 in DIR, a tree with one function missing (without N: list them)
	@$(if $(N),scripts/exercise new '$(N)' $(if $(DIR),'$(DIR)'),scripts/exercise list)

judge: ## in such a tree: is the function right?
	@scripts/exercise judge

# As part of .ci/run: empty and wrong bodies fail with their hints, the right ones pass.
exercise-check:
	@scripts/exercise check $(N)

exercise-bits:
	@echo '$(or $(filter 64,$(HOST_BITS)),$(firstword $(HOST_BITS)))'

# What a student writes may have warnings; nothing else has any.
ifneq ($(wildcard exercise.toml),)
$(foreach dir,$(HOST_DIRS),$(call host_objs,$(dir),$(HOST_KERNEL))): HOST_EXTRA += -Wno-error
$(OBJS): private KCFLAGS += -Wno-error
endif
