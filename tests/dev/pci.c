/* SPDX-License-Identifier: 0BSD
 *
 * pci.c - configuration space by bytes, words and double words, and ports by words.
 */
#include <dev/io.h>
#include <dev/pci.h>
#include <test/ktest.h>

#define VENDOR	       0x00
#define INTERRUPT_LINE 0x3C /* of no meaning to hardware: what is written stays */
#define INTERRUPT_PIN  0x3D
#define PCI_ADDRESS    0xCF8

/* A device of bus 0 that has an interrupt; false if there is none. */
static bool find_device(struct pci_address *at)
{
	for (*at = (struct pci_address){ 0 }; at->device < 31; at->device++)
		if (pci_read_config_word(*at, VENDOR) != 0xffff &&
		    pci_read_config_byte(*at, INTERRUPT_PIN))
			return true;
	return false;
}

KTEST(pci, widths_agree, SHORT)
{
	const struct pci_address bridge = { 0 };
	unsigned int i;
	u32 dword;

	if (!pci_present())
		kt_skip("no PCI");
	for (i = 0; i < 16; i += 4) {
		dword = pci_read_config_dword(bridge, i);
		kt_eq(pci_read_config_word(bridge, i), dword & 0xffff);
		kt_eq(pci_read_config_word(bridge, i + 2), dword >> 16);
		kt_eq(pci_read_config_byte(bridge, i + 1), dword >> 8 & 0xff);
		kt_eq(pci_read_config_byte(bridge, i + 3), dword >> 24);
	}
	kt_true(pci_read_config_word(bridge, VENDOR) != 0xffff);
}

KTEST(pci, what_is_not_there_reads_as_ones, SHORT)
{
	if (!pci_present())
		kt_skip("no PCI");
	kt_eq(pci_read_config_dword((struct pci_address){ 255, 31, 7 }, VENDOR), 0xffffffff);
}

KTEST(pci, what_is_written_is_read, SHORT)
{
	struct pci_address at;
	u32 before;

	if (!pci_present() || !find_device(&at))
		kt_skip("no PCI device with an interrupt");
	before = pci_read_config_dword(at, INTERRUPT_LINE);
	pci_write_config_byte(at, INTERRUPT_LINE, 0x5a);
	kt_eq(pci_read_config_dword(at, INTERRUPT_LINE), (before & ~0xffu) | 0x5a);
	pci_write_config_word(at, INTERRUPT_LINE, (before & 0xff00) | 0x33);
	kt_eq(pci_read_config_byte(at, INTERRUPT_LINE), 0x33);
	pci_write_config_dword(at, INTERRUPT_LINE, before);
	kt_eq(pci_read_config_dword(at, INTERRUPT_LINE), before);
}

/* 64-bit BARs and the like need no other access: a port of 32 bits is two of 16. */
KTEST(pci, ports_have_words, SHORT)
{
	if (!pci_present())
		kt_skip("no PCI");
	outl(PCI_ADDRESS, 0x80000000);
	kt_eq(inl(PCI_ADDRESS), 0x80000000);
	kt_eq(inw(PCI_ADDRESS + 4), pci_read_config_word((struct pci_address){ 0 }, VENDOR));
}

KTEST(pci, registers_in_memory_have_their_width, SHORT)
{
	u32 word = 0x11223344;

	kt_eq(readb((u8 *)&word + 1), 0x33);
	kt_eq(readw((u8 *)&word + 2), 0x1122);
	writeb(0x55, &word);
	writew(0x6677, (u8 *)&word + 2);
	kt_eq(readl(&word), 0x66773355);
	writel(1, &word);
	kt_eq(word, 1);
}

KTEST(pci, stop_an_offset_between_two_words, STOP)
{
	kt_expect_stop("BUG: pci_read_config_word: 00:02.0, offset 5: ");
	kt_eq(pci_read_config_word((struct pci_address){ 0, 2, 0 }, 5), 0);
}

KTEST(pci, stop_a_device_that_cannot_be, STOP)
{
	kt_expect_stop("BUG: pci_write_config_byte: 00:20.0, offset 0: no such device");
	pci_write_config_byte((struct pci_address){ 0, 32, 0 }, 0, 0);
}
