/* SPDX-License-Identifier: 0BSD
 *
 * sections.h - addresses that linker.ld and head.S define.
 */
#ifndef ASM_SECTIONS_H
#define ASM_SECTIONS_H

extern char _start[], _etext[], _srodata[], _erodata[], _sdata[], _edata[], _end[];
extern char __slab_text_begin[], __slab_text_end[]; /* mm/slab*, slub*, slob*, kmalloc.c */
extern char __init_text_begin[], __init_text_end[];
extern char __init_data_begin[], __init_data_end[];
extern char boot_stack_guard[], boot_stack[], boot_stack_top[];
extern char double_fault_stack_guard[], double_fault_stack[], double_fault_stack_top[];
extern char second_fault_stack_guard[], second_fault_stack[], second_fault_stack_top[];

#endif
