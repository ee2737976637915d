// What the JSON services share: members checked against a row of names, and a table of operations.
//
// A row: 'name! other' — `!` is required. Unknown members are refused, where AWS would pass over them.

import { AwsError } from '../wire/errors.mjs';
import { jsonReply } from '../wire/reply.mjs';

export function check(input, row, code = 'ValidationException') {
    const members = new Map(
        row
            .split(' ')
            .filter(Boolean)
            .map((w) => [w.replace('!', ''), w.endsWith('!')]),
    );
    for (const name of Object.keys(input)) {
        if (!members.has(name)) throw new AwsError(code, `fakecfn: unknown member ${name}`, 400);
    }
    for (const [name, needed] of members) {
        if (needed && input[name] === undefined) {
            throw new AwsError(
                code,
                `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
                400,
            );
        }
    }
    return input;
}

// operations: {Name: ['members', (fake, region, input, call) => result]}; a result with headers and body is a reply already.
export function table(operations, code) {
    const handle = (fake, call) => {
        const entry = operations[call.operation];
        if (!entry)
            throw new AwsError(
                'UnknownOperationException',
                `fakecfn: ${call.service}:${call.operation} is not kept here`,
                400,
            );
        const [row, run] = entry;
        const result = run(fake, fake.account.region(call.region), check(call.input, row, code), call);
        return result?.headers && result.body ? { status: 200, ...result } : jsonReply(result, call.id);
    };
    return Object.assign(handle, { operations });
}
