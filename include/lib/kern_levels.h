/* SPDX-License-Identifier: 0BSD
 *
 * kern_levels.h - the prefixes that give a printk() text its level; without one it is KERN_INFO.
 */
#ifndef LIB_KERN_LEVELS_H
#define LIB_KERN_LEVELS_H

#define KERN_SOH     "\001"
#define KERN_EMERG   KERN_SOH "0"
#define KERN_ALERT   KERN_SOH "1"
#define KERN_ERR     KERN_SOH "3"
#define KERN_WARNING KERN_SOH "4"
#define KERN_INFO    KERN_SOH "6"
#define KERN_DEBUG   KERN_SOH "7"

#endif
