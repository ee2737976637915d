// What is open, as the address says it: #node=Function%2Fchatbot, #edge=call,…,…, #path=…~….
//
// Input: the address's fragment, links and clicks. Output: page.state() and the event `route`.
// Invariant: the fragment names ids, never positions, so a link means the same after a rebuild;
// every step is one entry of the history, so back and forward work.
(function (page) {
'use strict';

const NOTHING = Object.freeze({ node: null, edge: null, path: null });
let current = { ...NOTHING };
let written = null;
let spot = null; // the reference by which the reader came to the node

function decode(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return text; // a stray per cent sign in a link that somebody typed
    }
}

// `~` sets the ends of a path apart, so within a name it is written otherwise.
const encode = (text) => encodeURIComponent(text).replaceAll('~', '%7E');

function parse(hash) {
    const state = { ...NOTHING };
    for (const part of hash.replace(/^#/, '').split('&')) {
        const at = part.indexOf('=');
        const name = part.slice(0, at), value = part.slice(at + 1);
        if (name === 'node') state.node = decode(value);
        if (name === 'edge') state.edge = value;
        if (name === 'path' && value.includes('~')) state.path = value.split('~').slice(0, 2).map(decode);
    }
    return state;
}

function format(state) {
    const parts = [];
    if (state.node) parts.push(`node=${encode(state.node)}`);
    if (state.edge) parts.push(`edge=${state.edge}`);
    if (state.path) parts.push(`path=${state.path.map(encode).join('~')}`);
    return parts.length ? `#${parts.join('&')}` : '';
}

// What the graph does not have (any more) is left out.
function known(state) {
    return {
        node: page.scene.nodes.has(state.node) ? state.node : null,
        edge: state.edge && page.lineAt(state.edge) ? page.lineAt(state.edge).key : null,
        path: state.path && state.path.every((id) => page.scene.nodes.has(id)) ? state.path : null,
    };
}

function arrive() {
    if (location.hash === written) return;
    written = location.hash;
    spot = null;
    current = known(parse(location.hash));
    page.emit('route');
}

page.state = () => current;
// Where in the picture the open node was met: a reference to it, or itself.
page.spot = () => (spot && spot.id === current.node && page.scene.refs.get(spot.name) === spot ? spot : page.scene.nodes.get(current.node));
// Opens what the members name and closes the rest; a path stays while its parts are looked at.
page.go = (next, by) => {
    spot = by || null;
    current = { ...NOTHING, path: current.path, ...next };
    const hash = format(current);
    if (hash !== location.hash && (hash || location.hash)) location.hash = hash;
    written = location.hash;
    page.emit('route');
};
page.goHome = () => page.go({ path: null });
// After a redraw: the same things, as far as they are still there.
page.reroute = () => {
    current = known(current);
    page.emit('route');
};
page.link = (state) => `${format({ ...NOTHING, ...state })}`;
page.arrive = () => {
    written = null;
    arrive();
};
addEventListener('hashchange', arrive);
})(globalThis.pluto);
