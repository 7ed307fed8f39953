/* SPDX-License-Identifier: 0BSD
 *
 * pci.c - configuration space by mechanism 1: a port takes the address, another one the data.
 *
 * Locking: an interrupt's handler may access it, too, so interrupts are off between the two. One
 * CPU. Not done: finding devices and giving them addresses, which the firmware has done; the space
 * behind 256 bytes, which lies in memory (ACPI's table MCFG).
 */
#include <dev/pci.h>

#include <asm/io.h>
#include <asm/irqflags.h>
#include <lib/bug.h>

#define PCI_ADDRESS 0xCF8
#define PCI_DATA    0xCFC
#define PCI_ENABLE  0x80000000u

/* Return: the port where the @width bytes at @offset are, until another address is selected. */
static u16 select(const char *func, struct pci_address at, unsigned int offset, size_t width)
{
	if (at.device >= 32 || at.function >= 8 || offset % width || offset >= 256)
		panic("BUG: %s: %02x:%02x.%x, offset %u: no such device or function, or not a "
		      "multiple of %zu below 256",
		      func, at.bus, at.device, at.function, offset, width);
	outl(PCI_ADDRESS, PCI_ENABLE | (u32)at.bus << 16 | (u32)at.device << 11 |
				  (u32)at.function << 8 | (offset & 0xFC));
	return (u16)(PCI_DATA + offset % 4);
}

bool pci_present(void)
{
	unsigned long flags = local_irq_save();
	bool present;

	outl(PCI_ADDRESS, PCI_ENABLE);
	present = inl(PCI_ADDRESS) == PCI_ENABLE;
	local_irq_restore(flags);
	return present;
}

static u32 read_config(const char *func, struct pci_address at, unsigned int offset, size_t width)
{
	unsigned long flags = local_irq_save();
	u16 port = select(func, at, offset, width);
	u32 value = width == 1 ? inb(port) : width == 2 ? inw(port) : inl(port);

	local_irq_restore(flags);
	return value;
}

static void write_config(const char *func, struct pci_address at, unsigned int offset, u32 value,
			 size_t width)
{
	unsigned long flags = local_irq_save();
	u16 port = select(func, at, offset, width);

	if (width == 1)
		outb(port, (u8)value);
	else if (width == 2)
		outw(port, (u16)value);
	else
		outl(port, value);
	local_irq_restore(flags);
}

u8 pci_read_config_byte(struct pci_address at, unsigned int offset)
{
	return (u8)read_config(__func__, at, offset, 1);
}

void pci_write_config_byte(struct pci_address at, unsigned int offset, u8 value)
{
	write_config(__func__, at, offset, value, 1);
}

u16 pci_read_config_word(struct pci_address at, unsigned int offset)
{
	return (u16)read_config(__func__, at, offset, 2);
}

void pci_write_config_word(struct pci_address at, unsigned int offset, u16 value)
{
	write_config(__func__, at, offset, value, 2);
}

u32 pci_read_config_dword(struct pci_address at, unsigned int offset)
{
	return read_config(__func__, at, offset, 4);
}

void pci_write_config_dword(struct pci_address at, unsigned int offset, u32 value)
{
	write_config(__func__, at, offset, value, 4);
}
