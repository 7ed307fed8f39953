/* SPDX-License-Identifier: 0BSD
 *
 * bootmem.c - fuzz target: operations on the model of tests/model/bootmem.c.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	run_model(&model_bootmem, data, size);
	return 0;
}
