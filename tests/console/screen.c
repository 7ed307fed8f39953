/* SPDX-License-Identifier: 0BSD
 *
 * screen.c - the screen that the machine has.
 */
#include <test/ktest.h>

#include <asm/console/screen.h>
#include <asm/cpu.h>
#include <asm/setup.h>
#include <lib/format.h>

static u8 read_crtc(u8 index)
{
	outb(0x3d4, index);
	return inb(0x3d5);
}

/* Write @nr characters into the line. It must be blank. */
static void write_line(char c, unsigned int nr)
{
	screen_write("\r", 1);
	for (; nr; nr--)
		screen_write(&c, 1);
	screen_show();
}

KTEST(screen, stop_a_cell_outside, STOP)
{
	char text[64];

	snprintf(text, sizeof(text), "row %u, column 0 of %u x %u", screen_rows(), screen_rows(),
		 screen_columns());
	kt_expect_stop(text);
	screen_get(screen_rows(), 0);
}

KTEST(screen, the_cursor_stays_in_a_full_line, SHORT)
{
	unsigned int columns = screen_columns(), seen;

	if (!screen_rows() || boot_info.has_framebuffer)
		kt_skip("no VGA text screen");
	write_line('x', columns);
	seen = read_crtc(14) * 256u + read_crtc(15);
	write_line(' ', columns);
	screen_write("\r", 1);
	kt_eq(seen % columns, columns - 1);
}
