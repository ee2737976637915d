// Everything by keyboard, and clicks in the picture.
//
// Input: keys and clicks. Output: focus that roams (one node and one of its edges are in the order of
// Tab; arrows move on), and calls of what the other scripts offer. Invariant: single letters mean
// something only where nobody is typing.
(function (page) {
'use strict';

const stage = page.at('stage');
const STEP = 60;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let node = null, edge = null; // where focus is, or would be

// ---- Roaming -----------------------------------------------------------------------------------

const setTab = (g, on) => g && g.setAttribute('tabindex', on ? '0' : '-1');
const toggleOf = (n) => {
    const group = n && page.scene.groups.get(n.group);
    return group ? group.g.querySelector('.toggle') : null;
};

function takeNode(next) {
    setTab(node && node.g, false);
    setTab(toggleOf(node), false);
    node = next;
    setTab(node && node.g, true);
    setTab(toggleOf(node), true);
}

function takeEdge(next) {
    setTab(edge && edge.g, false);
    edge = next;
    setTab(edge && edge.g, true);
}

const shownEdges = (n) => n.edges.filter((e) => !e.g.classList.contains('gone'));

// `g` is where Tab leads from now on; with a node one of its edges, with an edge one of its ends.
page.roam = (g) => {
    const item = page.scene.byElement.get(g);
    if (!item) return;
    if (item.data) {
        takeNode(item);
        if (!edge || !item.edges.includes(edge) || edge.hidden) takeEdge(shownEdges(item)[0] || null);
    } else {
        takeEdge(item);
        if (!node || (node.id !== item.from && node.id !== item.to)) takeNode(page.scene.nodes.get(item.from));
    }
};

// The first node that is shown gets the focus's place where it has none.
page.settleFocus = () => {
    node = node && page.scene.nodes.get(node.id);
    if (!node || node.hidden) node = [...page.scene.nodes.values()].find((n) => !n.hidden) || null;
    edge = null;
    if (node) page.roam(node.g);
};

function focusOn(item) {
    page.roam(item.g);
    item.g.focus({ preventScroll: true });
    page.view.reveal(page.boxOf(item));
}

// The nearest in a direction; what an edge connects counts as nearer than what merely stands there.
function neighbour([dx, dy]) {
    const from = page.boxOf(node), linked = new Set(node.edges.flatMap((e) => [page.endOf(e, 'from'), page.endOf(e, 'to')]));
    let best = null, least = Infinity;
    for (const other of [...page.scene.nodes.values(), ...page.scene.refs.values()]) {
        if (other === node || other.hidden) continue;
        const x = other.box.x + other.box.width / 2 - from.x - from.width / 2;
        const y = other.box.y + other.box.height / 2 - from.y - from.height / 2;
        const ahead = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
        if (ahead <= 0 || aside > 3 * ahead) continue;
        const cost = (ahead + 2 * aside) * (linked.has(other) ? 0.4 : 1);
        if (cost < least) [best, least] = [other, cost];
    }
    return best;
}

function arrow(event, direction) {
    const item = page.scene.byElement.get(document.activeElement);
    if (!item || event.shiftKey) return page.view.pan(-direction[0] * STEP, -direction[1] * STEP);
    if (item.data) {
        takeNode(item);
        const next = neighbour(direction);
        if (next) focusOn(next);
    } else if (direction[0]) {
        focusOn(page.endOf(item, direction[0] < 0 ? 'from' : 'to'));
    } else {
        const edges = shownEdges(node), at = edges.indexOf(item);
        focusOn(edges[(at + direction[1] + edges.length) % edges.length]);
    }
    return undefined;
}

// ---- Keys --------------------------------------------------------------------------------------

const typing = (target) => target.closest('input:not([type=checkbox]), select, textarea, dialog');

function open(item, byKey) {
    if (item.data) page.activate(item.id, item.of && item);
    else page.go({ edge: item.key });
    if (byKey) page.focusPanel();
}

const commands = {
    '/': () => { page.at('query').focus(); page.at('query').select(); },
    'f': () => page.view.fit(),
    '+': () => page.view.zoom(1.25),
    '=': () => page.view.zoom(1.25),
    '-': () => page.view.zoom(0.8),
    '0': () => page.view.scale(1),
    'l': () => page.toggleList(),
    't': () => page.theme.next(),
    'p': () => { if (node && stage.contains(document.activeElement)) page.choosePath(node.id); },
    'c': () => {
        const group = node && stage.contains(document.activeElement) && page.scene.groups.get(node.group);
        if (group) page.collapse(group);
    },
    '?': () => help(),
};

const HELP = [
    [['Tab'], 'through bar, graph and details'], [['Arrows'], 'to the next resource that way; along lines'],
    [['Enter'], 'open details'], [['Esc'], 'close, step by step'], [['/'], 'search; Enter for the next match'],
    [['f'], 'fit the graph'], [['+', '−', '0'], 'zoom, 100 %'], [['Shift', 'Arrows'], 'move the picture'],
    [['p'], 'path from this resource'], [['c'], 'collapse the group around it'], [['l'], 'list'], [['t'], 'theme'],
    [['Wheel'], 'move; so does dragging'], [['Ctrl', 'Wheel'], 'zoom; so do two fingers'],
];

function help() {
    page.openDialog('Keys', page.el('dl', { class: 'keys' }, HELP.map(([keys, words]) => [
        page.el('dt', null, keys.map((key) => page.el('kbd', null, key))), page.el('dd', null, words)])));
}

function escape() {
    if (page.filtersOpen()) page.toggleFilters(false);
    else if (page.choosing()) page.choosePath(null), page.notice('');
    else if (!page.at('panel').hidden) page.close();
}

document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape' && !page.at('dialog').open) return escape();
    if (typing(event.target)) return undefined;
    const inStage = stage.contains(event.target);
    if (inStage && ARROWS[event.key]) {
        event.preventDefault();
        return arrow(event, ARROWS[event.key]);
    }
    const item = page.scene.byElement.get(event.target);
    if (inStage && (event.key === 'Enter' || event.key === ' ')) {
        event.preventDefault();
        if (item) open(item, true);
        else if (node) focusOn(node);
        return undefined;
    }
    if (Object.hasOwn(commands, event.key)) {
        event.preventDefault();
        commands[event.key]();
    }
    return undefined;
});

stage.addEventListener('click', (event) => {
    if (page.dragging()) return;
    const g = event.target.closest('g.node, g.ref, g.edge, g.box, g.toggle');
    const item = g && page.scene.byElement.get(g);
    if (item) open(item, false);
    else if (!g && (page.state().node || page.state().edge)) page.close();
});
stage.addEventListener('focusin', (event) => page.roam(event.target));
page.at('keys').addEventListener('click', help);
page.at('skip').addEventListener('click', (event) => {
    event.preventDefault();
    if (node) focusOn(node);
    else stage.focus();
});
})(globalThis.pluto);
