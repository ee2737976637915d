// References: in large pictures, what is used from many places stands in full once, and beside those
// who use it as a small sign. A reference is another place to meet the same resource.
//
// Input: the picture's g.ref, and who is hidden, bright, selected. Output: page.scene.refs, and classes
// on the references that follow their resource's. Invariant: whoever opens a reference opens the
// resource; the camera stays where the reader is until they ask for more.
(function (page) {
'use strict';

const GAP = 8;

// It looks like a node of the same id, of which it is one more appearance.
function read(g, scene) {
    const of = scene.numbers.get(g.dataset.of);
    if (!of) return;
    const ref = { id: of.id, name: g.id, g, data: of.data, of, home: page.rectOf(g), group: g.dataset.group || null, edges: [] };
    ref.box = ref.home;
    of.refs.push(ref);
    scene.refs.set(ref.name, ref);
    scene.byElement.set(g, ref);
    const seen = g.querySelector('text').textContent;
    page.press(g, `${seen}, reference to ${page.named(of.id)}`);
}

page.readRefs = (svg, scene) => {
    for (const g of svg.querySelectorAll('g.ref')) read(g, scene);
};

// Where a line ends at its `from` or `to`: at the node, or at a reference to it.
page.endOf = (edge, side) => {
    const ref = page.scene.refs.get(edge.ref);
    return ref && ref.id === edge[side] ? ref : page.scene.nodes.get(edge[side]);
};

// ---- Showing a state ---------------------------------------------------------------------------

const apart = (a, b) => a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

// References stay when their group collapses, and its box uses them; those that the box would cover
// give way to below it.
function place(ref, taken) {
    const box = { ...ref.home };
    for (const other of taken) if (!apart(box, other)) box.y = other.y + other.height + GAP;
    taken.push(box);
    ref.box = box;
    const down = box.y - ref.home.y;
    if (down) ref.g.setAttribute('transform', `translate(0 ${down})`);
    else ref.g.removeAttribute('transform');
}

// `boxFor` gives the box of the collapsed group around a reference, or null.
page.showRefs = (boxFor) => {
    const taken = new Map();
    for (const ref of page.scene.refs.values()) {
        const users = ref.edges.map((e) => page.scene.nodes.get(e.from === ref.id ? e.to : e.from));
        ref.hidden = ref.of.filtered || users.every((n) => n.filtered);
        ref.g.classList.toggle('gone', ref.hidden);
        if (ref.hidden) continue;
        const box = boxFor(ref);
        if (box && !taken.has(box)) taken.set(box, [box.box]);
        place(ref, box ? taken.get(box) : []);
    }
};

// A reference is bright with its resource; where lines are bright too, at one of those.
page.brightRefs = (bright) => {
    const lit = (edge) => bright.edges.has(edge.key);
    for (const ref of page.scene.refs.values()) {
        const on = bright && bright.nodes.has(ref.id) && (ref.edges.some(lit) || !ref.of.edges.some(lit));
        ref.g.classList.toggle('bright', Boolean(on));
    }
};

page.selectRefs = (node) => {
    for (const ref of page.scene.refs.values()) {
        ref.g.classList.toggle('selected', ref.of === node);
        ref.g.setAttribute('aria-pressed', String(ref.of === node));
    }
};

// What is pointed at is seen wherever it stands.
function point(event) {
    const g = event.target.closest('g.node, g.ref'), item = g && page.scene.byElement.get(g);
    const node = item && (item.of || item);
    for (const each of page.scene.svg.querySelectorAll('.hot')) each.classList.remove('hot');
    if (node && node.refs.length) for (const each of [node, ...node.refs]) each.g.classList.add('hot');
}

page.at('stage').addEventListener('pointerover', point);
})(globalThis.pluto);
