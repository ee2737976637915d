// Thirty graphs to lay out, of the shapes that programs have and of some that they should not have.
// A graph is { name, groups: [{ parent, title: [w, h] }], nodes: [{ w, h, group }],
// edges: [{ from, to, label: [w, h] or null }] }; the same on every run.

// A small generator of pseudo-random numbers in 0 … 1 (mulberry32).
function random(seed) {
    return () => {
        seed = (seed + 0x6d2b79f5) | 0;
        let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

class Graph {
    constructor(name, seed) {
        Object.assign(this, { name, groups: [], nodes: [], edges: [] });
        this.random = random(seed);
    }
    group(parent = -1) {
        return this.groups.push({ parent, title: [70 + this.below(60), 18] }) - 1;
    }
    node(group = -1) {
        return this.nodes.push({ w: 130 + 10 * this.below(6), h: 48, group }) - 1;
    }
    edge(from, to, label = false) {
        this.edges.push({ from, to, label: label ? [30 + this.below(60), 14] : null });
    }
    below(n) {
        return Math.floor(this.random() * n);
    }
    some(list) {
        return list[this.below(list.length)];
    }
    many(n, group) {
        return Array.from({ length: n }, () => this.node(group));
    }
}

function star(g, leaves) {
    const router = g.node();
    g.many(leaves).forEach((leaf) => g.edge(router, leaf, true));
}

function bipartite(g, functions, resources, density) {
    const left = g.many(functions);
    const right = g.many(resources);
    for (const f of left) {
        const before = g.edges.length;
        right.forEach((r) => g.random() < density && g.edge(f, r, g.random() < 0.5));
        if (g.edges.length === before) {
            g.edge(f, g.some(right), true);
        }
    }
}

function chain(g, length, skip) {
    const nodes = g.many(length);
    nodes.slice(1).forEach((n, i) => g.edge(nodes[i], n));
    for (let i = 0; i + 3 < length && skip; i += skip) {
        g.edge(nodes[i], nodes[Math.min(length - 1, i + 2 + g.below(4))], true);
    }
}

function tree(g, size, arity) {
    const nodes = g.many(size);
    nodes.slice(1).forEach((n, i) => g.edge(arity ? nodes[Math.floor(i / arity)] : nodes[g.below(i + 1)], n));
}

// Routers lead to functions, functions to stores, queues and models; queues lead to functions again.
function app(g, size, grouped) {
    const modules = Math.max(1, Math.round(size / 12));
    const groups = Array.from({ length: modules }, () => (grouped ? g.group() : -1));
    const shared = g.many(Math.max(1, Math.round(size / 15)));
    for (let m = 0; m < modules; m++) {
        const count = Math.max(3, Math.round(size / modules) - 1);
        const router = g.node(grouped && m % 3 === 0 ? g.group(groups[m]) : groups[m]);
        const functions = g.many(Math.ceil((count - 1) * 0.6), groups[m]);
        const stores = g.many(Math.max(1, count - 1 - functions.length), groups[m]);
        for (const f of functions) {
            g.edge(router, f, true);
            g.edge(f, g.some(stores), true);
            if (g.random() < 0.35) {
                g.edge(f, g.some(stores), true);
            }
            if (g.random() < 0.3) {
                g.edge(f, g.some(shared), true);
            }
        }
        if (m % 2 && functions.length > 1) {
            g.edge(stores[0], functions[functions.length - 1]);
        }
    }
}

function dag(g, size, edges, groups = 0) {
    const ids = Array.from({ length: groups }, () => g.group());
    const nodes = Array.from({ length: size }, (_, i) => g.node(groups ? ids[Math.floor((i * groups) / size)] : -1));
    for (let i = 1; i < size; i++) {
        g.edge(nodes[Math.max(0, i - 1 - g.below(8))], nodes[i]);
    }
    while (g.edges.length < edges) {
        const a = g.below(size - 1);
        g.edge(nodes[a], nodes[a + 1 + g.below(Math.min(12, size - a - 1))], g.random() < 0.3);
    }
}

function cyclic(g, size, edges) {
    const nodes = g.many(size);
    for (let i = 0; i < edges; i++) {
        g.edge(g.some(nodes), g.some(nodes), i % 3 === 0);
    }
}

function lone(g, count) {
    g.many(count);
    const [a, b, c] = g.many(3);
    g.edge(a, b, true);
    g.edge(b, c, true);
}

function pipelines(g, rows, columns) {
    let last = g.many(rows);
    for (let c = 1; c < columns; c++) {
        const next = g.many(rows);
        last.forEach((n, i) => {
            g.edge(n, next[i]);
            if (g.random() < 0.4) {
                g.edge(n, next[(i + 1 + g.below(3)) % rows], true);
            }
        });
        last = next;
    }
}

const recipes = [
    ['app-5', app, 5, false], ['app-20', app, 20, false], ['app-60', app, 60, false], ['app-120', app, 120, false],
    ['grouped-5', app, 5, true], ['grouped-12', app, 12, true], ['grouped-30', app, 30, true],
    ['grouped-60', app, 60, true], ['grouped-120', app, 120, true], ['grouped-300', app, 300, true],
    ['star-6', star, 6], ['star-40', star, 40], ['star-150', star, 150],
    ['bipartite-8x5', bipartite, 8, 5, 0.35], ['bipartite-12x8', bipartite, 12, 8, 0.25],
    ['bipartite-20x10', bipartite, 20, 10, 0.15], ['bipartite-40x25', bipartite, 40, 25, 0.07],
    ['chain-10', chain, 10, 0], ['chain-40', chain, 40, 5],
    ['tree-31', tree, 31, 2], ['tree-100', tree, 100, 0],
    ['dag-20', dag, 20, 26], ['dag-50', dag, 50, 70], ['dag-100', dag, 100, 135], ['dag-200', dag, 200, 250],
    ['grouped-dag-48', dag, 48, 64, 6],
    ['cyclic-12', cyclic, 12, 18], ['cyclic-40', cyclic, 40, 55],
    ['lone-200', lone, 200], ['pipelines-8x6', pipelines, 8, 6],
];

export function graphs() {
    return recipes.map(([name, make, ...rest], i) => {
        const g = new Graph(name, 1000 + i);
        make(g, ...rest);
        return g;
    });
}
