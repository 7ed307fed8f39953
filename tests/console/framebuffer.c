/* SPDX-License-Identifier: 0BSD
 *
 * framebuffer.c - which framebuffers are refused, how characters are drawn, and the font.
 */
#include <test/ktest.h>

#include "../firmware/boot_scratch.h"

#include <asm/console/font.h>
#include <asm/console/framebuffer.h>

#define GIB 0x40000000ULL

/* --- the font ------------------------------------------------------------------------------ */

static bool same_glyph(u8 a, u8 b)
{
	return !memcmp(font_glyph(a), font_glyph(b), FONT_LINES);
}

static bool is_blank(u8 c)
{
	static const u8 blank[FONT_LINES];

	return !memcmp(font_glyph(c), blank, FONT_LINES);
}

KTEST(font, every_character_has_a_shape_of_its_own, SHORT)
{
	u8 a, b;

	kt_true(is_blank(' '));
	for (a = FONT_FIRST; a <= FONT_LAST; a++) {
		kt_eq(is_blank(a), a == ' ');
		for (b = FONT_FIRST; b < a; b++)
			kt_false(same_glyph(a, b));
	}
}

KTEST(font, what_has_no_shape_is_a_question_mark, SHORT)
{
	kt_true(same_glyph(FONT_FIRST - 1, '?'));
	kt_true(same_glyph(FONT_LAST + 1, '?'));
	kt_true(same_glyph(0, '?'));
	kt_true(same_glyph(0xff, '?'));
}

/* --- refusals ------------------------------------------------------------------------------ */

static struct ledger reserved __initdata;

static struct boot_framebuffer __init good_framebuffer(void)
{
	return (struct boot_framebuffer){
		.addr = 0xfd000000,
		.pitch = 3200,
		.width = 800,
		.height = 600,
		.bpp = 32,
		.type = BOOT_FB_RGB,
		.red = { 16, 8 },
		.green = { 8, 8 },
		.blue = { 0, 8 },
	};
}

static void __init make_map(void)
{
	e820_clear(&scratch.map);
	e820_add(&scratch.map, 0x100000, GIB, E820_RAM);
	e820_add(&scratch.map, 0xfc000000, 0x1000000, E820_RAM);
	e820_add(&scratch.map, 0xfe000000, 0x1000000, E820_RESERVED);
	reserved.nr = 0;
	ledger_add(&reserved, "module", 0xe0000000, 0x1800);
}

static const char *__init refusal(const struct boot_framebuffer *fb)
{
	const char *why = framebuffer_refusal(fb, &scratch.map, &reserved);

	return why ? why : "none";
}

