// A request as it came: nothing decoded that a signature covers.
//
// In: Node's message. Out: {method, path, query, headers, body, host}, with the body read whole.

import { AwsError } from './errors.mjs';

const CAP = 300 << 20;

export async function readRequest(message) {
    const parts = [];
    let size = 0;
    for await (const part of message) {
        size += part.length;
        if (size > CAP)
            throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400);
        parts.push(part);
    }
    return describe(message, Buffer.concat(parts));
}

function describe(message, body) {
    const target = message.url.replace(/^https?:\/\/[^/]*/, '') || '/';
    const at = target.indexOf('?');
    const raw = message.rawHeaders;
    const lists = new Map();
    let size = message.method.length + message.url.length + 12;
    for (let i = 0; i < raw.length; i += 2) {
        const name = raw[i].toLowerCase();
        if (!lists.has(name)) lists.set(name, []);
        lists.get(name).push(raw[i + 1]);
        size += raw[i].length + raw[i + 1].length + 4;
    }
    return {
        method: message.method,
        path: at < 0 ? target : target.slice(0, at),
        query: at < 0 ? '' : target.slice(at + 1),
        headers: message.headers,
        host: message.headers.host ?? '',
        body,
        bytes: size + 2 + body.length,
        headerNames: () => [...lists.keys()],
        headerValues: (name) => lists.get(name) ?? [],
    };
}

export function queryMap(query) {
    const map = new Map();
    for (const part of query.split('&').filter(Boolean)) {
        const at = part.indexOf('=');
        const name = decodeURIComponent(at < 0 ? part : part.slice(0, at));
        map.set(name, at < 0 ? '' : decodeURIComponent(part.slice(at + 1)));
    }
    return map;
}
