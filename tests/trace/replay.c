/* SPDX-License-Identifier: 0BSD
 *
 * replay.c - playing a trace: text, one event a line.
 *
 * 1. Format      `A id order gfp mt` takes pages, `F id` frees them; `k id size` and `f id` are
 *                kmalloc() and kfree(); `c id cache size` and `d id` are kmem_cache_alloc() and
 *                kmem_cache_free(). `S`, `T`, `U`, `V` are pages behind the recorder's own slabs
 *                and large blocks: here the slab allocator takes its pages itself, so they are only
 *                counted, for comparison. Ids count from 0 for each of pages, k and c; `# max ids:`
 *                and `# cache` lines in the header give their numbers and the caches.
 * 2. Contents    Every block is filled with words that follow from its kind and id, and compared
 *                before it is freed: a block given out twice, or written to by the allocator,
 *                shows.
 * 3. Figures     Only the allocator's calls are timed, not the filling. Pages are counted from the
 *                zones, so they hold what the slab allocator keeps. Sizes are those asked for.
 * 4. End         What is still live is compared and freed, the caches are destroyed, and as many
 *                pages must be free as before.
 * 5. Locking     None: one CPU, nobody else allocates.
 */
#include "replay.h"

#include <boot/monitor/film.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <lib/out.h>
#include <lib/phase.h>
#include <lib/printk.h>
#include <lib/progress.h>
#include <lib/string.h>
#include <mm/highmem.h>
#include <mm/slab.h>
#include <test/pages.h>

#define MAX_CACHES   64
#define NAME_SIZE    32
#define LINE_SIZE    160
#define FIRST_SAMPLE 1000
#define CHUNK_SIZE   1024
#define EVENT_FIELDS 4
#define FILM_FRAMES  12

enum kind { PAGES, BYTES, OBJECTS, NR_KINDS };

/* A block that is out. */
struct live {
	void *block; /* struct page * of PAGES, else the address; NULL: not out */
	u32 extra;   /* order, bytes, cache; of the recorder's own pages RECORDER + order */
};

#define RECORDER 0x80000000u

struct replay {
	const struct trace_source *source;
	struct out *out;
	const char *name;

	/* The text: a chunk of it, and how far it was read. */
	char chunk[CHUNK_SIZE];
	size_t chunk_len, chunk_at;
	u64 offset;
	unsigned int line;
	struct progress progress;

	struct live *live[NR_KINDS];
	unsigned int max_ids[NR_KINDS];
	unsigned int nr_caches;
	struct kmem_cache *cache[MAX_CACHES];
	char cache_name[MAX_CACHES][NAME_SIZE];
	u32 cache_size[MAX_CACHES];

	u64 ticks, reading_ticks; /* the second: what it costs to look at the counter */
	unsigned long events, lost, bad, nr_live;
	unsigned long pages_before, pages_peak;
	unsigned long bytes, bytes_peak;
	unsigned long object_bytes, object_bytes_peak;
	unsigned long usable_bytes, usable_at_peak; /* of the objects, as ksize() says */
	unsigned long large_bytes, large_at_peak;   /* in large blocks of kmalloc() */
	unsigned long slab_bytes_at_peak;
	unsigned long recorder_pages, recorder_pages_peak; /* behind S and U, not yet T or V */
	unsigned long next_sample;
	unsigned long events_in_all, film_step, next_frame; /* with `film` */
};

static struct replay the_replay; /* too large for the stack */

/* --- text ------------------------------------------------------------------------------------ */

static int next_char(struct replay *r)
{
	if (r->chunk_at == r->chunk_len) {
		r->chunk_len = r->source->read(r->source, r->offset, r->chunk, CHUNK_SIZE);
		r->chunk_at = 0;
		r->offset += r->chunk_len;
		if (!r->chunk_len)
			return -1;
	}
	return (unsigned char)r->chunk[r->chunk_at++];
}

/* The next line without its end, cut if it is longer than any event. Return: false at the end. */
static bool next_line(struct replay *r, char line[LINE_SIZE])
{
	size_t len = 0;
	int c;

	while ((c = next_char(r)) >= 0 && c != '\n')
		if (len < LINE_SIZE - 1 && c != '\r')
			line[len++] = (char)c;
	line[len] = '\0';
	r->line++;
	return c >= 0 || len;
}

static unsigned int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned int)(c - 'a') + 10;
	return 16;
}

/* A number in @base after blanks at *@s. Return: false if there is none or it needs over 32
 * bits. */
