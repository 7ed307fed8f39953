/* SPDX-License-Identifier: 0BSD
 *
 * printk.h - the kernel log: serial line and screen, each line stamped `[    s.uuuuuu] `.
 *
 * A text may begin with one of the KERN_ prefixes, also by way of an argument: printk("%sx",
 * KERN_ERR); without one it is KERN_INFO, or goes on in the line that is open. Lines whose level
 * is not below the console's (`loglevel=`, 8 = everything) are left out. The stamp is put in front
 * of the first character after a newline.
 * Context: any, from the first C instruction on, also in a panic; polls the serial port.
 */
#ifndef LIB_PRINTK_H
#define LIB_PRINTK_H

#include <lib/compiler.h>
#include <lib/format.h> /* snprintf(), for who looks for it here */
#include <lib/kern_levels.h>
#include <lib/types.h>

#define pr_err(fmt, ...)  printk(KERN_ERR fmt, ##__VA_ARGS__)
#define pr_warn(fmt, ...) printk(KERN_WARNING fmt, ##__VA_ARGS__)
#define pr_info(fmt, ...) printk(KERN_INFO fmt, ##__VA_ARGS__)

/* Return: length of the text without its prefixes, also where it is not shown. */
int printk(const char *fmt, ...) __printf(1, 2);
int vprintk(const char *fmt, va_list ap);

/* Text without stamp and level, for KTAP, reports and the monitor. */
int kprint(const char *fmt, ...) __printf(1, 2);
int vkprint(const char *fmt, va_list ap);

/* Lines of level @level and above are left out; 8 shows all. */
void printk_set_level(unsigned int level);
unsigned int printk_level(void);

/* Where log text goes; called with interrupts as they are. Several may be registered (serial,
 * screen); text from before the first one is in the log alone, see below. */
void printk_add_console(void (*write)(const char *text, size_t len));

/* Print the log again: the last 8 KiB of it, lines that were left out too. */
struct out;
void printk_log_show(struct out *out);

/* The clock of the stamps in microseconds; none yet: 0.000000. */
void printk_set_clock(u64 (*now_us)(void));

/* The sink that writes where kprint() writes. */
extern struct out console_out;
/* The sink that writes log lines, of the default level where the text names none. */
extern struct out log_out;

#endif
