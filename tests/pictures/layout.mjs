// The layout against Graphviz's `dot`, on thirty graphs, in one run: both get the same boxes, groups and
// labels, both drawings are measured by the same geometry.
//
// What has to hold: no more crossings than dot × 1.1 in sum, no overlap of boxes, labels or foreign groups,
// no edge through a foreign box. Time is printed; it is the layout's own on our side, and the
// process's without its start on dot's.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { crossings, overlaps, pierced, totalLength } from './layout_geometry.mjs';
import { graphs } from './layout_graphs.mjs';

const INCH = 72;

// ---- Ours -----------------------------------------------------------------------------------------------

function program(pluto) {
    const places = ['layout_measure', 'release/layout_measure'].map((p) => join(dirname(pluto), p));
    const found = places.find((p) => existsSync(p));
    if (!found) {
        throw new Error(`none of ${places.join(', ')} is built`);
    }
    return found;
}

export function describe(graph) {
    return [
        ...graph.groups.map((g) => `g ${g.parent} ${g.title.join(' ')}\n`),
        ...graph.nodes.map((n) => `n ${n.w} ${n.h} ${n.group}\n`),
        ...graph.edges.map((e) => `e ${e.from} ${e.to} ${(e.label ?? [0, 0]).join(' ')}\n`),
    ].join('');
}

function ours(tool, graph) {
    const { stdout, status } = spawnSync(tool, { input: describe(graph), encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status !== 0) {
        throw new Error(`${graph.name}: layout_measure ended with ${status}`);
    }
    const out = JSON.parse(stdout);
    return {
        ...out,
        labels: graph.edges.map((e, i) => e.label && [...out.edges[i].label, ...e.label]),
        edges: graph.edges.map((e, i) => ({ ...e, points: out.edges[i].points })),
    };
}

// ---- Graphviz -------------------------------------------------------------------------------------------

function dotText(graph) {
    const label = ([w, h]) => `<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0" FIXEDSIZE="TRUE" WIDTH="${w}" HEIGHT="${h}"><TR><TD></TD></TR></TABLE>>`;
    const lines = ['digraph {', 'rankdir=LR; nodesep=0.33; ranksep=0.6; node [shape=box fixedsize=true label=""];'];
    const put = (group, pad) => {
        graph.nodes.forEach((n, i) => n.group === group && lines.push(`${pad}n${i} [width=${n.w / INCH} height=${n.h / INCH}];`));
        graph.groups.forEach((g, i) => {
            if (g.parent === group) {
                lines.push(`${pad}subgraph cluster_${i} { label=${label(g.title)};`);
                put(i, `${pad}  `);
                lines.push(`${pad}}`);
            }
        });
    };
    put(-1, '');
    graph.edges.forEach((e, i) => lines.push(`n${e.from} -> n${e.to} [id=${i}${e.label ? ` label=${label(e.label)}` : ''}];`));
    return [...lines, '}'].join('\n');
}

function runDot(text) {
    const start = performance.now();
    const { stdout, status } = spawnSync('dot', ['-Tjson'], { input: text, encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status !== 0) {
        throw new Error(`dot ended with ${status}`);
    }
    return { ms: performance.now() - start, out: JSON.parse(stdout) };
}

function dots(graph, startMs) {
    const { ms, out } = runDot(dotText(graph));
    const drawing = { ms: Math.max(0, ms - startMs), nodes: [], groups: [], labels: [], edges: [] };
    [, , drawing.width, drawing.height] = out.bb.split(',').map(Number);
    for (const o of out.objects ?? []) {
        if (o.name.startsWith('cluster_')) {
            const [x, y, x2, y2] = o.bb.split(',').map(Number);
            drawing.groups[Number(o.name.slice(8))] = [x, y, x2 - x, y2 - y];
        } else {
            const [x, y] = o.pos.split(',').map(Number);
            const n = graph.nodes[Number(o.name.slice(1))];
            drawing.nodes[Number(o.name.slice(1))] = [x - n.w / 2, y - n.h / 2, n.w, n.h];
        }
    }
    for (const o of out.edges ?? []) {
        const e = graph.edges[Number(o.id)];
        const points = o.pos.split(' ').filter((p) => !/^[es]/.test(p)).map((p) => p.split(',').map(Number));
        drawing.edges[Number(o.id)] = { ...e, points };
        const [x, y] = (o.lp ?? '0,0').split(',').map(Number);
        drawing.labels[Number(o.id)] = e.label && [x - e.label[0] / 2, y - e.label[1] / 2, ...e.label];
    }
    return drawing;
}

// ---- Both -----------------------------------------------------------------------------------------------

function row(name, cells) {
    console.log(name.padEnd(18) + cells.map((c, i) => String(c).padStart(i % 2 ? 9 : 8)).join(''));
}

const size = (d) => `${Math.round(d.width)}x${Math.round(d.height)}`;

export async function check({ pluto, count }) {
    const tool = program(pluto);
    const startMs = Math.min(...Array.from({ length: 5 }, () => runDot('digraph { a -> b }').ms));
    const sum = { crossed: 0, dotCrossed: 0, length: 0, dotLength: 0, ms: 0, dotMs: 0 };
    row('', ['crossed', 'dot', 'length', 'dot', 'ms', 'dot', 'size', 'dot'.padStart(14)]);
    for (const graph of graphs()) {
        const a = ours(tool, graph);
        const b = dots(graph, startMs);
        const [crossed, dotCrossed] = [crossings(a), crossings(b)];
        const [length, dotLength] = [totalLength(a), totalLength(b)].map(Math.round);
        row(graph.name, [crossed, dotCrossed, length, dotLength, a.ms.toFixed(2), b.ms.toFixed(0), size(a).padStart(12), size(b).padStart(12)]);
        sum.crossed += crossed;
        sum.dotCrossed += dotCrossed;
        sum.length += length;
        sum.dotLength += dotLength;
        sum.ms += a.ms;
        sum.dotMs += b.ms;
        const bad = overlaps(graph, a);
        count(`${graph.name}: nothing overlaps`, bad === 0, `${bad} overlaps`);
        const through = pierced(a);
        count(`${graph.name}: no edge runs through a foreign box`, through === 0, `${through} do`);
        const again = ours(tool, graph);
        count(`${graph.name}: the same again`, JSON.stringify({ ...a, ms: 0 }) === JSON.stringify({ ...again, ms: 0 }));
    }
    row('sum', [sum.crossed, sum.dotCrossed, sum.length, sum.dotLength, sum.ms.toFixed(1), sum.dotMs.toFixed(0)]);
    count('no more crossings than dot × 1.1', sum.crossed <= sum.dotCrossed * 1.1, `${sum.crossed} against ${sum.dotCrossed}`);
}