static bool get_number(const char **s, unsigned int base, u32 *value)
{
	u64 number = 0;
	const char *start;

	while (**s == ' ')
		(*s)++;
	for (start = *s; digit_value(**s) < base; (*s)++) {
		number = number * base + digit_value(**s);
		if (number >> 32)
			return false;
	}
	*value = (u32)number;
	return *s != start;
}

static int malformed(struct replay *r, const char *what)
{
	out_printf(r->out, "trace %s: line %u: %s\n", r->name, r->line, what);
	return -EINVAL;
}

/* --- tables ---------------------------------------------------------------------------------- */

/* `pages N kmalloc N cache-objects N caches N`: one more than the highest id, each. */
static int set_max_ids(struct replay *r, const char *s)
{
	static const char *const names[NR_KINDS] = { "pages", "kmalloc", "cache-objects" };
	unsigned int kind;

	for (kind = 0; kind < NR_KINDS; kind++) {
		size_t len = strlen(names[kind]);
		unsigned long bytes;

		while (*s == ' ')
			s++;
		if (r->live[kind] || strncmp(s, names[kind], len))
			return malformed(r, "bad `# max ids:`");
		s += len;
		if (!get_number(&s, 10, &r->max_ids[kind]))
			return malformed(r, "bad `# max ids:`");
		bytes = max(r->max_ids[kind], 1u) * sizeof(struct live);
		if (bytes / sizeof(struct live) < r->max_ids[kind])
			return malformed(r, "too many ids");
		r->live[kind] = kzalloc(bytes, GFP_KERNEL);
		if (!r->live[kind]) {
			out_printf(r->out, "trace %s: no memory for %u ids\n", r->name,
				   r->max_ids[kind]);
			return -ENOMEM;
		}
	}
	r->pages_before = free_pages_now();
	return 0;
}

/* `ID NAME object_size N ...`; ids ascend. */
static int add_cache(struct replay *r, const char *s)
{
	u32 id, size, i = r->nr_caches;
	const char *word;

	if (!get_number(&s, 10, &id) || id != i || i == MAX_CACHES || *s++ != ' ')
		return malformed(r, "bad or too many `# cache` lines");
	word = s;
	while (*s && *s != ' ')
		s++;
	snprintf(r->cache_name[i], NAME_SIZE, "%.*s", (int)min(s - word, (long)NAME_SIZE - 1),
		 word);
	if (strncmp(s, " object_size", 12))
		return malformed(r, "a `# cache` line without object_size");
	s += 12;
	if (!get_number(&s, 10, &size) || !size)
		return malformed(r, "a bad object_size");
	r->cache_size[i] = size;
	r->cache[i] = kmem_cache_create(r->cache_name[i], size, 0, 0, NULL);
	if (!r->cache[i])
		return -ENOMEM; /* said why */
	r->nr_caches++;
	return 0;
}

static int take_header_line(struct replay *r, const char *line)
{
	if (!strncmp(line, "# max ids:", 10))
		return set_max_ids(r, line + 10);
	if (!strncmp(line, "# cache ", 8))
		return add_cache(r, line + 8);
	return 0;
}

/* --- contents -------------------------------------------------------------------------------- */

static u32 first_word(unsigned int kind, u32 id)
{
	return ((u32)kind + 1) * 0x9E3779B1u ^ id * 0x85EBCA6Bu;
}

static void fill(void *at, size_t bytes, u32 word)
{
	u32 *words = at;
	size_t i;

	for (i = 0; i < bytes / sizeof(u32); i++)
		words[i] = word + (u32)i;
	memset((char *)at + i * sizeof(u32), (int)(word & 0xFF), bytes % sizeof(u32));
}

static bool holds(const void *at, size_t bytes, u32 word)
{
	const u32 *words = at;
	const u8 *rest;
	size_t i;

	for (i = 0; i < bytes / sizeof(u32); i++)
		if (words[i] != word + (u32)i)
			return false;
	for (rest = (const u8 *)(words + i); rest < (const u8 *)at + bytes; rest++)
		if (*rest != (u8)word)
			return false;
	return true;
}

/* Run @visit over every page of a block, wherever it lies. */
static bool visit_pages(struct page *page, u32 order, u32 word, bool write)
{
	bool good = true;
	unsigned long i;

	for (i = 0; i < 1UL << order; i++) {
		void *at = kmap_atomic(page + i);

		if (write)
			fill(at, PAGE_SIZE, word + (u32)i);
		else
			good &= holds(at, PAGE_SIZE, word + (u32)i);
		kunmap_atomic(at);
	}
	return good;
}

static size_t live_bytes(const struct replay *r, unsigned int kind, const struct live *live)
{
	if (kind == PAGES)
		return PAGE_SIZE << live->extra;
	return kind == BYTES ? live->extra : r->cache_size[live->extra];
}

