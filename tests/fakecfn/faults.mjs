// What goes wrong on purpose: scripts per operation, each step used up by one call.
//
// A step is an object with any of
//   error: 'Throttling' | {code, message, status}   refused before the service sees it
//   late: true                                      with error: refused though the service did it
//   reset: 'before' | 'after-work' | 'mid-headers' | 'mid-body' | 'after'   the connection is cut
//   cutAt: N                                        cut after N bytes of the reply
//   delayMs, dripMs                                 waits before; sends the reply in small pieces
//   stale: true | 'STATUS'                          DescribeStacks as it was one status ago
//   skewMs                                          the Date header is off by so much
//   headers: {name: value}                          on top of the reply's (x-amz-retry-after, connection: close)
//   chunked: N                                      the reply comes in chunks of N bytes, without a length
//   raw: {status, headers, body}                    a reply as given
//   mutate: (text) => text                          the reply's body changed (in-process scripts alone)
//   times: N (1), always: true, when: {Name: value} (parameters that must be so)
// Key: 'CreateChangeSet', 's3:PutObject', 'cloudformation:*' or '*'. {} lets a call pass. Where no script says anything,
// a storm may.

import { AwsError } from './wire/errors.mjs';

const MESSAGES = {
    Throttling: ['Rate exceeded', 400],
    ThrottlingException: ['Rate exceeded', 400],
    TooManyRequestsException: ['Rate Exceeded.', 429],
    RequestLimitExceeded: ['Request limit exceeded.', 400],
    SlowDown: ['Please reduce your request rate.', 503],
    InternalFailure: ['The request processing has failed because of an unknown error, exception or failure.', 500],
    InternalError: ['We encountered an internal error. Please try again.', 500],
    ServiceUnavailable: ['Service is currently unavailable. Please try again.', 503],
    RequestTimeout: [
        'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.',
        400,
    ],
    ExpiredToken: ['The security token included in the request is expired', 403],
    ExpiredTokenException: ['The security token included in the request is expired', 400],
    RequestExpired: ['Request has expired.', 400],
    LimitExceededException: ['Limit for stack has been exceeded', 400],
    AccessDenied: ['Access Denied', 403],
    OperationAborted: [
        'A conflicting conditional operation is currently in progress against this resource. Please try again.',
        409,
    ],
};

// Storms: any call may meet any of these, as the seed has it, but never more than `inRow` times one after another.
const STORM = {
    query: [{ error: 'Throttling' }, { error: 'InternalFailure' }, { error: 'ServiceUnavailable' }],
    json: [{ error: 'ThrottlingException' }, { error: { code: 'InternalServerException', status: 500 } }],
    rest: [{ error: 'TooManyRequestsException' }, { error: { code: 'ServiceException', status: 500 } }],
    s3: [{ error: 'SlowDown' }, { error: 'InternalError' }],
    any: [
        { reset: 'before' },
        { reset: 'after-work' },
        { reset: 'mid-headers' },
        { reset: 'mid-body' },
        { delayMs: 30 },
    ],
};

export class Faults {
    #scripts = new Map();
    #storm = null;

    // {seed, rate: 0…1, inRow: 2, except: ['UpdateFunctionCode']}; nothing ends it.
    storm(options) {
        this.#storm = options ? { seed: 1, rate: 0.2, inRow: 2, except: [], ...options, row: new Map() } : null;
        if (this.#storm) this.#storm.state = this.#storm.seed;
    }

    #draw(limit) {
        this.#storm.state = (Math.imul(this.#storm.state, 1664525) + 1013904223) >>> 0;
        return (this.#storm.state / 2 ** 32) * limit;
    }

    #gust(protocol, operation) {
        const storm = this.#storm;
        const row = storm.row.get(operation) ?? 0;
        const hit = !storm.except.includes(operation) && row < storm.inRow && this.#draw(1) < storm.rate;
        storm.row.set(operation, hit ? row + 1 : 0);
        const kinds = [...STORM[protocol], ...STORM.any];
        return hit ? kinds[Math.floor(this.#draw(kinds.length))] : {};
    }

    script(key, steps) {
        const list = this.#scripts.get(key) ?? [];
        this.#scripts.set(key, list);
        for (const step of [steps].flat()) list.push({ ...step, left: step.always ? Infinity : (step.times ?? 1) });
    }

    clear(key) {
        if (key === undefined) this.#scripts.clear();
        else this.#scripts.delete(key);
    }

    // Steps never used: a test that scripts what never happens should know.
    unused() {
        return [...this.#scripts].flatMap(([key, steps]) =>
            steps.filter((s) => !s.always && s.left > 0).map((step) => ({ key, step })),
        );
    }

    take(service, operation, params, protocol = 'query') {
        for (const key of [`${service}:${operation}`, operation, `${service}:*`, '*']) {
            const list = this.#scripts.get(key);
            if (!list) continue;
            while (list.length && list[0].left <= 0) list.shift();
            const step = list[0];
            if (!step || !matches(step.when, params)) continue;
            step.left--;
            return step;
        }
        return this.#storm ? this.#gust(protocol, operation) : {};
    }
}

function matches(when, params) {
    return !when || Object.entries(when).every(([name, value]) => params?.[name] === value);
}

export function faultError(error) {
    const { code, message, status, members } = typeof error === 'string' ? { code: error } : error;
    const [text, known] = MESSAGES[code] ?? [code, 400];
    return new AwsError(code, message ?? text, status ?? known, members);
}

// The reply of a step that cuts it: how many of its bytes get through, or undefined for all.
export function cutOf(step, head, whole) {
    if (step.cutAt !== undefined) return Math.min(step.cutAt, whole);
    if (step.reset === 'after-work') return 0;
    if (step.reset === 'mid-headers') return Math.floor(head / 2);
    if (step.reset === 'mid-body') return head + Math.floor((whole - head) / 2);
    if (step.reset === 'after') return whole;
    return undefined;
}
