/* SPDX-License-Identifier: 0BSD
 *
 * buddy.c - fuzz target: operations on the model of tests/model/buddy.c.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	run_model(&model_buddy, data, size);
	return 0;
}
