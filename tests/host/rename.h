/* SPDX-License-Identifier: 0BSD
 *
 * rename.h - on the host, our C library functions stand beside the host's under names of their own.
 *
 * Forced in front of every file of the kernel and of its tests (cc -include). The host's library
 * and the sanitizers keep theirs, and the tests test ours.
 */
#ifndef HOST_RENAME_H
#define HOST_RENAME_H

#define memset	  mmkit_memset
#define memcpy	  mmkit_memcpy
#define memmove	  mmkit_memmove
#define memcmp	  mmkit_memcmp
#define strlen	  mmkit_strlen
#define strnlen	  mmkit_strnlen
#define strcmp	  mmkit_strcmp
#define strncmp	  mmkit_strncmp
#define strchr	  mmkit_strchr
#define strrchr	  mmkit_strrchr
#define strlcpy	  mmkit_strlcpy
#define snprintf  mmkit_snprintf
#define vsnprintf mmkit_vsnprintf

#endif
