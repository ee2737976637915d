#pragma once
// The pages of docs/errors/, inside the program. The array is made by cmake/embed.cmake.

typedef struct Page {
    const char *name; // "P0203"
    const char *text; // Markdown
} Page;

extern const Page error_pages[]; // sorted by name
extern const unsigned error_page_count;
