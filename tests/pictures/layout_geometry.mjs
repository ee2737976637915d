// What a drawing is worth, measured on its geometry alone: a drawing is { nodes, groups, labels: boxes
// [x, y, w, h] (a label may be null), edges: { from, to, points } } with chains of cubic Béziers.

const PIECES = 12;
const SLACK = 0.75; // pixels; what two boxes may share through rounding

export function flatten(points) {
    const flat = [points[0]];
    for (let i = 0; i + 3 < points.length; i += 3) {
        const [a, b, c, d] = points.slice(i, i + 4);
        for (let k = 1; k <= PIECES; k++) {
            const t = k / PIECES;
            const s = 1 - t;
            const mix = (j) => s * s * s * a[j] + 3 * s * s * t * b[j] + 3 * s * t * t * c[j] + t * t * t * d[j];
            flat.push([mix(0), mix(1)]);
        }
    }
    return flat;
}

// On the line counts as one of its sides, so that a crossing in a joint counts once.
const side = (a, b, p) => (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) >= 0;

function meeting(a, b, c, d) {
    if (side(a, b, c) === side(a, b, d) || side(c, d, a) === side(c, d, b)) {
        return null;
    }
    const cross = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0]);
    const t = cross ? ((c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0])) / cross : 0;
    return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
}

const near = (box, p, by) => p[0] > box[0] - by && p[0] < box[0] + box[2] + by && p[1] > box[1] - by && p[1] < box[1] + box[3] + by;

function segments(drawing) {
    const all = [];
    drawing.edges.forEach((e, edge) => {
        const flat = flatten(e.points);
        for (let i = 1; i < flat.length; i++) {
            const [a, b] = [flat[i - 1], flat[i]];
            all.push({ edge, a, b, low: Math.min(a[0], b[0]), high: Math.max(a[0], b[0]) });
        }
    });
    return all.sort((s, t) => s.low - t.low);
}

// Points in which two edges cross. Where they leave or reach a box that both meet does not count.
export function crossings(drawing) {
    const all = segments(drawing);
    let count = 0;
    let open = [];
    for (const s of all) {
        open = open.filter((o) => o.high >= s.low);
        for (const o of open) {
            if (o.edge === s.edge) {
                continue;
            }
            const p = meeting(o.a, o.b, s.a, s.b);
            if (p) {
                const [e, f] = [drawing.edges[o.edge], drawing.edges[s.edge]];
                const shared = [e.from, e.to].filter((n) => n === f.from || n === f.to);
                count += !shared.some((n) => near(drawing.nodes[n], p, 3));
            }
        }
        open.push(s);
    }
    return count;
}

export function totalLength(drawing) {
    let sum = 0;
    for (const e of drawing.edges) {
        const flat = flatten(e.points);
        for (let i = 1; i < flat.length; i++) {
            sum += Math.hypot(flat[i][0] - flat[i - 1][0], flat[i][1] - flat[i - 1][1]);
        }
    }
    return sum;
}

const apart = (a, b) => a[0] + a[2] <= b[0] + SLACK || b[0] + b[2] <= a[0] + SLACK || a[1] + a[3] <= b[1] + SLACK || b[1] + b[3] <= a[1] + SLACK;
const inside = (outer, a) => a[0] >= outer[0] - SLACK && a[1] >= outer[1] - SLACK && a[0] + a[2] <= outer[0] + outer[2] + SLACK && a[1] + a[3] <= outer[1] + outer[3] + SLACK;

function chainOf(graph, group) {
    const chain = [];
    for (let g = group; g >= 0; g = graph.groups[g].parent) {
        chain.push(g);
    }
    return chain;
}

// Boxes on boxes, labels on boxes or labels, boxes that leave their group or stand in a foreign one,
// groups that overlap. Each pair counts once.
export function overlaps(graph, drawing) {
    const boxes = [...drawing.nodes, ...drawing.labels.filter(Boolean)];
    let count = 0;
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => (count += !apart(a, b))));
    drawing.groups.forEach((box, g) => {
        graph.nodes.forEach((n, i) => {
            const member = chainOf(graph, n.group).includes(g);
            count += member ? !inside(box, drawing.nodes[i]) : !apart(box, drawing.nodes[i]);
        });
        drawing.groups.slice(g + 1).forEach((other, k) => {
            const within = chainOf(graph, g + 1 + k).includes(g);
            count += within ? !inside(box, other) : !apart(box, other);
        });
    });
    return count;
}

// Boxes through which an edge runs that does not end there.
export function pierced(drawing) {
    let count = 0;
    for (const e of drawing.edges) {
        const flat = flatten(e.points);
        drawing.nodes.forEach((box, n) => {
            count += n !== e.from && n !== e.to && flat.some((p) => near(box, p, -2));
        });
    }
    return count;
}
