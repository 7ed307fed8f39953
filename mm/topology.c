/* SPDX-License-Identifier: 0BSD
 *
 * topology.c - the machine as a port describes it: CPUs, nodes and distances.
 *
 * Written during the boot only, so nothing needs a lock.
 */
#include <mm/mmzone.h>
#include <mm/topology.h>

DEFINE_PER_CPU(int, numa_node);

static bool has_cpu[MAX_NUMNODES];

/* What was set; 0: nothing was. */
static u8 distances[MAX_NUMNODES][MAX_NUMNODES];

static void check_node(int nid)
{
	mm_bug_on(nid < 0 || nid >= MAX_NUMNODES, "node %d: this build has %d (MAX_NUMNODES)", nid,
		  MAX_NUMNODES);
}

void set_cpu_numa_node(unsigned int cpu, int nid)
{
	mm_bug_on(cpu >= NR_CPUS, "CPU %u: this build has %d (NR_CPUS)", cpu, NR_CPUS);
	check_node(nid);
	per_cpu(numa_node, cpu) = nid;
}

void set_node_has_cpu(int nid, bool has)
{
	check_node(nid);
	has_cpu[nid] = has;
}

bool node_has_cpu(int nid)
{
	check_node(nid);
	return has_cpu[nid];
}

unsigned int node_distance(int from, int to)
{
	check_node(from);
	check_node(to);
	if (distances[from][to])
		return distances[from][to];
	return from == to ? LOCAL_DISTANCE : REMOTE_DISTANCE;
}

void set_node_distance(int from, int to, unsigned int distance)
{
	check_node(from);
	check_node(to);
	mm_bug_on(from == to ? distance != LOCAL_DISTANCE
			     : distance <= LOCAL_DISTANCE || distance > UNREACHABLE_DISTANCE,
		  "node %d to node %d: distance %u (local is %d, others are 11 to %d)", from, to,
		  distance, LOCAL_DISTANCE, UNREACHABLE_DISTANCE);
	distances[from][to] = (u8)distance;
}
