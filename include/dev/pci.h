/* SPDX-License-Identifier: 0BSD
 *
 * pci.h - the configuration space of PCI devices, by mechanism 1 (PCI Local Bus Specification 3.0,
 * 3.2.2.3.2).
 *
 * @offset is a multiple of the width, below 256: anything else stops, and so does a device or
 * function that cannot be. What is not there reads as all ones; a write to it is lost.
 * Context: any.
 */
#ifndef DEV_PCI_H
#define DEV_PCI_H

#include <lib/types.h>

struct pci_address {
	u8 bus;
	u8 device;   /* 0 to 31 */
	u8 function; /* 0 to 7 */
};

/* Does something answer to mechanism 1? */
bool pci_present(void);

u8 pci_read_config_byte(struct pci_address at, unsigned int offset);
u16 pci_read_config_word(struct pci_address at, unsigned int offset);
u32 pci_read_config_dword(struct pci_address at, unsigned int offset);
void pci_write_config_byte(struct pci_address at, unsigned int offset, u8 value);
void pci_write_config_word(struct pci_address at, unsigned int offset, u16 value);
void pci_write_config_dword(struct pci_address at, unsigned int offset, u32 value);

#endif