/* --- events ---------------------------------------------------------------------------------- */

static u64 now(const struct replay *r)
{
	return r->source->ticks ? r->source->ticks() : 0;
}

/* Add the time since @before, less what reading the counter took. */
static void add_ticks(struct replay *r, u64 before)
{
	u64 taken = now(r) - before;

	r->ticks += taken - min(taken, r->reading_ticks);
}

static void calibrate(struct replay *r)
{
	u64 before = now(r);

	r->reading_ticks = now(r) - before;
}

/* Linux has bits that are not known here, and a block that is lost must be counted. */
static gfp_t replayed_gfp(gfp_t gfp)
{
	return (gfp & __GFP_BITS_MASK & ~__GFP_NOFAIL) | __GFP_NOWARN;
}

static void *take_block(struct replay *r, unsigned int kind, u32 extra, gfp_t gfp)
{
	u64 before = now(r);
	void *block;

	if (kind == PAGES)
		block = alloc_pages(replayed_gfp(gfp), extra);
	else if (kind == BYTES)
		block = kmalloc(extra, GFP_KERNEL);
	else
		block = kmem_cache_alloc(r->cache[extra], GFP_KERNEL);
	add_ticks(r, before);
	return block;
}

static void give_block(struct replay *r, unsigned int kind, const struct live *live)
{
	u64 before = now(r);

	if (kind == PAGES)
		__free_pages(live->block, live->extra);
	else if (kind == BYTES)
		kfree(live->block);
	else
		kmem_cache_free(r->cache[live->extra], live->block);
	add_ticks(r, before);
}

static void note_peaks(struct replay *r)
{
	unsigned long used = r->pages_before - free_pages_now();

	r->pages_peak = max(r->pages_peak, used);
	r->bytes_peak = max(r->bytes_peak, r->bytes);
	if (r->object_bytes > r->object_bytes_peak) {
		r->object_bytes_peak = r->object_bytes;
		r->usable_at_peak = r->usable_bytes;
		r->large_at_peak = r->large_bytes;
		r->slab_bytes_at_peak = slab_nr_pages() << PAGE_SHIFT;
	}
}

/* @live comes, or goes: that many @bytes more, and so much more memory for them. */
static void count_live(struct replay *r, unsigned int kind, const struct live *live, long bytes)
{
	long room = (long)(kind == BYTES ? ksize(live->block)
					 : (size_t)(bytes < 0 ? -bytes : bytes));

	r->bytes += (unsigned long)bytes;
	if (kind == PAGES)
		return;
	room = bytes < 0 ? -room : room;
	r->object_bytes += (unsigned long)bytes;
	r->usable_bytes += (unsigned long)room;
	if (kind == BYTES && live->extra > KMALLOC_MAX_CACHE_SIZE)
		r->large_bytes += (unsigned long)room;
}

static int alloc_event(struct replay *r, unsigned int kind, u32 id, u32 extra, gfp_t gfp)
{
	struct live *live = &r->live[kind][id];
	u32 word = first_word(kind, id);

	if (live->block || (kind == PAGES && (live->extra & RECORDER)))
		return malformed(r, "an id that is out already");
	live->block = take_block(r, kind, extra, gfp);
	live->extra = extra;
	if (!live->block) {
		r->lost++;
		return 0;
	}
	if (kind == PAGES)
		visit_pages(live->block, extra, word, true);
	else
		fill(live->block, live_bytes(r, kind, live), word);
	r->nr_live++;
	count_live(r, kind, live, (long)live_bytes(r, kind, live));
	note_peaks(r);
	return 0;
}

static void free_live(struct replay *r, unsigned int kind, u32 id)
{
	struct live *live = &r->live[kind][id];
	u32 word = first_word(kind, id);
	size_t bytes;
	bool good;

	if (!live->block)
		return; /* its allocation failed, and was counted; or it is the recorder's */
	bytes = live_bytes(r, kind, live);
	good = kind == PAGES ? visit_pages(live->block, live->extra, word, false)
			     : holds(live->block, bytes, word);
	if (!good && !r->bad++)
		out_printf(r->out, "trace %s: line %u: id %u has changed contents\n", r->name,
			   r->line, id);
	count_live(r, kind, live, -(long)bytes);
	give_block(r, kind, live);
	live->block = NULL;
	r->nr_live--;
}

/* The numbers behind the letter: @nr of them, the gfp in hex. */
static bool get_fields(const char *s, unsigned int nr, int hex_field, u32 *field)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (!get_number(&s, (int)i == hex_field ? 16 : 10, &field[i]))
			return false;
	return !*s;
}

