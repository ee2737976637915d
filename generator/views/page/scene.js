// The picture as the other scripts see it: its nodes, edges and groups by id, with their boxes, and
// what of them is shown, dimmed, selected.
//
// Input: the <svg> in the stage, as views.h describes it. Output: page.scene, replaced as a whole by
// page.bind. Boxes are read from attributes: nothing is measured.
(function (page) {
'use strict';

const key = (type, from, to) => [type, from, to].map(encodeURIComponent).join(',');

// A node's and a group's box is its rectangle: attributes, so that no layout has to be waited for.
function boxOf(g) {
    const rect = g.querySelector(':scope > rect');
    const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => Number(rect.getAttribute(name)));
    return { x, y, width, height };
}

const around = (boxes) => {
    const x = Math.min(...boxes.map((b) => b.x)), y = Math.min(...boxes.map((b) => b.y));
    return {
        x, y,
        width: Math.max(...boxes.map((b) => b.x + b.width)) - x,
        height: Math.max(...boxes.map((b) => b.y + b.height)) - y,
    };
};

const plain = (text) => ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `.replace('  ', ' ');

// Makes a part of the picture a button. Who speaks to the computer says what there is to be seen, so
// the label has the words of the picture in their order.
page.press = (g, label) => {
    const texts = [...g.querySelectorAll('text')];
    for (const text of texts) text.before(' '); // or the words of two lines would become one
    const seen = texts.map((t) => t.textContent).join(' ');
    g.setAttribute('role', 'button');
    g.setAttribute('tabindex', '-1');
    g.setAttribute('aria-label', plain(label).includes(plain(seen)) ? label : `${seen}, ${label}`);
};

// ---- Reading the picture -----------------------------------------------------------------------

function readNodes(svg, scene) {
    for (const g of svg.querySelectorAll('g.node')) {
        const data = page.data.node(g.dataset.id);
        if (!data) continue;
        const node = { id: data.id, g, data, box: boxOf(g), group: g.dataset.group || null, edges: [], refs: [] };
        scene.nodes.set(node.id, node);
        scene.byElement.set(g, node);
        scene.numbers.set(g.id, node);
        // Its name is its first word, as in the label.
        const [kind, name] = ['.kind', '.name'].map((part) => g.querySelector(part));
        if (kind && name) kind.before(name);
        page.press(g, page.nodeWords(data, [...g.querySelectorAll('tspan')].map((hint) => hint.textContent).join(', ')));
    }
}

function readEdges(svg, scene) {
    for (const g of svg.querySelectorAll('g.edge')) {
        const from = scene.numbers.get(g.dataset.from), to = scene.numbers.get(g.dataset.to);
        if (!from || !to) continue;
        const edges = g.dataset.edges.split(' ').map((i) => page.data.edges[i]).filter(Boolean);
        const type = g.dataset.type;
        const edge = { key: key(type, from.id, to.id), g, type, from: from.id, to: to.id, ref: g.dataset.ref || null, edges };
        scene.edges.set(edge.key, edge);
        for (const one of edges) scene.lines.set(key(one.type, from.id, to.id), edge);
        scene.byElement.set(g, edge);
        from.edges.push(edge);
        if (to !== from) to.edges.push(edge);
        if (scene.refs.has(edge.ref)) scene.refs.get(edge.ref).edges.push(edge);
        page.press(g, page.edgeWords(edge));
        widen(g);
    }
}

// A line of one pixel is hard to hit: an invisible wide one lies over it.
function widen(g) {
    const line = g.querySelector('path');
    if (line) g.append(page.shape('path', { class: 'hit', d: line.getAttribute('d') }));
}

function readGroups(svg, scene) {
    for (const g of svg.querySelectorAll('g.group')) {
        const group = {
            id: g.id, g, label: g.dataset.label || '', by: g.dataset.by || '', box: boxOf(g),
            parent: g.dataset.group || null, nodes: [],
        };
        group.key = `${group.by}:${group.label}`;
        scene.groups.set(group.id, group);
    }
    for (const node of scene.nodes.values()) {
        for (let g = scene.groups.get(node.group); g; g = scene.groups.get(g.parent)) g.nodes.push(node);
    }
}

page.bind = (svg, keepPlace) => {
    const scene = {
        svg, nodes: new Map(), edges: new Map(), groups: new Map(), numbers: new Map(), byElement: new WeakMap(),
        refs: new Map(), lines: new Map(), // a line stands for edges of one type, a line of calls for the reads beside them, too
    };
    svg.setAttribute('role', 'presentation');
    svg.removeAttribute('aria-labelledby');
    // The stage says it; as tool tips over the whole picture they would be in the way.
    for (const words of svg.querySelectorAll(':scope > title, :scope > desc')) words.remove();
    page.scene = scene;
    readNodes(svg, scene);
    page.readRefs(svg, scene);
    readEdges(svg, scene);
    readGroups(svg, scene);
    scene.halo = page.shape('rect', { class: 'halo', rx: 10, 'aria-hidden': 'true' });
    svg.append(scene.halo);
    page.view.show(svg, keepPlace);
    page.at('stage').setAttribute('aria-label',
        `Architecture of ${page.data.project}: ${page.count(scene.nodes.size, 'resource')}, ${page.count(page.data.edges.length, 'edge')}`);
};

// ---- Showing a state ---------------------------------------------------------------------------

page.edgeKey = key;
page.rectOf = boxOf;
// The line that stands for edges of a type between two nodes.
page.lineAt = (name) => page.scene.lines.get(name) || null;
page.around = around;

// Nodes and edges by id that stay bright, or null: all.
page.spotlight = (bright) => {
    const { svg, nodes, edges } = page.scene;
    svg.classList.toggle('dimmed', Boolean(bright));
    for (const node of nodes.values()) node.g.classList.toggle('bright', Boolean(bright && bright.nodes.has(node.id)));
    for (const edge of edges.values()) edge.g.classList.toggle('bright', Boolean(bright && bright.edges.has(edge.key)));
    page.brightRefs(bright);
};

// Where something stands now: a node in a collapsed group stands where the group's box does.
page.boxOf = (item) => {
    if (item.of) return item.box;
    const node = page.scene.nodes.get(item.id);
    if (node) return page.stand(node).box;
    const ends = ['from', 'to'].map((side) => page.stand(page.endOf(item, side)).box);
    return around(ends);
};

page.halo = (node) => {
    const halo = page.scene.halo;
    halo.classList.toggle('on', Boolean(node));
    if (!node) return;
    const box = page.boxOf(node), gap = 5;
    halo.setAttribute('x', box.x - gap);
    halo.setAttribute('y', box.y - gap);
    halo.setAttribute('width', box.width + 2 * gap);
    halo.setAttribute('height', box.height + 2 * gap);
};
})(globalThis.pluto);
