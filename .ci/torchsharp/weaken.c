/* weaken FILE: marks the GLIBCXX versions that only GCC 13 and newer have as weak needs of a 64-bit ELF library, so that
   the dynamic linker warns instead of refusing. Size and everything else stay as they are; a second run changes nothing. */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_too_new(const char *version) {
    int minor;
    return sscanf(version, "GLIBCXX_3.4.%d", &minor) == 1 && minor > 30;
}

int main(int argc, char **argv) {
    FILE *file = argc == 2 ? fopen(argv[1], "r+b") : NULL;
    if (!file) { fprintf(stderr, "usage: weaken FILE (a writable ELF library)\n"); return 2; }
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    unsigned char *bytes = malloc(size);
    rewind(file);
    if (!bytes || fread(bytes, 1, size, file) != size || size < sizeof(Elf64_Ehdr) || memcmp(bytes, ELFMAG, SELFMAG)) {
        fprintf(stderr, "weaken: %s is not a readable ELF file\n", argv[1]);
        return 1;
    }

    const Elf64_Ehdr *header = (const Elf64_Ehdr *)bytes;
    const Elf64_Shdr *sections = (const Elf64_Shdr *)(bytes + header->e_shoff);
    for (int i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type != SHT_GNU_verneed) continue;
        const char *names = (const char *)bytes + sections[sections[i].sh_link].sh_offset;
        Elf64_Verneed *need = (Elf64_Verneed *)(bytes + sections[i].sh_offset);
        for (;;) {
            Elf64_Vernaux *version = (Elf64_Vernaux *)((char *)need + need->vn_aux);
            for (int k = 0; k < need->vn_cnt; k++) {
                if (is_too_new(names + version->vna_name)) version->vna_flags |= VER_FLG_WEAK;
                version = (Elf64_Vernaux *)((char *)version + version->vna_next);
            }
            if (need->vn_next == 0) break;
            need = (Elf64_Verneed *)((char *)need + need->vn_next);
        }
    }

    rewind(file);
    int written = fwrite(bytes, 1, size, file) == size;
    return fclose(file) == 0 && written ? 0 : 1;
}
