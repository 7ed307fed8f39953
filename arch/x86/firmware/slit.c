/* SPDX-License-Identifier: 0BSD
 *
 * slit.c - the bytes of ACPI's SLIT (ACPI specification 6.4, 5.2.17).
 *
 * A square of bytes behind its size. What is on the diagonal is LOCAL_DISTANCE, the unit of all
 * others, which are more; there and back may differ. A table that breaks this is all guesswork, so
 * none of it is used.
 */
#include <asm/firmware/acpi.h>
#include <asm/firmware/slit.h>
#include <lib/compiler.h>
#include <lib/init.h>
#include <mm/topology.h>

struct slit_head {
	struct acpi_header acpi;
	u64 localities;
} __packed;

_Static_assert(sizeof(struct slit_head) == 44, "5.2.17");
_Static_assert(LOCAL_DISTANCE == 10, "as the texts below say");

const char *__init slit_problem(enum slit_problem problem)
{
	static const char *const texts[NR_SLIT_PROBLEMS] = {
		[SLIT_NONE] = "nothing",
		[SLIT_SHORT] = "the table ends before its distances do",
		[SLIT_LOCAL] = "the distance of a domain to itself is not 10",
		[SLIT_REMOTE] = "the distance of two domains is not above 10",
	};

	return problem < NR_SLIT_PROBLEMS ? texts[problem] : "unknown problem";
}

static enum slit_problem __init judge(const struct slit *slit)
{
	u32 from, to;

	for (from = 0; from < slit->nr; from++)
		for (to = 0; to < slit->nr; to++) {
			unsigned int distance = slit_distance(slit, from, to);

			if (from == to && distance != LOCAL_DISTANCE)
				return SLIT_LOCAL;
			if (from != to && distance <= LOCAL_DISTANCE)
				return SLIT_REMOTE;
		}
	return SLIT_NONE;
}

enum slit_problem __init slit_parse(struct slit *slit, const void *table, size_t len)
{
	const struct slit_head *head = table;
	enum slit_problem problem;
	size_t room;

	*slit = (struct slit){ 0 };
	if (len < sizeof(*head))
		return SLIT_SHORT;
	room = len - sizeof(*head);
	if (head->localities > room || head->localities * head->localities > room)
		return SLIT_SHORT;
	*slit = (struct slit){ (u32)head->localities, (const u8 *)(head + 1) };
	problem = judge(slit);
	if (problem)
		*slit = (struct slit){ 0 };
	return problem;
}

unsigned int __init slit_distance(const struct slit *slit, u32 from, u32 to)
{
	return from < slit->nr && to < slit->nr ? slit->distance[(size_t)from * slit->nr + to] : 0;
}
