// Pieces of source: a few lines around a place with the place marked, a file as a whole, JSON.
//
// Input: places [file, line, column] and texts. Output: elements; the program's text becomes text
// nodes only. A file is tokenised once and kept until the data change.
(function (page) {
'use strict';

const AROUND = 2; // lines before and behind
let known = new WeakMap();

function linesOf(file) {
    if (!known.has(file)) known.set(file, page.tokens(file.text));
    return known.get(file);
}

const span = ([kind, text]) => (kind ? page.el('span', { class: `t-${kind}` }, text) : document.createTextNode(text));

// The word that starts at the column, or the one character there is.
function extent(text, column) {
    const word = /^[\w$]+(?:\??\.[\w$]+)*|^(["'`])(?:\\.|(?!\1).)*\1?/u.exec(text.slice(column - 1));
    return column - 1 + Math.max(1, word ? word[0].length : 1);
}

// The line's tokens, those from `start` to `end` inside a <mark>.
function marked(tokens, start, end) {
    const out = [], mark = page.el('mark');
    let at = 0;
    for (const [kind, text] of tokens) {
        const a = Math.min(text.length, Math.max(0, start - at)), b = Math.min(text.length, Math.max(0, end - at));
        if (a > 0) out.push(span([kind, text.slice(0, a)]));
        if (b > a) {
            if (!mark.childNodes.length) out.push(mark);
            mark.append(span([kind, text.slice(a, b)]));
        }
        if (b < text.length && text.slice(Math.max(a, b))) out.push(span([kind, text.slice(Math.max(a, b))]));
        at += text.length;
    }
    return out;
}

const flat = (tokens) => tokens.map((t) => t[1]).join('');

function row(number, content, here) {
    return page.el('div', { class: here ? 'line here' : 'line' },
        page.el('span', { class: 'no', 'aria-hidden': 'true' }, String(number)), page.el('code', null, content, '\n'));
}

// How far the lines are indented together; taking it away leaves more room for code.
function indent(lines) {
    const depths = lines.map(flat).filter((l) => l.trim()).map((l) => /^[ \t]*/.exec(l)[0].length);
    return depths.length ? Math.min(...depths) : 0;
}

function cut(tokens, n) {
    const out = [];
    for (const [kind, text] of tokens) {
        const rest = text.slice(n);
        n = Math.max(0, n - text.length);
        if (rest) out.push([kind, rest]);
    }
    return out;
}

page.excerpt = (place, label) => {
    const file = page.data.file(place);
    if (!file || file.text === undefined) return null;
    const lines = linesOf(file), line = place[1];
    if (line < 1 || line > lines.length) return null;
    const first = Math.max(1, line - AROUND), last = Math.min(lines.length, line + AROUND);
    const shown = lines.slice(first - 1, last), away = indent(shown);
    const column = place[2] - away;
    return page.el('div', { class: 'code', tabindex: '0', role: 'group', 'aria-label': label || `Source at ${page.placeWords(place)}` },
        shown.map((tokens, i) => {
            const here = first + i === line, rest = cut(tokens, away);
            return row(first + i, here ? marked(rest, column - 1, extent(flat(rest), column)) : rest.map(span), here);
        }));
};

// JSON is shown as the generator wrote it, or indented here where it is a value.
page.json = (value, label) => page.el('div', { class: 'code json', tabindex: '0', role: 'group', 'aria-label': label },
    page.tokens(typeof value === 'string' ? value.trimEnd() : JSON.stringify(value, null, 2))
        .map((tokens) => page.el('div', { class: 'line' }, page.el('code', null, tokens.map(span), '\n'))));

// A link to a place: it opens the file there.
page.placeLink = (place) => {
    const file = page.data.file(place);
    const words = page.placeWords(place);
    if (!file || file.text === undefined) return page.el('span', { class: 'place' }, words);
    return page.el('button', { class: 'place', type: 'button', title: 'Show the whole file', onclick: () => page.showFile(place) }, words);
};

page.openDialog = (title, ...content) => {
    const dialog = page.at('dialog');
    const close = page.el('button', { type: 'button', class: 'icon', 'aria-label': 'Close', onclick: () => dialog.close() }, '✕');
    dialog.replaceChildren(page.el('header', null, page.el('h2', { id: 'dialog-title' }, title), close), ...content);
    if (!dialog.open) dialog.showModal();
};

page.showFile = (place) => {
    const file = page.data.file(place);
    const rows = linesOf(file).map((tokens, i) => {
        const here = i + 1 === place[1];
        return row(i + 1, here ? marked(tokens, place[2] - 1, extent(flat(tokens), place[2])) : tokens.map(span), here);
    });
    const code = page.el('div', { class: 'code file', tabindex: '0', role: 'group', 'aria-label': file.path }, rows);
    page.openDialog(file.path, code);
    const here = code.querySelector('.here');
    if (here) here.scrollIntoView({ block: 'center' });
};

page.forgetSources = () => { known = new WeakMap(); };
page.at('dialog').addEventListener('click', (event) => {
    if (event.target === page.at('dialog')) page.at('dialog').close();
});
})(globalThis.pluto);
