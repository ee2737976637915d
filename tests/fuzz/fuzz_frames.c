// Any bytes as what a worker sends: frames come in their order or the conversation is over; what is
// accepted is written the same way. And any bytes as the JSON of an error: the type can go into a
// header, what is cut short stays a JSON string, base 64 has its length.

#include "base/base.h"
#include "runtime/bootstrap/frames.h"
#include "runtime/bootstrap/note.h"
#include "runtime/bootstrap/report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_frames(const uint8_t *data, size_t size) {
    FrameTalk talk = TALK_LOADING;
    bool invoked = false;
    for (size_t at = 0; size - at >= FRAME_HEADER;) {
        Frame f;
        if (!frame_read(data + at, &f))
            return;
        uint8_t again[FRAME_HEADER];
        frame_write(again, f.type, f.size);
        if (memcmp(again, data + at, FRAME_HEADER) != 0)
            BUG("a frame that is written differently");
        FrameTalk before = talk;
        if (!frame_follows(&talk, &f)) {
            if (talk != before)
                BUG("a frame that may not come moved the conversation");
            return;
        }
        if (f.type == FRAME_INVOKE || f.type == FRAME_LEND || before == TALK_IDLE ||
            before == TALK_OVER)
            BUG("a frame out of turn");
        if (f.type == FRAME_STREAM_DATA && before != TALK_STREAMING)
            BUG("data before a stream");
        if (talk == TALK_IDLE) {
            talk = TALK_INVOKED; // as when the next invocation is given
            invoked = true;
        }
        if (before == TALK_LOADING && invoked && talk != TALK_INVOKED)
            BUG("loaded twice");
        at += FRAME_HEADER;
        at += f.size < size - at ? f.size : size - at;
    }
}

static void check_note(const uint8_t *data, size_t size) {
    uint8_t bytes[NOTE_SIZE] = {0};
    Note note;
    memcpy(bytes, data, size < sizeof bytes ? size : sizeof bytes);
    note_read(bytes, &note);
    if (note.deadline < 0 || note.began < 0 || strlen(note.id) > REPORT_ID_MAX ||
        (note.id[0] && !report_id_fits(note.id, strlen(note.id))))
        BUG("a note that cannot be used");
}

static void check_report(const char *json, size_t size) {
    char type[REPORT_TYPE_MAX];
    report_type(json, size, "Runtime.Unknown", type);
    if (!type[0] || strlen(type) >= sizeof type || strpbrk(type, "\r\n \t\"\\{}"))
        BUG("a type that no header takes");
    (void)report_id_fits(json, size);
    Bytes cut = {0};
    Bytes coded = {0};
    if (!report_short(&cut, json, size) || !report_base64(&coded, cut.at, cut.size))
        BUG("no memory");
    if (cut.size > REPORT_TRAILER_MAX || coded.size != (cut.size + 2) / 3 * 4)
        BUG("too long for a trailer");
    free(cut.at);
    free(coded.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    check_frames(data, size);
    check_note(data, size);
    check_report((const char *)data, size);
    return 0;
}
