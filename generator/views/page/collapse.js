// What of the picture is shown: filters hide nodes, collapsed groups stand as one box each, and edges
// of hidden nodes end at the box instead.
//
// Input: page.filters, and the set of collapsed groups, by kind and label. Output: classes on the
// picture and a layer of boxes and lines of our own. Boxes stay in their group's place: nothing else
// moves, so readers keep their map.
(function (page) {
'use strict';

const collapsed = new Set(); // keys of groups: they outlive a redraw
const BOX = { width: 190, height: 56 }, MOST = 1.8;
let layer = null;
let boxes = new Map(); // id of a group → { g, box, group }

// The outermost collapsed group around a node, or null.
function cover(node) {
    let found = null;
    for (let g = page.scene.groups.get(node.group); g; g = page.scene.groups.get(g.parent)) {
        if (collapsed.has(g.key)) found = g;
    }
    return found;
}

// What stands for a node in the picture: itself, or a box. References stand for themselves.
page.stand = (node) => {
    const group = node.of ? null : cover(node);
    return (group && boxes.get(group.id)) || node;
};

page.isShown = (id) => !page.scene.nodes.get(id).hidden;

// ---- Boxes and their lines ---------------------------------------------------------------------

// In the corner where the group's title stood; the larger the group, the larger its box, so that it can
// be read from where the whole is seen.
function boxOf(group) {
    const { x, y, width, height } = group.box;
    const k = Math.max(1, Math.min(MOST, width / 2 / BOX.width, height / 4 / BOX.height));
    return { x, y, k, width: BOX.width * k, height: BOX.height * k };
}

const short = (text, n) => (text.length > n ? `${text.slice(0, n - 1)}…` : text);

function drawBox(group) {
    const box = boxOf(group), count = group.nodes.filter((n) => !n.filtered).length;
    const g = page.shape('g', { class: 'box', 'aria-expanded': 'false', transform: `translate(${box.x} ${box.y}) scale(${box.k})` },
        page.shape('rect', { x: 4, y: -4, ...BOX, rx: 8, class: 'behind' }),
        page.shape('rect', { ...BOX, rx: 8 }),
        page.shape('text', { x: 14, y: 24, class: 'label' }, short(group.label, 24)),
        page.shape('text', { x: 14, y: 42, class: 'more' }, page.count(count, 'resource')));
    page.press(g, `Group ${group.label}, ${page.count(count, 'resource')}, collapsed`);
    g.setAttribute('tabindex', '0');
    g.addEventListener('click', () => { if (!page.dragging()) page.expand(group); });
    g.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        event.stopPropagation();
        page.expand(group);
    });
    layer.append(g);
    boxes.set(group.id, { g, box, group });
}

// Which sides face each other: left and right, as the picture's own lines run, or top and bottom where
// one box stands above the other.
function route(a, b) {
    const [ax, ay, bx, by] = [a.x + a.width / 2, a.y + a.height / 2, b.x + b.width / 2, b.y + b.height / 2];
    const dx = Math.abs(bx - ax), upright = dx < (a.width + b.width) / 2 || Math.abs(by - ay) > 3 * dx;
    const way = (upright ? by >= ay : bx >= ax) ? 1 : -1;
    const side = (box, x, y, out) => (upright ? [x, y + (out * box.height) / 2] : [x + (out * box.width) / 2, y]);
    const start = side(a, ax, ay, way), tip = side(b, bx, by, -way);
    const along = ([x, y], n) => (upright ? [x, y + n] : [x + n, y]);
    const bend = way * Math.max(30, Math.abs(upright ? tip[1] - start[1] : tip[0] - start[0]) / 2);
    const end = along(tip, -6 * way); // within the head, or the line would blunt the tip
    const back = along(tip, -9 * way), wing = (n) => (upright ? [back[0] + n, back[1]] : [back[0], back[1] + n]);
    return { d: `M${start}C${along(start, bend)} ${along(end, -bend)} ${end}`, points: `${wing(-4.5)} ${tip} ${wing(4.5)}`, start };
}

// The parts of the picture's own line, copied and put elsewhere.
function moveLine(original, { start, d, points }) {
    return [...original.querySelectorAll('.line, .head')].map((part) => {
        const copy = part.cloneNode(false);
        if (copy.hasAttribute('d')) copy.setAttribute('d', d);
        if (copy.hasAttribute('points')) copy.setAttribute('points', points);
        if (copy.hasAttribute('cx')) copy.setAttribute('cx', start[0]);
        if (copy.hasAttribute('cy')) copy.setAttribute('cy', start[1]);
        return copy;
    });
}

