// What the compiler knows of the graph, indexed. The page's JSON element is its only source; a new
// version of the page (`--watch`) is read in the same way.
//
// Output: page.data, replaced as a whole by page.read. Everything is looked up by id, so that links
// and selections survive a rebuild.
(function (page) {
'use strict';

const NONE = Object.freeze([]);

function group(list, key) {
    const groups = new Map();
    for (const item of list) {
        const name = item[key];
        if (groups.has(name)) groups.get(name).push(item);
        else groups.set(name, [item]);
    }
    return (name) => groups.get(name) || NONE;
}

// Permissions and variables name the edge that asks for them by its number.
function byEdge(list) {
    const groups = new Map();
    for (const item of list) {
        if (item.edge === undefined) continue;
        if (!groups.has(item.edge)) groups.set(item.edge, []);
        groups.get(item.edge).push(item);
    }
    return (edge) => groups.get(edge.index) || NONE;
}

page.read = (json) => {
    const raw = JSON.parse(json);
    const nodes = new Map(raw.nodes.map((n) => [n.id, n]));
    raw.edges.forEach((e, i) => { e.index = i; });
    page.data = {
        project: raw.project || '',
        stack: raw.stack || '',
        live: Boolean(raw.live),
        nodes: raw.nodes,
        edges: raw.edges,
        files: raw.files,
        variables: raw.variables,
        node: (id) => nodes.get(id),
        kindDoc: (kind) => (Object.hasOwn(raw.kinds, kind) ? raw.kinds[kind] : ''),
        file: (place) => raw.files[place[0] - 1],
        out: group(raw.edges, 'from'),
        in: group(raw.edges, 'to'),
        resources: group(raw.resources, 'owner'),
        permissions: group(raw.permissions, 'principal'),
        variablesOf: group(raw.variables, 'function'),
        exposures: group(raw.exposures, 'id'),
        statement: (edge) => raw.statements[edge.statement],
        variablesFrom: byEdge(raw.variables),
    };
};
})(globalThis.pluto);
