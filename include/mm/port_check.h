/* SPDX-License-Identifier: 0BSD
 *
 * port_check.h - does a port keep what it promises to mm/?
 */
#ifndef MM_PORT_CHECK_H
#define MM_PORT_CHECK_H

#include <lib/types.h>

/* Try what <asm/...> and the boot have set up; what is wrong stops in words that name the step to
 * look at. What can be tried depends on how far the boot is:
 *   at any time                 memset(), memcpy(), memmove(); interrupts, locks; where the
 *   kernel's own data lie from init_bootmem() on      phys_to_virt() and virt_to_phys() over all of
 *   lowmem until free_area_init_nodes()  all of the above, and each page that is free in bootmem:
 *   it is
 *                               written to and must keep that. Its old content is lost.
 *   after mem_init()            whether the last steps of the boot have been called
 * Call it twice: before free_area_init_nodes(), and when the boot is over.
 * Context: one CPU, no locks held; interrupts as they are. */
void mm_port_check(void);

/* Only what there is to say of interrupts. @enabled: are they on, as the caller knows by himself? A
 * port whose local_irq_restore() does nothing is found only where they are. */
void mm_port_check_interrupts(bool enabled);

#endif
