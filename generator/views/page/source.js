// A tokeniser for what the excerpts show: TypeScript, JavaScript and JSON.
//
// Input: a text. Output: for each line a list of [class, text]. It colours and does not understand:
// what it gets wrong is the colour alone. Its work is linear; texts above a limit stay plain.
(function (page) {
'use strict';

const LIMIT = 600000;
const KEYWORDS = new Set(('abstract any as async await boolean break case catch class const continue debugger declare '
    + 'default delete do else enum export extends finally for from function get if implements import in infer '
    + 'instanceof interface is keyof let namespace never new number object of override private protected public '
    + 'readonly return satisfies set static string super switch this throw try type typeof unknown var void while '
    + 'with yield').split(' '));
const ATOMS = new Set(['true', 'false', 'null', 'undefined', 'NaN', 'Infinity']);

// One alternative a kind of token; a template ends at `${`, and the stack knows where it goes on.
const TOKEN = new RegExp([
    '(?<comment>//[^\\n]*|/\\*[^]*?(?:\\*/|$))',
    '(?<string>"(?:[^"\\\\\\n]|\\\\[^])*"?|\'(?:[^\'\\\\\\n]|\\\\[^])*\'?)',
    '(?<template>`)',
    '(?<number>\\b(?:0[xXbBoO][\\da-fA-F_]+|\\d[\\d_]*(?:\\.[\\d_]*)?(?:[eE][+-]?\\d+)?)n?\\b)',
    '(?<word>[\\p{ID_Start}$_#@][\\p{ID_Continue}$\\u200c\\u200d]*)',
    '(?<regex>/(?![*/])(?:[^/\\\\\\[\\n]|\\\\.|\\[(?:[^\\]\\\\\\n]|\\\\.)*\\])+/[a-z]*)',
    '(?<space>\\s+)',
    '(?<other>[^])',
].join('|'), 'yu');
const TEMPLATE = /(?:[^`\\$]|\\[^]|\$(?!\{))*(?:`|\$\{|$)/y;

// A slash starts a regular expression where a value cannot have ended.
const divides = (last) => /^[\w$)\]}"'`]$/.test(last.slice(-1)) && !/^(return|typeof|case|in|of|await|yield)$/.test(last);

function classOf(kind, text, next) {
    if (kind === 'word') {
        if (ATOMS.has(text)) return 'number';
        if (KEYWORDS.has(text)) return 'keyword';
        if (next === '(') return 'call';
        return /^[A-Z]/.test(text) ? 'type' : '';
    }
    if (kind === 'string') return next === ':' ? 'key' : 'string';
    return { comment: 'comment', number: 'number', regex: 'string', template: 'string', other: 'mark' }[kind] || '';
}

// Calls put(class, text) for the text from `at` on; gives the first place behind the template.
function template(text, at, put) {
    TEMPLATE.lastIndex = at;
    const part = TEMPLATE.exec(text)[0];
    put('string', part);
    return at + part.length;
}

function scan(text, put) {
    const open = []; // for each template that is interrupted: the depth of braces in its ${
    let last = '';
    for (let at = 0; at < text.length;) {
        TOKEN.lastIndex = at;
        const match = TOKEN.exec(text);
        let [kind, part] = Object.entries(match.groups).find(([, value]) => value !== undefined);
        if (kind === 'regex' && divides(last)) [kind, part] = ['other', '/'];
        at += part.length;
        if (kind === 'template') {
            put('string', part);
            at = template(text, at, put);
            if (text.slice(at - 2, at) === '${') open.push(0);
        } else if (part === '}' && open.length && open[open.length - 1] === 0) {
            put('string', part);
            at = template(text, at, put);
            if (text.slice(at - 2, at) !== '${') open.pop();
        } else {
            if (open.length && part === '{') open[open.length - 1]++;
            if (open.length && part === '}') open[open.length - 1]--;
            put(classOf(kind, part, text[at]), part);
        }
        if (kind !== 'space' && kind !== 'comment') last = part;
    }
}

page.tokens = (text) => {
    const lines = [[]];
    const put = (kind, part) => {
        const pieces = part.split(/\r?\n/);
        pieces.forEach((piece, i) => {
            if (i) lines.push([]);
            if (piece) lines[lines.length - 1].push([kind, piece]);
        });
    };
    if (text.length > LIMIT) put('', text);
    else scan(text, put);
    return lines;
};
})(globalThis.pluto);
