// Paths between two nodes, along the edges' direction.
//
// Input: two ids. Output: everything that lies on some path between them (reachable from the one, and
// reaching the other), and the shortest paths step by step. Two searches in breadth: linear.
(function (page) {
'use strict';

const SHOWN = 12; // shortest paths that are written out: there can be exponentially many

// The distance of each node that can be reached, along the edges or against them.
function distances(start, next) {
    const found = new Map([[start, 0]]), queue = [start];
    for (let i = 0; i < queue.length; i++) {
        for (const id of next(queue[i])) {
            if (found.has(id)) continue;
            found.set(id, found.get(queue[i]) + 1);
            queue.push(id);
        }
    }
    return found;
}

const leaving = (id) => page.scene.nodes.get(id).edges.filter((e) => e.from === id);
const entering = (id) => page.scene.nodes.get(id).edges.filter((e) => e.to === id);

page.reach = (id) => distances(id, (n) => leaving(n).map((e) => e.to));

function shortest(from, to, left) {
    const out = [];
    const walk = (id, path) => {
        if (out.length === SHOWN) return;
        if (id === to) {
            out.push(path);
            return;
        }
        for (const e of leaving(id)) {
            if (left.get(e.to) === left.get(id) - 1) walk(e.to, [...path, e]);
        }
    };
    if (left.has(from)) walk(from, []);
    return out;
}

page.paths = (from, to) => {
    const ahead = page.reach(from);
    const left = distances(to, (n) => entering(n).map((e) => e.from));
    const nodes = new Set([from, to]), edges = new Set();
    for (const id of ahead.keys()) if (left.has(id)) nodes.add(id);
    for (const edge of page.scene.edges.values()) {
        if (ahead.has(edge.from) && left.has(edge.to)) edges.add(edge.key);
    }
    return { nodes, edges, shortest: from === to ? [] : shortest(from, to, left) };
};

// Around its lines where there are some: they may end at references.
page.pathBox = ([from, to]) => {
    const { nodes, edges } = page.paths(from, to);
    const items = edges.size ? [...edges].map(page.lineAt) : [...nodes].map((id) => ({ id }));
    return page.around(items.map(page.boxOf));
};

// ---- Choosing the ends -------------------------------------------------------------------------

let start = null;

page.choosePath = (id) => {
    start = id;
    page.at('stage').classList.toggle('choosing', Boolean(id));
    if (id) page.notice(`Path from ${page.named(id)}: choose where it ends`);
};
page.choosing = () => start;

// A node was activated: the end of a path, or what is to be opened.
page.activate = (id, ref) => {
    const from = start;
    if (from) page.notice('');
    if (from && page.scene.nodes.has(from) && id !== from) {
        page.choosePath(null);
        page.go({ path: [from, id] });
    } else {
        page.choosePath(null);
        page.go({ node: id }, ref);
    }
};
})(globalThis.pluto);
