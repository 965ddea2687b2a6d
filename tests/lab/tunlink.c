/* tunlink: one emulated line between two TUN devices.
 *
 * Each direction has an exact rate, a one-way delay, a drop-tail queue of so many bytes, and random loss. The queue is
 * virtual: a packet's departure follows from the one before it, and timers only decide when it is handed over, late by
 * at most about the nap below. A packet counts with its IP length plus `overhead` bytes, 14 for an Ethernet header, as
 * the kernel's tbf counts.
 *
 * usage: tunlink CLIENT_DEV SERVER_DEV DOWN_MBPS UP_MBPS ONE_WAY_MS DOWN_QUEUE_BYTES UP_QUEUE_BYTES LOSS_SHARE OVERHEAD
 * Prints "ready" once both devices exist. Ends with its parent.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum {
    SLOTS = 1 << 16,          /* packets under way in one direction */
    LARGEST = 2048,           /* bytes of a packet */
    BATCH = 64,               /* packets read before due ones are sent */
    NAP_SHORTEST_NS = 150000, /* leaves the cores to the ends of the line */
    NAP_LONGEST_NS = 1000000,
    IDLE_MS = 100,
};

struct packet {
    int64_t due_ns;
    int length;
    unsigned char *bytes;
};

struct direction {
    int in, out;
    double ns_per_byte;
    int64_t delay_ns, queue_bytes;
    double loss_share;
    int overhead;
    unsigned seed;
    int64_t free_ns; /* when the last packet admitted has left the queue */
    struct packet *ring;
    unsigned head, tail;
};

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int open_tun(const char *name) {
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0) {
        perror(name);
        exit(1);
    }
    return fd;
}

/* Drops the packet by chance or because the queue is full; otherwise decides when it comes out at the far end. */
static void admit(struct direction *line, const unsigned char *bytes, int length) {
    int64_t now = now_ns(), start = line->free_ns > now ? line->free_ns : now;
    double waiting = (start - now) / line->ns_per_byte;
    int counted = length + line->overhead;
    if (line->loss_share > 0 && rand_r(&line->seed) < line->loss_share * RAND_MAX) return;
    if (waiting + counted > line->queue_bytes || (line->tail + 1) % SLOTS == line->head) return;
    struct packet *packet = &line->ring[line->tail];
    packet->bytes = malloc(length);
    if (!packet->bytes) return;
    line->free_ns = start + (int64_t)(counted * line->ns_per_byte);
    packet->due_ns = line->free_ns + line->delay_ns;
    packet->length = length;
    memcpy(packet->bytes, bytes, length);
    line->tail = (line->tail + 1) % SLOTS;
}

static void send_due(struct direction *line) {
    int64_t now = now_ns();
    while (line->head != line->tail && line->ring[line->head].due_ns <= now) {
        struct packet *packet = &line->ring[line->head];
        if (write(line->out, packet->bytes, packet->length) < 0 && errno == EAGAIN) return;
        free(packet->bytes);
        line->head = (line->head + 1) % SLOTS;
    }
}

static void rest(struct direction *line) {
    if (line->head == line->tail) {
        struct pollfd readable = {line->in, POLLIN, 0};
        poll(&readable, 1, IDLE_MS);
        return;
    }
    int64_t nap = line->ring[line->head].due_ns - now_ns();
    if (nap < NAP_SHORTEST_NS) nap = NAP_SHORTEST_NS;
    if (nap > NAP_LONGEST_NS) nap = NAP_LONGEST_NS;
    nanosleep(&(struct timespec){0, nap}, NULL);
}

static void *carry(void *argument) {
    struct direction *line = argument;
    unsigned char bytes[LARGEST];
    prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0);
    for (;;) {
        int length = 0, read_count = 0;
        send_due(line);
        while (read_count < BATCH && (length = read(line->in, bytes, sizeof bytes)) > 0) {
            admit(line, bytes, length);
            read_count++;
        }
        if (read_count < BATCH) rest(line);
    }
    return NULL;
}

static struct direction make(int in, int out, char **v, double mbps, const char *queue_bytes, unsigned seed) {
    return (struct direction){
        .in = in,
        .out = out,
        .ns_per_byte = 8e3 / mbps,
        .delay_ns = (int64_t)(atof(v[5]) * 1e6),
        .queue_bytes = atoll(queue_bytes),
        .loss_share = atof(v[8]),
        .overhead = atoi(v[9]),
        .seed = seed,
        .ring = calloc(SLOTS, sizeof(struct packet)),
    };
}

int main(int count, char **v) {
    pthread_t first, second;
    if (count != 10) {
        fprintf(stderr, "usage: see the head of tunlink.c\n");
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int client = open_tun(v[1]), server = open_tun(v[2]);
    struct direction down = make(server, client, v, atof(v[3]), v[6], 1);
    struct direction up = make(client, server, v, atof(v[4]), v[7], 2);
    pthread_create(&first, NULL, carry, &down);
    pthread_create(&second, NULL, carry, &up);
    puts("ready");
    fflush(stdout);
    pause();
    return 0;
}
