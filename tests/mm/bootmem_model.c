/* SPDX-License-Identifier: 0BSD
 *
 * bootmem_model.c - bootmem against the model of tests/model/bootmem.c; then the checker of its
 * invariants, each broken once.
 */
#include <lib/format.h>

#include "../model/model.h"
#include "boot_node.h"

#define OPERATIONS 6000

bool model_differs(const char *fmt, ...)
{
	char text[120];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	kt_fail("%s", text);
	return false;
}

KTEST_BOOT(bootmem, random_operations_follow_the_model)
{
	struct random random;
	unsigned int i;
	struct op op;

	open_node();
	boot_node_close(); /* the model opens it again */
	random_seed(&random, kt_random());
	model_bootmem.begin();
	for (i = 0; i < OPERATIONS; i++) {
		char text[80];

		model_bootmem.choose(&random, &op);
		if (model_bootmem.step(&op))
			continue;
		kt_note("operation %u: %s", i, model_bootmem.text(&op, text));
		break;
	}
	boot_node_close();
}

/* --- the invariants -------------------------------------------------------------------------- */

static void __init expect_first(const char *id)
{
	struct mm_check check = { 0 };

	bootmem_check(&check, &boot_node.bdata);
	kt_str_eq(check.first, id);
	kt_eq(check.nr > 0, *id != 0);
}

/* What mm_check() says first of the pieces, as they are now. */
static void __init expect_first_of_all(const char *id)
{
	struct mm_check check = { 0 };

	mm_check(&check);
	kt_str_eq(check.nr ? check.first : "", id);
}

KTEST_BOOT(bootmem_check, b1_the_bitmap_is_in_used_pages)
{
	open_node();
	init_bootmem_node(NODE_DATA(0), boot_node.base + 3, boot_node.base,
			  boot_node.base + BOOT_NODE_PAGES);
	expect_first("");
	__clear_bit(3, boot_node.bdata.node_bootmem_map);
	expect_first("B1");
	__set_bit(3, boot_node.bdata.node_bootmem_map);
	__clear_bit(4, boot_node.bdata.node_bootmem_map);
	expect_first("");
	boot_node_close();
}

/* Another piece's, too. */
KTEST_BOOT(bootmem_check, b1_a_bitmap_elsewhere_is_in_used_pages)
{
	bootmem_data_t *low, *high;

	open_node();
	boot_node_share_out("0000----");
	init_bootmem_node(NODE_DATA(0), boot_node.base + 2, boot_node.base + 8,
			  boot_node.base + 16);
	low = bdata_list;
	high = low->next;
	expect_first_of_all("");
	__clear_bit(2, low->node_bootmem_map);
	expect_first_of_all("B1");
	__set_bit(2, low->node_bootmem_map);
	__clear_bit(2, high->node_bootmem_map);
	expect_first_of_all("");
	boot_node_close();
}

/* While there is a bitmap, and no longer. */
KTEST_BOOT(bootmem_check, the_live_bitmap_is_walked)
{
	struct mm_check check = { 0 };

	open_node();
	kt_eq(mm_check(&check), 0);
	boot_node.bdata.last_offset = PAGE_SIZE;
	kt_true(mm_check(&check));
	kt_str_eq(check.first, "B3");
	boot_node_close();
	kt_eq(mm_check(&check), 0);
}

KTEST_BOOT(bootmem_check, b2_the_last_page_is_in_use)
{
	open_node();
	boot_node_free_all();
	bootmem_alloc("test", 100, 1, 0);
	expect_first("");
	boot_node.bdata.last_pos = 7;
	expect_first("B2");
	boot_node.bdata.last_pos = BOOT_NODE_PAGES;
	expect_first("B2");
	boot_node.bdata.last_pos = 0;
	expect_first("");
	boot_node_restart(0, 5); /* the bits behind this end are set */
	boot_node.bdata.last_offset = 1;
	boot_node.bdata.last_pos = BOOT_NODE_PAGES + 4;
	expect_first("");
	boot_node.bdata.last_pos = BOOT_NODE_PAGES + 5;
	expect_first("B2");
	boot_node_close();
}

