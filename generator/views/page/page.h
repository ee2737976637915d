#pragma once
// The page of view_html as it is embedded: its text up to a slot, and the slot's name. Made by
// cmake/page.cmake from the files of this folder; filled in by html.c.

typedef struct PagePart {
    const char *text; // verbatim
    const char *slot; // what follows it: "title", "svg" …; NULL: the page ends
} PagePart;

extern const PagePart page_parts[];
extern const unsigned page_part_count;