static int play_alloc(struct replay *r, char letter, const char *s)
{
	unsigned int kind = letter == 'A' ? PAGES : letter == 'k' ? BYTES : OBJECTS;
	static const unsigned int nr_fields[NR_KINDS] = { 4, 2, 3 };
	u32 field[EVENT_FIELDS];

	if (!get_fields(s, nr_fields[kind], kind == PAGES ? 2 : -1, field))
		return malformed(r, "bad numbers");
	if (!r->live[kind] || field[0] >= r->max_ids[kind])
		return malformed(r, "an id above `# max ids:`");
	if (kind == PAGES && field[1] >= MAX_ORDER)
		return malformed(r, "no such order");
	if (kind == OBJECTS && field[1] >= r->nr_caches)
		return malformed(r, "no such cache");
	return alloc_event(r, kind, field[0], field[1], kind == PAGES ? field[2] : 0);
}

static int play_free(struct replay *r, char letter, const char *s)
{
	unsigned int kind = letter == 'F' ? PAGES : letter == 'f' ? BYTES : OBJECTS;
	u32 id;

	if (!get_fields(s, 1, -1, &id) || !r->live[kind] || id >= r->max_ids[kind])
		return malformed(r, "bad id");
	free_live(r, kind, id);
	return 0;
}

static int recorder_takes(struct replay *r, struct live *live, u32 order)
{
	if (live->block || (live->extra & RECORDER))
		return malformed(r, "an id that is out already");
	live->extra = RECORDER + order;
	r->recorder_pages += 1UL << order;
	r->recorder_pages_peak = max(r->recorder_pages_peak, r->recorder_pages);
	return 0;
}

static int recorder_gives(struct replay *r, struct live *live)
{
	if (!(live->extra & RECORDER))
		return malformed(r, "an id that the recorder's slabs do not have");
	r->recorder_pages -= 1UL << (live->extra - RECORDER);
	live->extra = 0;
	return 0;
}

/* Pages behind the recorder's slabs: ids of PAGES without a block of ours. */
static int play_recorder(struct replay *r, char letter, const char *s)
{
	bool taken = letter == 'S' || letter == 'U';
	u32 field[EVENT_FIELDS];

	if (!get_fields(s, taken ? 4 : 1, 2, field) || !r->live[PAGES] ||
	    field[0] >= r->max_ids[PAGES] || (taken && field[1] >= MAX_ORDER))
		return malformed(r, "bad numbers");
	if (taken)
		return recorder_takes(r, &r->live[PAGES][field[0]], field[1]);
	return recorder_gives(r, &r->live[PAGES][field[0]]);
}

static int play_line(struct replay *r, const char *line)
{
	char letter = line[0];

	if (letter == '#' || !letter)
		return take_header_line(r, line);
	if (line[1] != ' ')
		return malformed(r, "no event");
	if (letter == 'S' || letter == 'T' || letter == 'U' || letter == 'V')
		return play_recorder(r, letter, line + 2);
	r->events++;
	if (letter == 'A' || letter == 'k' || letter == 'c')
		return play_alloc(r, letter, line + 2);
	if (letter == 'F' || letter == 'f' || letter == 'd')
		return play_free(r, letter, line + 2);
	return malformed(r, "no event");
}

/* --- figures --------------------------------------------------------------------------------- */

/* Share of the free pages that a request of @order cannot use, in thousandths (Gorman's index of
 * unusable free space: 0 all of it can be used, 1000 none). */
static unsigned int unusable_index(unsigned int order)
{
	unsigned long usable = 0, free = free_pages_now();
	const struct zone *zone;
	unsigned int o;

	for_each_zone (zone)
		for (o = order; o < MAX_ORDER; o++)
			usable += zone->free_area[o].nr_free << o;
	return free ? (unsigned int)((u64)(free - usable) * 1000 / free) : 1000;
}

static void show_sample(struct replay *r)
{
	const struct zone *zone;
	unsigned int order;

	out_printf(r->out, "# trace at %lu: free blocks", r->events);
	for (order = 0; order < MAX_ORDER; order++) {
		unsigned long blocks = 0;

		for_each_zone (zone)
			blocks += zone->free_area[order].nr_free;
		out_printf(r->out, " %lu", blocks);
	}
	out_printf(r->out, ", unusable for order 4 %u, order 10 %u of 1000\n", unusable_index(4),
		   unusable_index(MAX_ORDER - 1));
}

/* After FIRST_SAMPLE events, then whenever their number has doubled: memory changes most at
 * first. */
static void sample(struct replay *r)
{
	if (r->events < r->next_sample)
		return;
	show_sample(r);
	r->next_sample = r->events * 2;
}

