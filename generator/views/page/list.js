// The list: everything in two tables, for who cannot or does not want to see a picture, and for paper.
//
// Input: the data, and what filters let through. Output: the section `list`, made when it is shown or
// printed.
(function (page) {
'use strict';

const el = page.el;
const list = page.at('list'), stage = page.at('stage'), button = page.at('listed');

const open = (id) => el('button', { type: 'button', class: 'link', onclick: () => { page.go({ node: id }); page.focusPanel(); } }, page.data.node(id).name);
const cell = (...content) => el('td', null, content);
const place = (p) => (p ? el('code', null, page.placeWords(p)) : '');
const marks = (mark) => (mark ? [' ', el('span', { class: `badge ${mark}` }, mark)] : '');

function table(caption, heads, rows) {
    return el('table', null, el('caption', null, `${caption} (${rows.length})`),
        el('thead', null, el('tr', null, heads.map((h) => el('th', { scope: 'col' }, h)))), el('tbody', null, rows));
}

// Those that an edge asks for; what a kind brings with it is counted only, to keep the rows short.
function permissions(id) {
    const all = page.data.permissions(id), asked = all.filter((p) => p.edge !== undefined);
    return [
        asked.map((p) => el('div', null, el('code', null, p.action), ` on ${page.shortArn(p.resource)}`)),
        all.length > asked.length ? el('div', { class: 'dim' }, `${all.length - asked.length} for itself (logs, images)`) : null,
    ];
}

function nodeRow(node) {
    const { data } = node;
    return el('tr', null,
        el('th', { scope: 'row' }, open(node.id), marks(data.mark)), cell(data.kind), cell(place(data.source)),
        cell(page.data.exposures(node.id).map((x) => (x.anyone ? `public ${x.what}` : `${x.what} (IAM)`)).join(', ')),
        cell(permissions(node.id)));
}

function edgeRow(drawn, edge) {
    return el('tr', null,
        el('th', { scope: 'row' }, el('button', { type: 'button', class: 'link', onclick: () => { page.go({ edge: drawn.key }); page.focusPanel(); } },
            page.named(edge.from)), marks(edge.mark)),
        cell(page.verb[edge.type]), cell(el('code', null, page.operation(edge))), cell(page.named(edge.to)),
        cell(edge.grant || ''),
        cell(edge.evidence.map((e) => el('div', null, place(e), ` ${e[3]}`))));
}

function fill() {
    const nodes = [...page.scene.nodes.values()].filter((n) => !n.filtered);
    const rows = [];
    for (const drawn of page.scene.edges.values()) {
        if (page.scene.nodes.get(drawn.from).filtered || page.scene.nodes.get(drawn.to).filtered) continue;
        for (const edge of drawn.edges) rows.push([edge.index, edgeRow(drawn, edge)]);
    }
    rows.sort((a, b) => a[0] - b[0]);
    list.replaceChildren(
        table('Resources', ['name', 'kind', 'source', 'open to', 'permissions'], nodes.map(nodeRow)),
        table('Connections', ['from', 'does', 'what', 'to', 'permits', 'because'], rows.map((r) => r[1])));
}

page.toggleList = () => {
    const on = list.hidden;
    if (on) fill();
    list.hidden = !on;
    stage.hidden = on;
    page.at('zoom').hidden = on;
    button.setAttribute('aria-pressed', String(on));
    page.say(on ? 'List' : 'Graph');
    if (on) list.focus();
    else page.view.show(page.scene.svg, true);
};

page.on('shown', () => { if (!list.hidden) fill(); });
button.addEventListener('click', page.toggleList);
addEventListener('beforeprint', () => {
    fill();
    page.theme.printing(true);
});
addEventListener('afterprint', () => page.theme.printing(false));
})(globalThis.pluto);
