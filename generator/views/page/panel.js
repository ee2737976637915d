// The panel: details of what is open, made from details.js; beside the picture, or below it on a
// narrow screen.
//
// Input: the event `route`. Output: the panel, the marks of what is selected in the picture.
(function (page) {
'use strict';

const el = page.el;
const panel = page.at('panel');
let opened = null; // where focus goes back to

function render(details) {
    const close = el('button', { type: 'button', class: 'icon', 'aria-label': 'Close details', onclick: page.close }, '✕');
    const grow = el('button', { type: 'button', class: 'icon grow', 'aria-label': 'Larger or smaller', onclick: () => panel.classList.toggle('tall') }, '↕');
    panel.replaceChildren(
        el('header', null,
            el('div', { class: 'kind' }, el('span', null, details.kind), details.badges, el('span', { class: 'space' }), grow, close),
            el('h2', { tabindex: '-1', id: 'panel-title' }, details.title)),
        el('div', { class: 'content', tabindex: '0', role: 'group', 'aria-labelledby': 'panel-title' }, details.content));
    showMarks();
}

// Long lines are shown from where the marked word can be seen.
function showMarks() {
    for (const code of panel.querySelectorAll('.code')) {
        const marked = code.querySelector('mark');
        if (!marked) continue;
        const over = marked.offsetLeft + marked.offsetWidth + 14 - code.clientWidth;
        if (over > 0) code.scrollLeft = over;
    }
}

function mark(state) {
    const { nodes, edges } = page.scene;
    const node = nodes.get(state.node), edge = edges.get(state.edge);
    for (const n of nodes.values()) {
        n.g.classList.toggle('selected', n === node);
        n.g.setAttribute('aria-pressed', String(n === node));
    }
    for (const e of edges.values()) {
        e.g.classList.toggle('selected', e === edge);
        e.g.classList.toggle('lit', Boolean(node) && (e.from === node.id || e.to === node.id));
        e.g.setAttribute('aria-pressed', String(e === edge));
    }
    page.scene.svg.classList.toggle('chosen', Boolean(node || edge));
    page.selectRefs(node);
    page.halo(node || null);
    page.markBoxes();
}

// A path is brighter than what is searched for, and that brighter than nothing.
page.light = () => {
    const { path } = page.state();
    page.spotlight(path ? page.paths(path[0], path[1]) : page.matches());
    page.markBoxes();
};

page.on('route', () => {
    const state = page.state();
    const node = page.scene.nodes.get(state.node), edge = page.scene.edges.get(state.edge);
    const details = node ? page.nodeDetails(node) : edge ? page.edgeDetails(edge)
        : state.path ? page.pathDetails(state.path) : null;
    const was = panel.hidden;
    panel.hidden = !details;
    if (details) render(details);
    if (details && was && document.activeElement !== document.body) opened = document.activeElement;
    mark(state);
    page.light();
    if (node) page.roam(page.spot().g);
    if (edge) page.roam(edge.g);
    if (!page.redrawing && (node || edge)) page.view.reveal(page.boxOf(node ? page.spot() : edge));
    else if (!page.redrawing && state.path) page.view.reveal(page.pathBox(state.path));
    else if (!page.redrawing) page.view.refit();
});

page.focusPanel = () => {
    const title = page.at('panel-title');
    if (title && !panel.hidden) title.focus();
};

// Closes what is on top: the details, then the path.
page.close = () => {
    const state = page.state(), inside = panel.contains(document.activeElement);
    const item = page.spot() || page.scene.edges.get(state.edge);
    if (item) page.go({});
    else page.goHome();
    if (inside && panel.hidden) (item ? item.g : opened || page.at('stage')).focus();
    else if (inside) page.focusPanel();
};

page.refreshPanel = () => {
    const scroll = panel.querySelector('.content') ? panel.querySelector('.content').scrollTop : 0;
    page.reroute();
    if (panel.querySelector('.content')) panel.querySelector('.content').scrollTop = scroll;
};
})(globalThis.pluto);
