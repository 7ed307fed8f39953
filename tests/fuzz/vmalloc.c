/* SPDX-License-Identifier: 0BSD
 *
 * vmalloc.c - fuzz target: operations on the model of tests/model/vmalloc.c.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	run_model(&model_vmalloc, data, size);
	return 0;
}
