// What the panel says of a node, an edge or a path.
//
// Input: the indexed data. Output: a title and elements, made when they are asked for. Invariant:
// nothing here changes what is open; that is done by page.go, which buttons call.
(function (page) {
'use strict';

const el = page.el;

const section = (title, count, ...content) => el('section', null,
    el('h3', null, title, count ? el('span', { class: 'count' }, String(count)) : null), content);

const button = (text, onclick, more) => el('button', { type: 'button', onclick, ...more }, text);
const badge = (text, kind) => el('span', { class: `badge ${kind || ''}` }, text);

const resourceLink = (id) => {
    const node = page.data.node(id);
    if (!node) return el('span', null, id);
    return button([el('span', { class: 'dim' }, node.kind, ' '), node.name], () => page.go({ node: id }), { class: 'link' });
};

const MARKED = {
    added: 'This is new.',
    removed: 'This goes away.',
    changed: 'This is there on both sides and differs',
};
const markText = (mark, note) => (mark ? el('p', { class: `change ${mark}` }, MARKED[mark],
    note ? [': ', el('code', null, note)] : mark === 'changed' ? '.' : null) : null);

// ---- Parts of a node ---------------------------------------------------------------------------

function useRow(drawn, other, arrow) {
    const operations = drawn.edges.map((e) => el('li', null,
        e.type === drawn.type ? null : `${page.verb[e.type]} `, el('code', null, page.operation(e)), e.mark ? [' ', badge(e.mark, e.mark)] : null));
    const node = page.data.node(other);
    return el('li', null, button([
        el('span', { class: 'who' }, el('span', { class: 'dim' }, `${arrow} ${node.kind} `), node.name), ' ',
        el('ul', { class: 'operations' }, operations),
    ], () => page.go({ edge: drawn.key }), { class: `row ${drawn.type}` }));
}

function usesOf(node) {
    const out = node.edges.filter((d) => d.from === node.id);
    const into = node.edges.filter((d) => d.to === node.id && d.from !== node.id);
    return [
        out.length ? section('Uses', out.length, el('ul', { class: 'rows' }, out.map((d) => useRow(d, d.to, '→')))) : null,
        into.length ? section('Used by', into.length, el('ul', { class: 'rows' }, into.map((d) => useRow(d, d.from, '←')))) : null,
    ];
}

// Actions on one thing for one reason stand together.
function permissionsOf(id) {
    const groups = new Map();
    for (const p of page.data.permissions(id)) {
        const name = JSON.stringify([p.resource, p.condition, p.edge]);
        if (!groups.has(name)) groups.set(name, []);
        groups.get(name).push(p);
    }
    const all = page.data.permissions(id).length;
    return all ? section('Permissions', all, el('ul', { class: 'grants' }, [...groups.values()].map(permissionRow))) : null;
}

function permissionRow(permissions) {
    const [{ resource, condition, edge: number }] = permissions;
    const edge = page.data.edges[number];
    const why = edge && page.lineAt(page.edgeKey(edge.type, edge.from, edge.to));
    return el('li', null,
        el('div', null, permissions.map((p) => el('code', null, p.action))),
        why ? button(['because of ', edge.operation], () => page.go({ edge: why.key }),
            { class: 'link', 'aria-label': `because of ${edge.operation}: ${page.edgeWords(why)}` }) : el('span', { class: 'dim' }, 'always'),
        el('p', { class: 'dim', title: page.reference(resource) }, 'on ', el('code', null, page.shortArn(resource))),
        condition ? el('p', { class: 'dim' }, 'if ', el('code', null, JSON.stringify(condition))) : null);
}

const variableRow = (v) => el('li', null, el('code', null, v.name), el('p', { class: 'dim' }, '= ', el('code', null, page.reference(v.value))));
const variables = (list) => el('ul', { class: 'grants' }, list.map(variableRow));

function environmentOf(data) {
    const set = page.data.variablesOf(data.id), names = new Set(set.map((v) => v.name));
    const loose = (data.environment || []).filter((name) => !names.has(name));
    if (!set.length && !loose.length) return null;
    return section('Environment', set.length + loose.length, set.length ? variables(set) : null,
        loose.length ? el('ul', { class: 'grants' }, loose.map((name) => el('li', null, el('code', null, name),
            el('p', { class: 'dim' }, 'read by the code, set by nobody here')))) : null);
}

function templateOf(id) {
    const made = page.data.resources(id);
    if (!made.length) return null;
    return section('CloudFormation', made.length, made.map((r) => {
        const details = el('details', null, el('summary', null, el('span', null, r.type), ' ', el('code', { class: 'dim' }, r.id)));
        // A thousand templates are not formatted until somebody looks at one.
        details.addEventListener('toggle', () => {
            if (details.open && details.childElementCount === 1) details.append(page.json(JSON.parse(r.json), `${r.id} in the template`));
        });
        return details;
    }));
}

function sourceOf(data) {
    const place = data.handler || data.source;
    if (!place) return null;
    // What went away stood in a version of the file that is not here.
    if (data.mark === 'removed') return section('Source', 0, el('p', null, 'was at ', page.placeWords(data.source || place)));
    return section('Source', 0, el('p', null, page.placeLink(data.source || place),
        data.export ? el('span', { class: 'dim' }, ` · handler `, el('code', null, data.export)) : null), page.excerpt(place));
}

// ---- Node --------------------------------------------------------------------------------------

function nodeActions(node) {
    const data = node.data;
    return el('div', { class: 'actions' },
        button('Path from here', () => page.choosePath(node.id)),
        node.refs.length ? button('Go to its place', () => page.go({ node: node.id })) : null,
        data.kind === 'Function' ? button(page.only === node.id ? 'Show everything' : 'Only what it uses',
            () => page.showOnly(page.only === node.id ? null : node.id)) : null);
}

page.nodeDetails = (node) => {
    const data = node.data;
    return {
        kind: data.kind,
        title: data.name,
        badges: [
            page.data.exposures(node.id).map((x) => badge(x.anyone ? `public ${x.what}` : `${x.what} (IAM)`, x.anyone ? 'public' : '')),
            data.mark ? badge(data.mark, data.mark) : null,
        ],
        content: [
            el('p', { class: 'doc' }, page.data.kindDoc(data.kind)),
            markText(data.mark, data.note),
            nodeActions(node),
            sourceOf(data),
            usesOf(node),
            permissionsOf(node.id),
            environmentOf(data),
            data.arguments ? section('Arguments', 0, page.json(data.arguments, 'Arguments')) : null,
            templateOf(node.id),
        ],
    };
};

// ---- Edge --------------------------------------------------------------------------------------

function step(evidence, gone) {
    const [, , , note] = evidence;
    const where = gone ? page.el('span', { class: 'place' }, 'was at ', page.placeWords(evidence)) : page.placeLink(evidence);
    return el('li', null, el('p', { class: 'step' }, el('span', { class: 'note' }, note), ' ', where),
        gone ? null : page.excerpt(evidence));
}

const EDGE_KIND = { call: 'Call', read: 'Late value', trigger: 'Trigger' };
const mixed = (drawn) => drawn.edges.some((e) => e.type !== drawn.type);

function edgeSection(edge, drawn) {
    const statement = page.data.statement(edge), set = page.data.variablesFrom(edge);
    return el('section', { class: 'use' },
        el('h3', null, el('code', null, page.operation(edge)), mixed(drawn) ? [' ', badge(EDGE_KIND[edge.type].toLowerCase())] : null,
            edge.mark ? [' ', badge(edge.mark, edge.mark)] : null),
        markText(edge.mark),
        edge.grant ? el('p', { class: 'grant' }, 'Permits ', el('code', null, edge.grant)) : null,
        edge.evidence.length ? [el('h4', null, edge.type === 'trigger' ? 'Declared' : 'Because'),
            el('ol', { class: 'steps' }, edge.evidence.map((e) => step(e, edge.mark === 'removed')))] : null,
        edge.arguments ? [el('h4', null, 'Arguments'), page.json(edge.arguments, 'Arguments')] : null,
        statement ? [el('h4', null, 'IAM statement'), page.json(statement, 'IAM statement')] : null,
        set.length ? [el('h4', null, 'Environment'), variables(set)] : null);
}

page.edgeDetails = (drawn) => {
    const [from, to] = [page.data.node(drawn.from), page.data.node(drawn.to)];
    return {
        kind: page.unique(drawn.edges.map((e) => EDGE_KIND[e.type])).join(', '),
        title: `${from.name} → ${to.name}`,
        badges: [],
        content: [
            el('p', { class: 'ends' }, resourceLink(drawn.from), ` ${page.verb[drawn.type]} `, resourceLink(drawn.to)),
            drawn.edges.map((edge) => edgeSection(edge, drawn)),
        ],
    };
};

// ---- Path --------------------------------------------------------------------------------------

function pathSteps(path) {
    return el('ol', { class: 'steps path' }, path.map((drawn) => el('li', null, button([
        el('span', { class: 'who' }, page.named(drawn.from), el('span', { class: 'dim' }, ` ${page.verb[drawn.type]} `), page.named(drawn.to)), ' ',
        el('ul', { class: 'operations' }, drawn.edges.map((e) => el('li', null, e.type === drawn.type ? null : `${page.verb[e.type]} `, el('code', null, page.operation(e))))),
    ], () => page.go({ edge: drawn.key }), { class: `row ${drawn.type}` }))));
}

page.pathDetails = ([from, to]) => {
    const found = page.paths(from, to), back = found.shortest.length ? null : page.paths(to, from);
    const none = el('p', null, 'Nothing leads from ', resourceLink(from), ' to ', resourceLink(to), '.',
        back && back.shortest.length ? [' The other way there is one: ',
            button('turn around', () => page.go({ path: [to, from] }), { class: 'link' })] : null);
    return {
        kind: 'Path',
        title: `${page.data.node(from).name} → ${page.data.node(to).name}`,
        badges: [],
        content: [
            el('div', { class: 'actions' }, button('Turn around', () => page.go({ path: [to, from] })),
                button('End the path', () => page.goHome())),
            found.shortest.length ? el('p', { class: 'doc' },
                `${page.count(found.nodes.size, 'resource')} and ${page.count(found.edges.size, 'connection')} lie between them.`) : none,
            found.shortest.map((path, i) => section(found.shortest.length > 1 ? `Shortest path ${i + 1}` : 'Shortest path',
                path.length, pathSteps(path))),
        ],
    };
};
})(globalThis.pluto);
