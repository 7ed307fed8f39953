/* SPDX-License-Identifier: 0BSD
 *
 * slab.c - fuzz target: operations on the model of tests/model/slab.c.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	run_model(&model_slab, data, size);
	return 0;
}
