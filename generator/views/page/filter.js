// Filters: by kind, by mark, and "only what this function uses".
//
// Input: the popover's boxes. Output: page.passes(node); who is let through is shown (collapse.js).
(function (page) {
'use strict';

const el = page.el;
const button = page.at('filter'), box = page.at('filters');
const hiddenKinds = new Set();
let onlyChanged = false;
let used = null; // ids that the chosen function uses, or null

page.only = null;
page.passes = (node) => !hiddenKinds.has(node.data.kind) && (!used || used.has(node.id))
    && (!onlyChanged || changed(node));

const changed = (node) => Boolean(node.data.mark) || node.edges.some((e) => e.edges.some((one) => one.mark));

// The function, all that it reaches, and what starts it.
function usedBy(id) {
    const node = page.scene.nodes.get(id);
    if (!node) return null;
    const ids = new Set(page.reach(id).keys());
    for (const edge of node.edges) if (edge.to === id && edge.type === 'trigger') ids.add(edge.from);
    return ids;
}

function kinds() {
    const counts = new Map();
    for (const node of page.scene.nodes.values()) counts.set(node.data.kind, (counts.get(node.data.kind) || 0) + 1);
    return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

function check(label, count, checked, change) {
    return el('label', null, el('input', { type: 'checkbox', checked, onchange: (e) => change(e.target.checked) }),
        el('span', null, label), count ? el('span', { class: 'count' }, String(count)) : null);
}

function functions() {
    const names = [...page.scene.nodes.values()].filter((n) => n.data.kind === 'Function');
    if (!names.length) return null;
    const select = el('select', { id: 'only', onchange: (e) => page.showOnly(e.target.value || null) },
        el('option', { value: '' }, 'Everything'), names.map((n) => el('option', { value: n.id }, n.data.name)));
    select.value = page.only || '';
    return el('label', { class: 'field' }, el('span', null, 'Only what this function uses'), select);
}

function fill() {
    const marked = [...page.scene.nodes.values()].some(changed);
    box.replaceChildren(
        el('fieldset', null, el('legend', null, 'Kinds'), kinds().map(([kind, count]) => check(kind, count, !hiddenKinds.has(kind), (on) => {
            if (on) hiddenKinds.delete(kind);
            else hiddenKinds.add(kind);
            update();
        }))),
        functions() || '',
        marked ? check('Only what changes', 0, onlyChanged, (on) => { onlyChanged = on; update(); }) : '',
        page.scene.groups.size ? el('div', { class: 'actions' },
            el('button', { type: 'button', onclick: () => page.collapseAll(true) }, 'Collapse groups'),
            el('button', { type: 'button', onclick: () => page.collapseAll(false) }, 'Expand groups')) : '',
        el('div', { class: 'actions' }, el('button', { type: 'button', onclick: page.clearFilters }, 'Show everything')));
}

function update() {
    used = page.only ? usedBy(page.only) : null;
    if (page.only && !used) page.only = null;
    const on = hiddenKinds.size > 0 || page.only || onlyChanged;
    button.classList.toggle('on', Boolean(on));
    page.refresh();
    const shown = [...page.scene.nodes.values()].filter((n) => !n.filtered).length;
    page.say(`${shown} of ${page.count(page.scene.nodes.size, 'resource')} shown`);
}

page.updateFilters = update;
page.fillFilters = () => { if (!box.hidden) fill(); };
page.showOnly = (id) => {
    page.only = id;
    update();
    page.fillFilters();
    page.refreshPanel();
    if (id) page.notice(`Only what ${page.named(id)} uses is shown`);
};
page.clearFilters = () => {
    hiddenKinds.clear();
    onlyChanged = false;
    page.showOnly(null);
};

page.toggleFilters = (open) => {
    box.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
    if (open) {
        fill();
        box.querySelector('input, select, button').focus();
    } else if (box.contains(document.activeElement) || document.activeElement === document.body) {
        button.focus();
    }
};
page.filtersOpen = () => !box.hidden;
button.addEventListener('click', () => page.toggleFilters(box.hidden));
document.addEventListener('pointerdown', (event) => {
    if (!box.hidden && !box.contains(event.target) && !button.contains(event.target)) {
        box.hidden = true;
        button.setAttribute('aria-expanded', 'false');
    }
});
})(globalThis.pluto);
