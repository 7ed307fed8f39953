/* SPDX-License-Identifier: 0BSD
 *
 * leak_roots.c - the kernel's own data and the stack that it runs on, as leak_scan() wants them.
 */
#include <asm/leak_roots.h>

#include <asm/pgtable.h>
#include <asm/sections.h>

/* The first stack from @addr on; NULL if none lies there. */
static const struct kernel_stack *next_stack(unsigned long addr)
{
	const struct kernel_stack *stack, *next = NULL;

	for (stack = kernel_stacks; stack < kernel_stacks + NR_KERNEL_STACKS; stack++)
		if ((unsigned long)stack->guard >= addr && (!next || stack->guard < next->guard))
			next = stack;
	return next;
}

/* .data and .bss without the stacks, and without their guards, which are not mapped. */
static unsigned int data_ranges(struct leak_range *range)
{
	unsigned long at = (unsigned long)_sdata;
	const struct kernel_stack *stack;
	unsigned int nr = 0;

	for (; (stack = next_stack(at)) != NULL; at = (unsigned long)stack->end)
		range[nr++] = (struct leak_range){ at, (unsigned long)stack->guard };
	range[nr++] = (struct leak_range){ at, (unsigned long)_end };
	return nr;
}

__noinline unsigned int kernel_roots(struct leak_range range[KERNEL_ROOTS_MAX],
				     struct leak_range *image)
{
	unsigned int nr = data_ranges(range);

	range[nr++] = (struct leak_range){ (unsigned long)__builtin_frame_address(0),
					   (unsigned long)boot_stack_top };
	*image = (struct leak_range){ (unsigned long)_start, (unsigned long)_end };
	return nr;
}
