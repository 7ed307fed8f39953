/* SPDX-License-Identifier: 0BSD
 *
 * measure.c - measure FILE PROGRAM [ARGUMENT...]: run it and write into FILE what it took:
 * `EXIT-STATUS USER-US SYS-US PEAK-RSS-KIB`.
 *
 * The peak of a process begins with that of the one that started it, so that must be a small one:
 * this one, linked statically.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long long us(struct timeval time)
{
	return time.tv_sec * 1000000LL + time.tv_usec;
}

int main(int argc, char **argv)
{
	struct rusage taken;
	int status;
	FILE *file;
	pid_t pid;

	if (argc < 3)
		return EXIT_FAILURE;
	pid = vfork();
	if (!pid) {
		execv(argv[2], argv + 2);
		_exit(127);
	}
	file = fopen(argv[1], "w");
	if (pid < 0 || wait4(pid, &status, 0, &taken) != pid || !file)
		return EXIT_FAILURE;
	fprintf(file, "%d %lld %lld %ld\n", status, us(taken.ru_utime), us(taken.ru_stime),
		taken.ru_maxrss);
	return fclose(file) ? EXIT_FAILURE : EXIT_SUCCESS;
}
