/* SPDX-License-Identifier: 0BSD
 *
 * migrate.c - fuzz target: operations on the model of tests/model/migrate.c.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	run_model(&model_migrate, data, size);
	return 0;
}
