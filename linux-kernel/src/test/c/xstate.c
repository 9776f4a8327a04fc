/*
 * Preloaded into user-mode Linux (kernels before 6.14), so that it runs where the processor has
 * more registers than its kernel has room for: with AMX there are 11 KiB of them, it keeps 2.7.
 *
 * It reads and writes the registers of its processes with PTRACE_GETREGSET and PTRACE_SETREGSET
 * (NT_X86_XSTATE). Reading gives as much as there is room for; writing less than the whole is
 * refused (EFAULT; xstateregs_set in the kernel's arch/x86/kernel/fpu/regset.c), and with that the
 * guest's first process ends it ("put_fp_registers"). Here a part is laid over what the process has
 * now, and the whole is written:
 *
 * - A component that is not wholly in the part stays as it is, with its bit of XSTATE_BV: the part
 *   has no bytes for it. So one process of the guest would see the AMX registers of another thread
 *   of it, but none can have any: it had to ask for them (ARCH_REQ_XCOMP_PERM), which the guest's
 *   kernel does not know.
 * - Which components are in it is asked of the processor (CPUID leaf 0xD), as the kernel does for
 *   this layout, XSAVE's standard one.
 * - The caller's iov_len stays what it was; the kernel, too, says how much it took: all.
 * - All else, and a part that is the whole, goes to the kernel as it is, and so does what cannot be
 *   read before: what comes back is the kernel's answer in each case.
 *
 * The buffer is its thread's, since ptrace(2) works on one's own tracees alone; on the stack it
 * would be too large, which is the guest kernel's there. It is there from the start of the thread
 * (initial-exec), not fetched with malloc at first use, in the midst of a kernel.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

#define ROOM 65536
#define LEAF 0xd

/* struct xregs_state of asm/fpu/types.h: FXSAVE's area, then a header that begins with XSTATE_BV. */
#define HEADER_AT 512
#define EXTENDED_AT 576
#define FXSAVE 3 /* x87 and SSE */
#define FIRST_EXTENDED 2
#define COMPONENTS 63

static long (*kernel)(enum __ptrace_request, pid_t, void *, void *);

/* Where the components are. Asked once: to a virtual machine CPUID is dear. */
static struct component {
  uint64_t bit;
  size_t at, size;
} components[COMPONENTS];
static size_t count;

__attribute__((constructor)) static void find(void) {
  kernel = (long (*)(enum __ptrace_request, pid_t, void *, void *))dlsym(RTLD_NEXT, "ptrace");
  for (unsigned i = FIRST_EXTENDED; i < COMPONENTS; i++) {
    unsigned size, at, flags, unused;
    /* Size 0: there is none; offset 0: one of the kernel's own, which is not in this layout. */
    if (__get_cpuid_count(LEAF, i, &size, &at, &flags, &unused) && size > 0 && at >= EXTENDED_AT)
      components[count++] = (struct component){UINT64_C(1) << i, at, size};
  }
}

/* Lays a part over the whole; the header's other fields are the part's, for the kernel to judge. */
static void lay(char *whole, const char *part, size_t length) {
  uint64_t had, has, given = FXSAVE;
  memcpy(&had, whole + HEADER_AT, sizeof had);
  memcpy(&has, part + HEADER_AT, sizeof has);
  memcpy(whole, part, EXTENDED_AT);
  for (const struct component *c = components; c < components + count; c++) {
    if (c->at + c->size <= length) {
      memcpy(whole + c->at, part + c->at, c->size);
      given |= c->bit;
    }
  }
  has = (has & given) | (had & ~given);
  memcpy(whole + HEADER_AT, &has, sizeof has);
}

static long set_registers(pid_t pid, void *what, struct iovec *part) {
  static __thread char room[ROOM] __attribute__((aligned(64), tls_model("initial-exec")));
  struct iovec whole = {room, sizeof room};
  if (part->iov_len < EXTENDED_AT || kernel(PTRACE_GETREGSET, pid, what, &whole) < 0 ||
      part->iov_len >= whole.iov_len)
    return kernel(PTRACE_SETREGSET, pid, what, part);
  lay(room, part->iov_base, part->iov_len);
  return kernel(PTRACE_SETREGSET, pid, what, &whole);
}

long ptrace(enum __ptrace_request request, ...) {
  va_list rest;
  va_start(rest, request);
  pid_t pid = va_arg(rest, pid_t);
  void *address = va_arg(rest, void *);
  void *data = va_arg(rest, void *);
  va_end(rest);
  if (request == PTRACE_SETREGSET && address == (void *)NT_X86_XSTATE)
    return set_registers(pid, address, data);
  return kernel(request, pid, address, data);
}
