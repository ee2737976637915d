// Search: matches stay bright while one types; Enter goes from one to the next, Shift with it back.
//
// Input: the search field. Output: page.matches() for the spotlight, counts in words. A node matches
// by its name, kind or files, an edge by its operations or files; all words must be found.
(function (page) {
'use strict';

const input = page.at('query'), hits = page.at('hits');
let found = []; // nodes and edges, nodes first
let bright = null;
let at = -1;

const path = (place) => (place ? page.data.file(place).path : '');

function textOf(item) {
    if (item.data) return [item.data.kind, item.data.name, path(item.data.source), path(item.data.handler)].join('\n');
    return item.edges.map((e) => [page.operation(e), ...e.evidence.map(path)].join('\n')).join('\n');
}

// Made once for each redraw, at the first letter.
function text(item) {
    if (item.text === undefined) item.text = textOf(item).toLowerCase();
    return item.text;
}

function lights() {
    const nodes = new Set(), edges = new Set();
    for (const item of found) {
        if (item.data) {
            nodes.add(item.id);
        } else {
            edges.add(item.key);
            nodes.add(item.from).add(item.to);
        }
    }
    return { nodes, edges };
}

function show() {
    hits.textContent = input.value.trim() ? `${at < 0 ? '' : `${at + 1}/`}${found.length}` : '';
}

function search(keepAt) {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = [...page.scene.nodes.values(), ...page.scene.edges.values()];
    found = words.length ? all.filter((item) => !item.filtered && words.every((w) => text(item).includes(w))) : [];
    bright = words.length ? lights() : null;
    at = keepAt ? Math.min(at, found.length - 1) : -1;
    show();
    page.light();
}

function go(step) {
    if (!found.length) return;
    at = (at + step + found.length) % found.length;
    const item = found[at];
    show();
    page.go(item.data ? { node: item.id } : { edge: item.key });
    page.say(`${at + 1} of ${found.length}: ${item.data ? page.named(item.id) : page.edgeWords(item)}`);
}

page.matches = () => bright;
page.searchAgain = () => search(true);

input.addEventListener('input', () => {
    search(false);
    if (input.value.trim()) page.say(page.count(found.length, 'match', 'matches'));
});
input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
        event.preventDefault();
        go(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape') {
        event.stopPropagation();
        if (!input.value) page.at('stage').focus();
        input.value = '';
        search(false);
        page.say('');
    }
});
})(globalThis.pluto);
