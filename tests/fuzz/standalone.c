// The fuzz targets without libFuzzer: hands each file named on the command line, and each file in a
// folder named there, to the target once. So the corpus is a test under every compiler.
// An empty input is always tried; a folder that does not exist is an empty corpus.

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned replayed;

static void replay_file(const char *path, size_t size) {
    FILE *f = fopen(path, "rb");
    // Exactly as large as the input, so that a sanitizer sees a read beyond its end.
    uint8_t *data = malloc(size ? size : 1);
    if (!f || !data || fread(data, 1, size, f) != size) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    fclose(f);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    replayed++;
}

static void replay_folder(const char *path);

static void replay(const char *path) {
    struct stat s;
    if (stat(path, &s) != 0) {
        return;
    }
    if (S_ISDIR(s.st_mode)) {
        replay_folder(path);
    } else if (S_ISREG(s.st_mode)) {
        replay_file(path, (size_t)s.st_size);
    }
}

static void replay_folder(const char *path) {
    DIR *d = opendir(path);
    if (!d) {
        return;
    }
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        char inner[4096];
        int n = snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
        if (e->d_name[0] != '.' && n > 0 && (size_t)n < sizeof inner) {
            replay(inner);
        }
    }
    closedir(d);
}

int main(int argc, char **argv) {
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++) {
        replay(argv[i]);
    }
    printf("%u inputs replayed\n", replayed);
    return 0;
}
