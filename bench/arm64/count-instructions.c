/*
 * A plugin of qemu's user emulation: how many instructions a thread of the guest has executed. The guest asks by
 * kill(pid, 0), a system call without effect; the answer, `mark <count>` of the thread that asked, goes to stderr.
 *
 * qemu's header comes with few packages, so what is used of it stands here (plugin API version 1, qemu 4.2 on).
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
typedef void (*translated_cb)(qemu_plugin_id_t, struct qemu_plugin_tb *);
typedef void (*executed_cb)(unsigned int, void *);
typedef void (*syscall_cb)(qemu_plugin_id_t, unsigned int, int64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                           uint64_t, uint64_t, uint64_t, uint64_t);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, translated_cb);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, executed_cb, enum qemu_plugin_cb_flags, void *);
void qemu_plugin_register_vcpu_syscall_cb(qemu_plugin_id_t, syscall_cb);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);

#define EXPORTED __attribute__((visibility("default")))

EXPORTED int qemu_plugin_version = 1;

/** kill on arm64. */
static const int64_t ASK = 129;

/** More threads than a Node has; a cache line each, so that they do not wait for each other. */
enum { THREADS_MAX = 1024, WORDS_A_THREAD = 8 };
static uint64_t executed[THREADS_MAX * WORDS_A_THREAD];

static void count(unsigned int thread, void *instructions) {
  if (thread < THREADS_MAX) executed[thread * WORDS_A_THREAD] += (uintptr_t)instructions;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
  (void)id;
  void *instructions = (void *)(uintptr_t)qemu_plugin_tb_n_insns(block);
  qemu_plugin_register_vcpu_tb_exec_cb(block, count, QEMU_PLUGIN_CB_NO_REGS, instructions);
}

static void called(qemu_plugin_id_t id, unsigned int thread, int64_t number, uint64_t process, uint64_t signal,
                   uint64_t a3, uint64_t a4, uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8) {
  (void)id, (void)process, (void)a3, (void)a4, (void)a5, (void)a6, (void)a7, (void)a8;
  if (number != ASK || signal != 0 || thread >= THREADS_MAX) return;
  fprintf(stderr, "mark %" PRIu64 "\n", executed[thread * WORDS_A_THREAD]);
}

EXPORTED int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int count_of_options, char **options) {
  (void)info, (void)count_of_options, (void)options;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_vcpu_syscall_cb(id, called);
  return 0;
}
