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

u8 pci_read_config_byte(struct pci_address at, unsigned int offset)
{
	unsigned long flags = local_irq_save();
	u8 value = inb(select(__func__, at, offset, sizeof(value)));

	local_irq_restore(flags);
	return value;
}

void pci_write_config_byte(struct pci_address at, unsigned int offset, u8 value)
{
	unsigned long flags = local_irq_save();

	outb(select(__func__, at, offset, sizeof(value)), value);
	local_irq_restore(flags);
}

u16 pci_read_config_word(struct pci_address at, unsigned int offset)
{
	unsigned long flags = local_irq_save();
	u16 value = inw(select(__func__, at, offset, sizeof(value)));

	local_irq_restore(flags);
	return value;
}

void pci_write_config_word(struct pci_address at, unsigned int offset, u16 value)
{
	unsigned long flags = local_irq_save();

	outw(select(__func__, at, offset, sizeof(value)), value);
	local_irq_restore(flags);
}

u32 pci_read_config_dword(struct pci_address at, unsigned int offset)
{
	unsigned long flags = local_irq_save();
	u32 value = inl(select(__func__, at, offset, sizeof(value)));

	local_irq_restore(flags);
	return value;
}

void pci_write_config_dword(struct pci_address at, unsigned int offset, u32 value)
{
	unsigned long flags = local_irq_save();

	outl(select(__func__, at, offset, sizeof(value)), value);
	local_irq_restore(flags);
}
