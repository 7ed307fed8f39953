/* SPDX-License-Identifier: 0BSD
 *
 * compiler.h - what the code asks of the compiler beyond C11, under Linux's names.
 */
#ifndef LIB_COMPILER_H
#define LIB_COMPILER_H

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define __noreturn	      __attribute__((noreturn))
#define __must_check	      __attribute__((warn_unused_result))
#define __packed	      __attribute__((packed))
#define __aligned(n)	      __attribute__((aligned(n)))
#define __section(s)	      __attribute__((section(s)))
#define __used		      __attribute__((used))
#define __unused	      __attribute__((unused))
#define __weak		      __attribute__((weak))
#define __printf(fmt, first)  __attribute__((format(printf, fmt, first)))
#define __noinline	      __attribute__((noinline))
#define __always_inline	      inline __attribute__((always_inline))
#define __cold		      __attribute__((cold))
#define __no_sanitize_address __attribute__((no_sanitize_address))

/* Arguments in registers, which the i386 ABI passes on the stack; Linux 2.4's word for it. For
 * small functions that are called very often. */
#ifdef __i386__
#define fastcall __attribute__((regparm(3)))
#else
#define fastcall
#endif

#define barrier() __asm__ volatile("" : : : "memory")

/* @var is where the first (0) or second (1) argument of a fastcall function arrives. For the few
 * functions where the compiler, left alone, moves values to and fro between registers. */
#ifdef __i386__
#define IN_REGISTER_OF(argument, var)            \
	do {                                     \
		if ((argument) == 0)             \
			__asm__("" : "+a"(var)); \
		else if ((argument) == 1)        \
			__asm__("" : "+d"(var)); \
		else                             \
			__asm__("" : "+c"(var)); \
	} while (0)
#else
#define IN_REGISTER_OF(argument, var) ((void)(argument), (void)(var))
#endif

/* Nothing is known of @var from here on but that it is in a register. */
#define OPTIMIZER_HIDE_VAR(var) __asm__("" : "+r"(var))

#define READ_ONCE(x)			(*(const volatile __typeof__(x) *)&(x))
#define ARRAY_SIZE(a)			(sizeof(a) / sizeof((a)[0]))
#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#define min(a, b)                                  \
	({                                         \
		__typeof__(a) _min_a = (a);        \
		__typeof__(b) _min_b = (b);        \
		_min_a < _min_b ? _min_a : _min_b; \
	})
#define max(a, b)                                  \
	({                                         \
		__typeof__(a) _max_a = (a);        \
		__typeof__(b) _max_b = (b);        \
		_max_a > _max_b ? _max_a : _max_b; \
	})

#endif
