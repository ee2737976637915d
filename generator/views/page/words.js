// The graph in words: labels for screen readers, titles of the panel, cells of the list.
//
// Input: nodes and edges as data.js indexes them. Output: plain text.
(function (page) {
'use strict';

const MANY = 4; // uses that a label names before it counts

const named = (id) => {
    const node = page.data.node(id);
    return node ? `${node.kind} ${node.name}` : id;
};

// "get /notes", "cron rate(1 hour)": what tells one trigger from another.
page.operation = (edge) => {
    const values = Object.values(edge.arguments || {});
    return [edge.operation, ...values.map((v) => (typeof v === 'string' ? v : JSON.stringify(v)))].join(' ');
};

page.verb = { call: 'calls', read: 'reads', trigger: 'starts' };

const unique = (list) => [...new Set(list)];

function few(list) {
    if (list.length <= MANY) return list.join(', ');
    return `${list.slice(0, MANY).join(', ')} and ${list.length - MANY} more`;
}

// "Function chatbot calls invoke of SageMaker llama".
page.edgeWords = (drawn) => {
    const operations = (type) => few(unique(drawn.edges.filter((e) => e.type === type).map(page.operation)));
    if (drawn.type === 'trigger') return `${named(drawn.from)} starts ${named(drawn.to)} on ${operations('trigger')}`;
    const does = unique(drawn.edges.map((e) => e.type)).map((type) => `${page.verb[type]} ${operations(type)}`);
    return `${named(drawn.from)} ${does.join(' and ')} of ${named(drawn.to)}`;
};

function use(edge) {
    if (edge.type === 'trigger') return `on ${page.operation(edge)} starts ${named(edge.to)}`;
    return `${page.verb[edge.type]} ${page.operation(edge)} of ${named(edge.to)}`;
}

// Ways in that are open to anyone.
page.open = (id) => page.data.exposures(id).filter((x) => x.anyone);

// `hint`: what the picture says behind the kind.
page.nodeWords = (node, hint) => {
    const words = [node.name, node.kind];
    if (hint) words.push(hint);
    if (node.mark) words.push(node.mark);
    const ways = page.open(node.id).map((x) => `public ${x.what}`);
    if (ways.length) words.push(few(ways));
    const uses = page.data.out(node.id).map(use);
    if (uses.length) words.push(few(uses));
    const users = unique(page.data.in(node.id).map((e) => e.from));
    if (users.length) words.push(`used by ${few(users.map(named))}`);
    return words.join(', ');
};

page.named = named;
page.unique = unique;
page.placeWords = (place) => `${page.data.file(place).path}:${place[1]}:${place[2]}`;

// An ARN or reference of the template, as short as it is clear: "KVStoreNotes.Arn".
page.reference = (value) => {
    if (typeof value === 'string') return value;
    if (Array.isArray(value)) return value.map(page.reference).join(', ');
    const [[name, of]] = Object.entries(value || { '': '' });
    if (name === 'Ref') return of;
    if (name === 'Fn::GetAtt') return [].concat(of).join('.');
    if (name === 'Fn::Sub') return typeof of === 'string' ? of : of[0];
    if (name === 'Fn::Select') return `${page.reference(of[1])}[${of[0]}]`;
    if (name === 'Fn::Split') return `${page.reference(of[1])}.split("${of[0]}")`;
    if (name === 'Fn::Join') return of[1].map(page.reference).join(of[0]);
    return JSON.stringify(value);
};

// Without the part of an ARN that says nothing here: partition, service, region, account.
page.shortArn = (value) => page.reference(value).replace(/^arn(?::(?:\$\{[^}]*\}|[^:])*){4}:/, '');
})(globalThis.pluto);
