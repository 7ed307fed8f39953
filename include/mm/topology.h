/* SPDX-License-Identifier: 0BSD
 *
 * topology.h - which node a CPU is of, and how far nodes are from each other (Linux's names;
 * Mauerer 3.2.1).
 *
 * Context: the set_ functions during the boot, before build_all_zonelists(); the others any.
 */
#ifndef MM_TOPOLOGY_H
#define MM_TOPOLOGY_H

#include <mm/percpu.h>

/* Distances are those of ACPI's SLIT (ACPI specification 6.4, 5.2.17): relative, and the memory of
 * one's own node is at 10. Where nothing is known, any other node's is at 20. */
#define LOCAL_DISTANCE	     10
#define REMOTE_DISTANCE	     20
#define UNREACHABLE_DISTANCE 255

DECLARE_PER_CPU(int, numa_node);

/* The node of this CPU, or of @cpu. Whoever must not be moved to another CPU meanwhile sees to it.
 */
static inline int numa_node_id(void)
{
	return MAX_NUMNODES == 1 ? 0 : this_cpu(numa_node);
}

static inline int cpu_to_node(unsigned int cpu)
{
	return MAX_NUMNODES == 1 ? 0 : per_cpu(numa_node, cpu);
}

/* @cpu is of node @nid: of node 0 otherwise. Stops at a number that no CPU or node has. */
void set_cpu_numa_node(unsigned int cpu, int nid);

/* Has node @nid a processor, be it started or not? Then others spare its memory a little
 * (zonelist.c). A port that knows says so of each node; until then no node has one. */
void set_node_has_cpu(int nid, bool has);
bool node_has_cpu(int nid);

/* From node @from to the memory of node @to. Stops at a number that no node has. */
unsigned int node_distance(int from, int to);

/* The distance is @distance. Stops if it is not from 11 to UNREACHABLE_DISTANCE, and for a node and
 * itself LOCAL_DISTANCE. */
void set_node_distance(int from, int to, unsigned int distance);

#endif
