/* SPDX-License-Identifier: 0BSD
 *
 * gfp.c - a gfp word by its names, for whoever reports one.
 */
#include <lib/align.h>
#include <mm/arch_api.h>
#include <mm/gfp.h>

/* A set stands before what it contains. */
const struct gfp_name gfp_names[] = {
	{ "GFP_HIGHUSER_MOVABLE", GFP_HIGHUSER_MOVABLE },
	{ "GFP_HIGHUSER", GFP_HIGHUSER },
	{ "GFP_USER", GFP_USER },
	{ "GFP_KERNEL", GFP_KERNEL },
	{ "GFP_NOFS", GFP_NOFS },
	{ "GFP_ATOMIC", GFP_ATOMIC },
	{ "GFP_NOIO", GFP_NOIO },
	{ "GFP_NOWAIT", GFP_NOWAIT },
	{ "GFP_DMA", GFP_DMA },
	{ "__GFP_HIGHMEM", __GFP_HIGHMEM },
	{ "__GFP_HIGH", __GFP_HIGH },
	{ "__GFP_ATOMIC", __GFP_ATOMIC },
	{ "__GFP_IO", __GFP_IO },
	{ "__GFP_FS", __GFP_FS },
	{ "__GFP_NOWARN", __GFP_NOWARN },
	{ "__GFP_RETRY_MAYFAIL", __GFP_RETRY_MAYFAIL },
	{ "__GFP_NOFAIL", __GFP_NOFAIL },
	{ "__GFP_NORETRY", __GFP_NORETRY },
	{ "__GFP_COMP", __GFP_COMP },
	{ "__GFP_ZERO", __GFP_ZERO },
	{ "__GFP_MEMALLOC", __GFP_MEMALLOC },
	{ "__GFP_HARDWALL", __GFP_HARDWALL },
	{ "__GFP_THISNODE", __GFP_THISNODE },
	{ "__GFP_RECLAIMABLE", __GFP_RECLAIMABLE },
	{ "__GFP_MOVABLE", __GFP_MOVABLE },
	{ "__GFP_DIRECT_RECLAIM", __GFP_DIRECT_RECLAIM },
	{ NULL, 0 },
};

static char *append(char *to, const char *from)
{
	while (*from)
		*to++ = *from++;
	return to;
}

static char *append_hex(char *to, gfp_t value)
{
	int shift = (int)highest_bit(value) & ~3;

	to = append(to, "0x");
	for (; shift >= 0; shift -= 4)
		*to++ = "0123456789abcdef"[value >> shift & 15];
	return to;
}

const char *gfp_text(char text[GFP_TEXT_SIZE], gfp_t gfp)
{
	const struct gfp_name *known;
	char *to = text;

	for (known = gfp_names; known->name; known++) {
		if ((gfp & known->gfp) != known->gfp)
			continue;
		to = append(append(to, to == text ? "" : "|"), known->name);
		gfp &= ~known->gfp;
	}
	if (gfp)
		to = append_hex(append(to, to == text ? "" : "|"), gfp);
	*to = '\0';
	return text;
}

void fastcall gfp_unknown(gfp_t gfp, const char *func)
{
	char text[GFP_TEXT_SIZE];

	panic("BUG: %s: unknown gfp bits 0x%x in 0x%x(%s) (arguments swapped, or not initialised?)",
	      func, gfp & ~__GFP_BITS_MASK, gfp, gfp_text(text, gfp));
}