/* Good, but for the field that is set. */
#define EXPECT_REFUSAL(_text, ...)                               \
	do {                                                     \
		struct boot_framebuffer fb = good_framebuffer(); \
                                                                 \
		__VA_ARGS__;                                     \
		kt_case(#__VA_ARGS__);                           \
		kt_str_eq(refusal(&fb), (_text));                \
	} while (0)

KTEST_BOOT(framebuffer, addresses)
{
	const char *ram = "it lies over RAM", *high = "it does not lie below 4 GiB";

	make_map();
	EXPECT_REFUSAL("none", fb.addr = 0xfd000000);
	EXPECT_REFUSAL("none", fb.addr = 0xfe000000);
	EXPECT_REFUSAL(ram, fb.addr = 0xfd000000 - 1);
	EXPECT_REFUSAL("none", fb.addr = 0xfc000000 - 3200 * 600);
	EXPECT_REFUSAL(ram, fb.addr = 0xfc000000 - 3200 * 600 + 1);
	EXPECT_REFUSAL(ram, fb.addr = GIB);
	EXPECT_REFUSAL("none", fb.addr = GIB + 0x100000);
	EXPECT_REFUSAL(high, fb.addr = 0);
	EXPECT_REFUSAL(high, fb.addr = 4 * GIB);
	EXPECT_REFUSAL("none", fb.addr = 4 * GIB - 3200 * 600);
	EXPECT_REFUSAL(high, fb.addr = 4 * GIB - 3200 * 600 + 1);
	EXPECT_REFUSAL(high, fb.addr = ~0ULL);
}

/* A module above mem=, or an image that the map does not call usable. */
KTEST_BOOT(framebuffer, what_is_reserved)
{
	const char *over = "it lies over something reserved";

	make_map();
	EXPECT_REFUSAL("none", fb.addr = 0xe0000000 - 3200 * 600);
	EXPECT_REFUSAL(over, fb.addr = 0xe0000000 - 3200 * 600 + 1);
	EXPECT_REFUSAL(over, fb.addr = 0xe0000000);
	EXPECT_REFUSAL(over, fb.addr = 0xe0001800 - 1);
	EXPECT_REFUSAL("none", fb.addr = 0xe0001800);
}

KTEST_BOOT(framebuffer, pixels)
{
	const char *bits = "a pixel has neither 16 nor 24 nor 32 bits";
	const char *colours = "its colours do not fit into a pixel";

	make_map();
	EXPECT_REFUSAL("its pixels are no RGB values", fb.type = BOOT_FB_INDEXED);
	EXPECT_REFUSAL("none", fb.bpp = 24);
	EXPECT_REFUSAL(bits, fb.bpp = 15);
	EXPECT_REFUSAL(bits, fb.bpp = 8);
	EXPECT_REFUSAL(bits, fb.bpp = 0);
	EXPECT_REFUSAL(bits, fb.bpp = 64);
	EXPECT_REFUSAL(colours, fb.bpp = 16);
	EXPECT_REFUSAL("none", fb.red.position = 24);
	EXPECT_REFUSAL(colours, fb.red.position = 25);
	EXPECT_REFUSAL(colours, fb.green.size = 0);
	EXPECT_REFUSAL(colours, fb.green.size = 9);
	EXPECT_REFUSAL(colours, fb.blue.position = 255);
}

KTEST_BOOT(framebuffer, shapes)
{
	const char *lines = "its lines do not fit their length", *absurd = "its size is absurd";
	const char *small = "it is too small for 80x25 characters";

	make_map();
	EXPECT_REFUSAL("none", (fb.width = 640, fb.height = 400));
	EXPECT_REFUSAL(small, (fb.width = 639, fb.height = 400));
	EXPECT_REFUSAL(small, (fb.width = 640, fb.height = 399));
	EXPECT_REFUSAL(small, fb.width = 0);
	EXPECT_REFUSAL(lines, fb.pitch = 3199);
	EXPECT_REFUSAL("none", fb.pitch = 3201);
	EXPECT_REFUSAL(lines, fb.pitch = 0);
	EXPECT_REFUSAL(lines, fb.pitch = 0xffffffff);
	EXPECT_REFUSAL("none", (fb.pitch = 131072, fb.addr = 2 * GIB));
	EXPECT_REFUSAL(lines, fb.pitch = 131073);
	EXPECT_REFUSAL(absurd, fb.width = 16385);
	EXPECT_REFUSAL(absurd, fb.height = 16385);
	EXPECT_REFUSAL(absurd, fb.height = 0xffffffff);
}

/* --- the grid ------------------------------------------------------------------------------ */

static const struct grid_case {
	const char *name;
	u32 width, height, mapped;
	unsigned int scale, columns, rows;
} grid_cases[] __initconst = {
	{ "640x400", 640, 400, ~0u, 1, 80, 25 },
	{ "800x600", 800, 600, ~0u, 1, 100, 37 },
	{ "1024x768", 1024, 768, ~0u, 1, 128, 48 },
	{ "1280x800", 1280, 800, ~0u, 1, 160, 50 },
	{ "1600x1024", 1600, 1024, ~0u, 2, 100, 32 },
	{ "1600x1023", 1600, 1023, ~0u, 1, 160, 50 },
	{ "1599x1024", 1599, 1024, ~0u, 1, 160, 50 },
	{ "1920x1080", 1920, 1080, ~0u, 2, 120, 33 },
	{ "3840x2160", 3840, 2160, ~0u, 4, 120, 33 },
	{ "3840x2160 of which 16 MiB are mapped", 3840, 2160, 16 << 20, 2, 160, 34 },
	{ "one line less than 25 rows are mapped", 640, 480, 640 * 4 * 400 - 1, 1, 80, 24 },
};

KTEST_BOOT(framebuffer, cells_by_resolution)
{
	struct boot_framebuffer info = good_framebuffer();
	const struct grid_case *c;
	struct framebuffer fb;

	for_each_case (c, grid_cases) {
		kt_case(c->name);
		info.width = c->width;
		info.height = c->height;
		info.pitch = 4 * c->width;
		kt_eq(framebuffer_init(&fb, &info, NULL, c->mapped), c->rows >= 25);
		kt_eq(fb.scale, c->scale);
		kt_eq(fb.columns, c->columns);
		kt_eq(fb.rows, c->rows);
		kt_true((u64)fb.rows * FONT_HEIGHT * fb.scale * info.pitch <= c->mapped);
	}
}

/* --- drawing ------------------------------------------------------------------------------- */

/* Two cells wide, one high, with dots of up to two pixels and room for an odd pitch. */
#define PIXELS_MAX (2 * FONT_HEIGHT * (2 * 2 * FONT_WIDTH * 4 + 3))
#define UNTOUCHED  0xa5

static u8 pixels[PIXELS_MAX] __initdata;

static u32 __init pixel_at(const struct framebuffer *fb, unsigned int x, unsigned int y)
{
	u32 pixel = 0;

	memcpy(&pixel, fb->pixels + y * fb->pitch + x * fb->bytes, fb->bytes);
	return pixel;
}

/* Does the right one of two cells show @c in @ink on @paper, and is the left one untouched? */
static void __init check_drawing(const struct framebuffer *fb, u8 c, u32 ink, u32 paper)
{
	u32 untouched = (u32)(0xa5a5a5a5ULL >> (32 - 8 * fb->bytes));
	unsigned int x, y, width = FONT_WIDTH * fb->scale;

	for (y = 0; y < FONT_HEIGHT * fb->scale; y++)
		for (x = 0; x < width; x++) {
			unsigned int line = y / fb->scale - FONT_ABOVE;
			u8 dots = line < FONT_LINES ? font_glyph(c)[line] : 0;
			bool set = dots & 0x80 >> x / fb->scale;

			kt_eq(pixel_at(fb, x, y), untouched);
			kt_eq(pixel_at(fb, width + x, y), set ? ink : paper);
		}
}

static const struct draw_case {
	const char *name;
	u8 bpp;
	struct boot_colour_field red, green, blue;
	unsigned int scale, pad; /* bytes behind a line */
	u32 white, red_pixel;	 /* SCREEN_RED is 213, 94, 0 */
} draw_cases[] __initconst = {
	{ "32 bits", 32, { 16, 8 }, { 8, 8 }, { 0, 8 }, 1, 0, 0xffffff, 0xd55e00 },
	{ "32 bits, red last", 32, { 0, 8 }, { 8, 8 }, { 16, 8 }, 1, 0, 0xffffff, 0x005ed5 },
	{ "32 bits, upper bytes",
	  32,
	  { 24, 8 },
	  { 16, 8 },
	  { 8, 8 },
	  1,
	  0,
	  0xffffff00,
	  0xd55e0000 },
	{ "32 bits, doubled", 32, { 16, 8 }, { 8, 8 }, { 0, 8 }, 2, 0, 0xffffff, 0xd55e00 },
	{ "32 bits, odd pitch", 32, { 16, 8 }, { 8, 8 }, { 0, 8 }, 1, 3, 0xffffff, 0xd55e00 },
	{ "24 bits", 24, { 16, 8 }, { 8, 8 }, { 0, 8 }, 1, 1, 0xffffff, 0xd55e00 },
	{ "16 bits", 16, { 11, 5 }, { 5, 6 }, { 0, 5 }, 2, 2, 0xffff, 0xd2e0 },
	{ "15 bits in 16", 16, { 10, 5 }, { 5, 5 }, { 0, 5 }, 1, 0, 0x7fff, 0x6960 },
};

KTEST_BOOT(framebuffer, drawing)
{
	struct boot_framebuffer info = good_framebuffer();
	const struct draw_case *c;
	struct framebuffer fb;

	for_each_case (c, draw_cases) {
		kt_case(c->name);
		memset(pixels, UNTOUCHED, sizeof(pixels));
		info.bpp = c->bpp;
		info.red = c->red;
		info.green = c->green;
		info.blue = c->blue;
		kt_true(framebuffer_init(&fb, &info, pixels, ~0u));
		fb.scale = c->scale;
		fb.pitch = 2 * FONT_WIDTH * fb.scale * fb.bytes + c->pad;
		framebuffer_draw(&fb, 0, 1, screen_cell('g', SCREEN_WHITE, SCREEN_RED));
		check_drawing(&fb, 'g', c->white, c->red_pixel);
	}
}

/* The tones must be told apart; the bright ones also in 15 bits a pixel. */
KTEST_BOOT(framebuffer, colours_differ)
{
	struct boot_framebuffer info = good_framebuffer();
	struct framebuffer fb;
	unsigned int a, b;

	info.bpp = 16;
	info.red = (struct boot_colour_field){ 10, 5 };
	info.green = (struct boot_colour_field){ 5, 5 };
	info.blue = (struct boot_colour_field){ 0, 5 };
	kt_true(framebuffer_init(&fb, &info, pixels, ~0u));
	for (a = 0; a < NR_SCREEN_COLOURS; a++)
		for (b = 0; b < a; b++)
			kt_true(fb.pixel[a] != fb.pixel[b]);
}