function drawLine(line) {
    const way = route(line.from.box, line.to.box);
    const g = page.shape('g', { class: `edge proxy ${line.all[0].type}`, 'aria-hidden': 'true' }, moveLine(line.all[0].g, way),
        page.shape('path', { class: 'hit', d: way.d }));
    g.addEventListener('click', () => { if (!page.dragging()) page.go({ edge: line.all[0].key }); });
    for (const edge of line.all) edge.proxy = g;
    layer.prepend(g);
}

// ---- All of it ---------------------------------------------------------------------------------

function showNodes() {
    for (const node of page.scene.nodes.values()) {
        node.filtered = !page.passes(node);
        node.hidden = node.filtered || Boolean(cover(node));
        node.g.classList.toggle('gone', node.hidden);
    }
}

function showGroups() {
    for (const group of page.scene.groups.values()) {
        const empty = group.nodes.every((n) => n.filtered);
        let outer = false;
        for (let g = page.scene.groups.get(group.parent); g; g = page.scene.groups.get(g.parent)) {
            outer = outer || collapsed.has(g.key);
        }
        group.g.classList.toggle('gone', empty || outer || collapsed.has(group.key));
        if (collapsed.has(group.key) && !empty && !outer) drawBox(group);
    }
}

function showEdges() {
    const lines = new Map();
    for (const edge of page.scene.edges.values()) {
        const from = page.scene.nodes.get(edge.from), to = page.scene.nodes.get(edge.to);
        const ends = ['from', 'to'].map((side) => page.endOf(edge, side)), [a, b] = ends.map(page.stand);
        edge.proxy = null;
        const gone = from.filtered || to.filtered || a !== ends[0] || b !== ends[1];
        edge.hidden = from.filtered || to.filtered || (a === b && a !== ends[0]);
        edge.g.classList.toggle('gone', gone);
        if (!gone || edge.hidden) continue;
        const name = [edge.type, ...[a, b].map((x) => x.name || x.id || x.group.key)].join(' ');
        if (!lines.has(name)) lines.set(name, { from: a, to: b, all: [] });
        lines.get(name).all.push(edge);
    }
    for (const line of lines.values()) drawLine(line);
}

page.refresh = () => {
    if (layer) layer.remove();
    layer = page.shape('g', { class: 'boxes' });
    boxes = new Map();
    page.scene.svg.insertBefore(layer, page.scene.halo);
    showNodes();
    showGroups();
    page.showRefs((ref) => boxes.get((cover(ref) || {}).id) || null);
    showEdges();
    page.halo(page.scene.nodes.get(page.state().node) || null);
    page.emit('shown');
    page.light();
};

// Boxes and their lines are bright, selected, lit where something they stand for is.
page.markBoxes = () => {
    for (const { g, group } of boxes.values()) {
        g.classList.toggle('bright', group.nodes.some((n) => n.g.classList.contains('bright')));
    }
    const fresh = new Set();
    for (const edge of page.scene.edges.values()) {
        if (!edge.proxy) continue;
        if (!fresh.has(edge.proxy)) edge.proxy.classList.remove('bright', 'lit', 'selected');
        fresh.add(edge.proxy);
        for (const name of ['bright', 'lit', 'selected']) {
            if (edge.g.classList.contains(name)) edge.proxy.classList.add(name);
        }
    }
};

page.expand = (group) => {
    collapsed.delete(group.key);
    page.refresh();
    page.say(`${group.label} expanded`);
    const toggle = group.g.querySelector('.toggle');
    if (toggle) toggle.focus();
};

page.collapse = (group) => {
    collapsed.add(group.key);
    page.refresh();
    page.say(`${group.label} collapsed`);
    const box = boxes.get(group.id);
    if (box) box.g.focus();
};

page.collapseAll = (on) => {
    collapsed.clear();
    if (on) for (const group of page.scene.groups.values()) collapsed.add(group.key);
    page.refresh();
    page.say(on ? 'All groups collapsed' : 'All groups expanded');
};

// A button in the right upper corner of each frame.
page.addToggles = () => {
    for (const group of page.scene.groups.values()) {
        const x = group.box.x + group.box.width - 22, y = group.box.y + 8;
        const toggle = page.shape('g', { class: 'toggle', 'aria-expanded': 'true' },
            page.shape('rect', { x, y, width: 14, height: 14, rx: 4 }), page.shape('path', { d: `M${x + 4},${y + 7}h6` }));
        page.press(toggle, `Collapse group ${group.label}`);
        toggle.addEventListener('click', () => { if (!page.dragging()) page.collapse(group); });
        toggle.addEventListener('keydown', (event) => {
            if (event.key !== 'Enter' && event.key !== ' ') return;
            event.preventDefault();
            event.stopPropagation();
            page.collapse(group);
        });
        group.g.append(toggle);
    }
};
})(globalThis.pluto);
