// XML: a writer for replies of the Query protocol and of S3, and a reader for the few bodies that S3 is sent.
//
// The writer takes plain values; undefined is left out. Lists become <member> (Query) or repeated elements (S3).
// The reader takes no DOCTYPE, entity definitions or processing instructions beside the XML declaration.

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };
export const escape = (text) => String(text).replace(/[&<>"\r]/g, (c) => ESCAPES[c]);

const stamp = (date) => date.toISOString();

function scalar(value) {
    return value instanceof Date ? stamp(value) : String(value);
}

// lists: 'member' for the Query protocol, 'flat' for S3.
export function write(name, value, lists = 'member') {
    if (value === undefined || value === null) return '';
    if (Array.isArray(value)) {
        if (lists === 'flat') return value.map((v) => write(name, v, lists)).join('');
        return `<${name}>${value.map((v) => write('member', v, lists)).join('')}</${name}>`;
    }
    if (typeof value === 'object' && !(value instanceof Date)) {
        return `<${name}>${Object.entries(value)
            .map(([k, v]) => write(k, v, lists))
            .join('')}</${name}>`;
    }
    return `<${name}>${escape(scalar(value))}</${name}>`;
}

const TOKEN = /<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy;
const NAMED = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function text(raw) {
    return raw.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);/g, (whole, name) => {
        if (name[0] !== '#') {
            if (!(name in NAMED)) throw new Error(`unknown entity ${whole}`);
            return NAMED[name];
        }
        return String.fromCodePoint(name[1] === 'x' ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10));
    });
}

// Returns {name, children: [...], text}. Throws on anything that isn't well-formed.
export function parse(source) {
    const document = { name: '', children: [], text: '' };
    const open = [document];
    TOKEN.lastIndex = source.match(/^\uFEFF?\s*(<\?xml[^?]*\?>)?\s*/)[0].length;
    while (TOKEN.lastIndex < source.length) {
        const at = TOKEN.lastIndex;
        const match = TOKEN.exec(source);
        if (!match) throw new Error(`not well-formed at ${at}`);
        const [, closing, name, , empty, characters] = match;
        const top = open.at(-1);
        if (characters !== undefined) top.text += text(characters);
        else if (closing) {
            if (open.length < 2 || open.pop().name !== name) throw new Error(`</${name}> closes nothing`);
        } else {
            const element = { name, children: [], text: '' };
            top.children.push(element);
            if (!empty) open.push(element);
        }
    }
    if (open.length !== 1 || document.children.length !== 1) throw new Error('not one whole element');
    return document.children[0];
}

export const child = (element, name) => element?.children.find((c) => c.name === name);
export const childText = (element, name) => child(element, name)?.text.trim();
export const childrenOf = (element, name) => (element?.children ?? []).filter((c) => c.name === name);