/* What the slab allocator made of the memory that it took: requested, usable, taken. */
static void show_overhead(const struct replay *r)
{
	u64 taken = max(r->slab_bytes_at_peak + r->large_at_peak, 1UL);
	u64 requested = r->object_bytes_peak * 1000ULL / taken;
	u64 usable = r->usable_at_peak * 1000ULL / taken;

	out_printf(r->out,
		   "# trace: at the peak of %lu bytes of objects the slabs held %lu bytes, large "
		   "blocks %lu: requested %llu.%llu%%, usable %llu.%llu%%; the recorder's own held "
		   "%lu at its peak\n",
		   r->object_bytes_peak, r->slab_bytes_at_peak, r->large_at_peak, requested / 10,
		   requested % 10, usable / 10, usable % 10, r->recorder_pages_peak << PAGE_SHIFT);
}

static void show_result(struct replay *r, unsigned long live_end)
{
	u64 hundredths = r->events ? r->ticks * 100 / r->events : 0;

	show_sample(r);
	show_overhead(r);
	out_printf(
		r->out,
		"TRACE %s events %lu insn/event %llu.%02llu pages-peak %lu bytes-peak %lu live-end "
		"%lu lost %lu bad %lu\n",
		r->name, r->events, hundredths / 100, hundredths % 100, r->pages_peak,
		r->bytes_peak, live_end, r->lost, r->bad);
}

/* --- film ------------------------------------------------------------------------------------ */

/* Count the events of the text, then begin it anew. */
static unsigned long count_events(struct replay *r)
{
	static const char letters[] = "AFkfcd";
	unsigned long events = 0;
	char line[LINE_SIZE];

	while (next_line(r, line))
		events += line[0] && line[1] == ' ' && strchr(letters, line[0]);
	r->offset = 0;
	r->line = 0;
	return events;
}

static void frame(struct replay *r, const char *state)
{
	boot_phase(PHASE_TRACE, "%s, event %lu of %lu%s", r->name, r->events, r->events_in_all,
		   state);
	r->next_frame = r->events + r->film_step;
}

/* The first frame; later ones so that they are spread evenly. Not for a replay that prints to
 * somebody else than the console. */
static void film_start(struct replay *r)
{
	r->next_frame = ~0UL;
	if (!film_wanted || r->out != &console_out)
		return;
	r->events_in_all = count_events(r);
	r->film_step = r->events_in_all / FILM_FRAMES + 1;
	frame(r, "");
}

/* --- the whole ------------------------------------------------------------------------------- */

static void free_everything(struct replay *r)
{
	unsigned int kind, i;
	u32 id;

	for (kind = 0; kind < NR_KINDS; kind++)
		for (id = 0; r->live[kind] && id < r->max_ids[kind]; id++)
			free_live(r, kind, id);
	for (i = 0; i < r->nr_caches; i++)
		if (kmem_cache_destroy(r->cache[i]))
			r->lost++;
	kmem_cache_shrink_all();
}

static void free_tables(struct replay *r)
{
	unsigned int kind;

	for (kind = 0; kind < NR_KINDS; kind++)
		kfree(r->live[kind]);
	kmem_cache_shrink_all();
}

static int play_all(struct replay *r)
{
	char line[LINE_SIZE];
	int err = 0;

	if (!next_line(r, line) || strcmp(line, "# mmtrace 1"))
		return malformed(r, line[0] == '\x1f' ? "gzip data: unpack it (GRUB: insmod gzio)"
						      : "no `# mmtrace 1`");
	progress_start(&r->progress, r->out, r->name, r->source->size);
	while (!err && next_line(r, line)) {
		err = play_line(r, line);
		sample(r);
		if (r->events >= r->next_frame)
			frame(r, "");
		progress_step(&r->progress, r->offset - r->chunk_len + r->chunk_at);
	}
	return err;
}

int trace_replay(const char *name, const struct trace_source *source, struct out *out)
{
	struct replay *r = &the_replay;
	unsigned long live_end, home;
	int err;

	memset(r, 0, sizeof(*r));
	r->source = source;
	r->out = out;
	r->name = name;
	r->next_sample = FIRST_SAMPLE;
	calibrate(r);
	film_start(r);
	kmem_cache_shrink_all();
	home = free_pages_now();

	err = play_all(r);
	live_end = r->nr_live;
	free_everything(r);
	free_tables(r);
	r->lost += home - free_pages_now();
	if (r->next_frame != ~0UL)
		frame(r, ", all freed");
	if (err)
		return err;
	show_result(r, live_end);
	return r->lost || r->bad ? -EIO : 0;
}