KTEST_BOOT(bootmem_check, b3_the_last_offset_is_inside_a_page)
{
	open_node();
	boot_node_free_all();
	bootmem_alloc("test", 100, 1, 0);
	boot_node.bdata.last_offset = PAGE_SIZE - 1;
	expect_first("");
	boot_node.bdata.last_offset = PAGE_SIZE;
	expect_first("B3");
	boot_node.bdata.last_offset = 100;
	expect_first("");
	boot_node_close();
}

KTEST_BOOT(bootmem_check, b4_the_hint_skips_no_free_page)
{
	open_node();
	boot_node_free_dots("#####.");
	bootmem_alloc("test", PAGE_SIZE, 1, 0);
	expect_first("");
	__clear_bit(4, boot_node.bdata.node_bootmem_map);
	expect_first("B4");
	__set_bit(4, boot_node.bdata.node_bootmem_map);
	expect_first("");
	boot_node.bdata.hint_idx = BOOT_NODE_PAGES + 1;
	expect_first("B4");
	boot_node.bdata.hint_idx = BOOT_NODE_PAGES;
	boot_node.bdata.hint_goal = BOOT_NODE_PAGES + 1;
	expect_first("B4");
	boot_node.bdata.hint_goal = BOOT_NODE_PAGES;
	expect_first("");
	boot_node_close();
}

KTEST_BOOT(bootmem_check, b5_bits_behind_the_node_are_set)
{
	open_node();
	boot_node_restart(0, 5);
	expect_first("");
	__clear_bit(BOOT_NODE_PAGES + 5, boot_node.bdata.node_bootmem_map);
	expect_first("B5");
	__set_bit(BOOT_NODE_PAGES + 5, boot_node.bdata.node_bootmem_map);
	__clear_bit(BOOT_NODE_PAGES + 31, boot_node.bdata.node_bootmem_map);
	expect_first("B5");
	__set_bit(BOOT_NODE_PAGES + 31, boot_node.bdata.node_bootmem_map);
	__clear_bit(BOOT_NODE_PAGES + 4, boot_node.bdata.node_bootmem_map);
	expect_first("");
	boot_node_close();
}

KTEST_BOOT(bootmem_check, b6_pieces_ascend_and_are_disjoint)
{
	bootmem_data_t *low, *high;

	open_node();
	boot_node_share_out("0000----0000");
	expect_first_of_all("");
	low = bdata_list;
	high = low->next;
	low->node_low_pfn = high->node_min_pfn;
	expect_first_of_all("");
	low->node_low_pfn++;
	expect_first_of_all("B6"); /* reaches into the next */
	low->node_low_pfn = low->node_min_pfn;
	expect_first_of_all("B6"); /* empty */
	low->node_low_pfn += 4;
	expect_first_of_all("");
	bdata_list = high; /* in the wrong order */
	high->next = low;
	low->next = NULL;
	expect_first_of_all("B6");
	bdata_list = low;
	low->next = high;
	high->next = NULL;
	boot_node_close();
}

KTEST_BOOT(bootmem_check, b7_a_node_knows_its_first_piece)
{
	pg_data_t *pgdat = NODE_DATA(next_online_node(-1));
	bootmem_data_t *low;

	open_node();
	boot_node_forget();
	boot_node_add_piece(pgdat->node_id, 0, 4);
	boot_node_add_piece(pgdat->node_id, 8, 12);
	low = pgdat->bdata;
	expect_first_of_all("");
	pgdat->bdata = low->next;
	expect_first_of_all("B7");
	pgdat->bdata = NULL;
	expect_first_of_all("B7");
	pgdat->bdata = low;
	expect_first_of_all("");
	boot_node_close();
}
