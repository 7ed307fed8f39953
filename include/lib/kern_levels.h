/* SPDX-License-Identifier: 0BSD
 *
 * kern_levels.h - the prefixes that give a printk() text its level; without one it is KERN_INFO.
 */
#ifndef LIB_KERN_LEVELS_H
#define LIB_KERN_LEVELS_H

#define KERN_SOH     "\001"
#define KERN_EMERG   KERN_SOH "0"
#define KERN_ALERT   KERN_SOH "1"
#define KERN_CRIT    KERN_SOH "2"
#define KERN_ERR     KERN_SOH "3"
#define KERN_WARNING KERN_SOH "4"
#define KERN_NOTICE  KERN_SOH "5"
#define KERN_INFO    KERN_SOH "6"
#define KERN_DEBUG   KERN_SOH "7"
#define KERN_DEFAULT KERN_SOH "d" /* a new line of the level without a prefix */
#define KERN_CONT    KERN_SOH "c" /* goes on in the line that is open, if one is */

#endif
