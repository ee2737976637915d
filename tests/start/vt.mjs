// What a terminal shows after it was sent some text: enough of one for questions that are drawn in place.
//
// In: the text, with its controls, and how wide the terminal is. Out: its lines, without blanks at the ends.
// Knows CR, LF, BS, cursor up, down, right, erasing to the end of screen or line, and colours; a text that is
// too long goes on in the next line, as on a real one. Anything else is an error: it would show as rubbish.

export function show(text, columns = 80) {
    const lines = [[]];
    let row = 0;
    let column = 0;
    const down = (n) => {
        row += n;
        while (lines.length <= row) lines.push([]);
    };
    const csi = {
        A: (n) => (row = Math.max(0, row - (n || 1))),
        B: (n) => down(Math.min(n || 1, lines.length - 1 - row)),
        C: (n) => (column = Math.min(columns - 1, column + (n || 1))),
        J: () => {
            lines.length = row + 1;
            lines[row].length = Math.min(column, lines[row].length);
        },
        K: () => (lines[row].length = Math.min(column, lines[row].length)),
        m: () => {},
    };
    for (let at = 0; at < text.length; ) {
        const rest = text.slice(at);
        const sequence = /^\x1b\[(\d*)([A-Za-z])|^\x1b\[(\d+;\d+)m/.exec(rest);
        if (sequence) {
            if (sequence[2]) {
                if (!csi[sequence[2]]) throw new Error(`the terminal does not know ${JSON.stringify(sequence[0])}`);
                csi[sequence[2]](Number(sequence[1]));
            }
            at += sequence[0].length;
            continue;
        }
        const [character] = rest;
        at += character.length;
        if (character === '\r') column = 0;
        else if (character === '\n') down(1);
        else if (character === '\b') column = Math.max(0, column - 1);
        else if (character < ' ') throw new Error(`the terminal got ${JSON.stringify(character)}`);
        else {
            if (column >= columns) {
                down(1);
                column = 0;
            }
            while (lines[row].length < column) lines[row].push(' ');
            lines[row][column++] = character;
        }
    }
    return lines.map((line) => line.join('').trimEnd()).join('\n').trimEnd();
}
