/* SPDX-License-Identifier: 0BSD
 *
 * leak_roots.c - the data of the host's program and the stack of its main thread.
 */
#include "host.h"

#include <asm/leak_roots.h>

extern char __data_start[], _end[]; /* by the linker */
extern void *__libc_stack_end;

/* The address sanitizer asks for it before main(). Newer ones put local variables on the heap, to
 * see them used after their function has returned; here they are to be where a kernel has them. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_stack_use_after_return=0";
}

__noinline unsigned int kernel_roots(struct leak_range range[KERNEL_ROOTS_MAX],
				     struct leak_range *image)
{
	range[0] = (struct leak_range){ (unsigned long)__data_start, (unsigned long)_end };
	range[1] = (struct leak_range){ (unsigned long)__builtin_frame_address(0),
					(unsigned long)__libc_stack_end };
	*image = (struct leak_range){ (unsigned long)phys_to_virt(0),
				      (unsigned long)phys_to_virt(0) };
	return KERNEL_ROOTS_MAX;
}
