/* SPDX-License-Identifier: 0BSD
 *
 * run_model.c - operation streams: each four bytes of an input seed the choice of one operation of
 * a model, so that any bytes are a sequence, and a changed byte changes one operation.
 */
#include "fuzz.h"

#include <lib/bug.h>
#include <lib/printk.h>
#include <lib/string.h>

#include "../host/machine.h"

#define SEED_SIZE 4

/* The machine is booted once in a process: each input leaves it as it was. */
static void start_once(const struct model *model)
{
	static bool started;

	if (started)
		return;
	machine_start_small();
	model->begin();
	started = true;
}

static void choose(const struct model *model, const u8 *seed, struct op *op)
{
	struct random random;
	u32 value;

	memcpy(&value, seed, sizeof(value));
	random_seed(&random, value);
	model->choose(&random, op);
}

void run_model(const struct model *model, const u8 *data, size_t size)
{
	const u8 *end = data + size / SEED_SIZE * SEED_SIZE, *at;
	struct op op;
	char text[80];

	start_once(model);
	for (at = data; at < end; at += SEED_SIZE) {
		choose(model, at, &op);
		if (!model->step(&op))
			panic("%s, operation %u: %s", model->name,
			      (unsigned int)(at - data) / SEED_SIZE, model->text(&op, text));
	}
	if (!model->end())
		panic("%s, at the end", model->name);
}
