// CloudWatch Logs: filtered events in pages (some of them empty, as AWS's are) and live tails as event streams.
//
// fake.log(group, message, {stream, timestamp}) writes.

import { AwsError } from '../wire/errors.mjs';
import { event } from '../wire/eventstream.mjs';
import { table } from './json.mjs';

const missing = () => new AwsError('ResourceNotFoundException', 'The specified log group does not exist.', 400);
const nameOf = (identifier) => identifier.replace(/^arn:[^:]+:logs:[^:]*:\d+:log-group:/, '');

function groupOf(region, input) {
    if ((input.logGroupName === undefined) === (input.logGroupIdentifier === undefined))
        throw new AwsError(
            'InvalidParameterException',
            'Exactly one of logGroupName or logGroupIdentifier has to be given.',
            400,
        );
    if (input.logGroupIdentifier?.endsWith(':*'))
        throw new AwsError('InvalidParameterException', 'Log group ARN must not end with :*', 400);
    const name = input.logGroupName ?? nameOf(input.logGroupIdentifier);
    const events = region.logGroups.get(name);
    if (!events) throw missing();
    return { name, events };
}

// Words, quoted phrases, ?any, -none: what filter patterns of text are made of. JSON patterns match everything here.
export function matcher(pattern = '') {
    const terms = pattern.startsWith('{') || pattern.startsWith('[') ? [] : (pattern.match(/[?-]?"[^"]*"|\S+/g) ?? []);
    const bare = (t) => t.replace(/^[?-]/, '').replace(/^"(.*)"$/, '$1');
    const any = terms.filter((t) => t[0] === '?').map(bare),
        none = terms.filter((t) => t[0] === '-').map(bare);
    const all = terms.filter((t) => !/^[?-]/.test(t)).map(bare);
    return (text) =>
        all.every((t) => text.includes(t)) &&
        !none.some((t) => text.includes(t)) &&
        (!any.length || any.some((t) => text.includes(t)));
}

function filter(fake, region, input) {
    const { events } = groupOf(region, input);
    const match = matcher(input.filterPattern);
    const found = events.filter(
        (e) =>
            e.timestamp >= (input.startTime ?? 0) &&
            e.timestamp < (input.endTime ?? Infinity) &&
            match(e.message) &&
            (!input.logStreamNames || input.logStreamNames.includes(e.stream)) &&
            (!input.logStreamNamePrefix || e.stream.startsWith(input.logStreamNamePrefix)),
    );
    const from = input.nextToken ? Number(input.nextToken.match(/^page\/(\d+)\/[01]$/)?.[1] ?? NaN) : 0;
    if (Number.isNaN(from)) throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.', 400);
    // An empty page with a token comes first where the fake is told so.
    if (fake.options.emptyLogPages && !input.nextToken)
        return { events: [], searchedLogStreams: [], nextToken: 'page/0/1' };
    const size = Math.min(input.limit ?? fake.options.pageSize ?? 10_000, 10_000);
    const items = found.slice(from, from + size);
    return {
        events: items.map((e) => ({
            logStreamName: e.stream,
            timestamp: e.timestamp,
            message: e.message,
            ingestionTime: e.timestamp + 10,
            eventId: e.id,
        })),
        searchedLogStreams: [],
        nextToken: from + size < found.length ? `page/${from + size}/0` : undefined,
    };
}

function liveTail(fake, region, input, call) {
    if (!input.logGroupIdentifiers.length || input.logGroupIdentifiers.length > 10)
        throw new AwsError('InvalidParameterException', 'logGroupIdentifiers must have 1 to 10 members', 400);
    for (const arn of input.logGroupIdentifiers) {
        if (!/^arn:[^:]+:logs:[^:]+:\d{12}:log-group:[^:*]+$/.test(arn))
            throw new AwsError('InvalidParameterException', `The ARN of the log group is invalid: ${arn}`, 400);
        if (!region.logGroups.has(nameOf(arn))) throw missing();
    }
    const names = input.logGroupIdentifiers.map(nameOf);
    const match = matcher(input.logEventFilterPattern);
    return {
        headers: { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': call.id },
        body: Buffer.alloc(0),
        async *stream(signal) {
            yield event('initial-response', {}, 'application/x-amz-json-1.1');
            yield event('sessionStart', {
                requestId: call.id,
                sessionId: call.id,
                logGroupIdentifiers: input.logGroupIdentifiers,
                logEventFilterPattern: input.logEventFilterPattern ?? '',
            });
            const at = new Map(names.map((n) => [n, region.logGroups.get(n).length]));
            const end = fake.now() + (fake.options.liveTailMs ?? 10_800_000);
            while (!signal.aborted && fake.now() < end) {
                const results = names.flatMap((name) => {
                    const all = region.logGroups.get(name) ?? [];
                    const fresh = all.slice(at.get(name));
                    at.set(name, all.length);
                    return fresh
                        .filter((e) => match(e.message))
                        .map((e) => ({
                            logStreamName: e.stream,
                            logGroupIdentifier: `${region.account.id}:${name}`,
                            message: e.message,
                            timestamp: e.timestamp,
                            ingestionTime: e.timestamp + 10,
                        }));
                });
                yield event('sessionUpdate', { sessionMetadata: { sampled: false }, sessionResults: results });
                await new Promise((done) => setTimeout(done, fake.options.liveTailEveryMs ?? 100));
            }
        },
    };
}

export const handle = table(
    {
        FilterLogEvents: [
            'logGroupName logGroupIdentifier logStreamNames logStreamNamePrefix startTime endTime filterPattern nextToken limit interleaved unmask',
            filter,
        ],
        StartLiveTail: ['logGroupIdentifiers! logStreamNames logStreamNamePrefixes logEventFilterPattern', liveTail],
        DescribeLogGroups: [
            'accountIdentifiers logGroupNamePrefix logGroupNamePattern nextToken limit includeLinkedAccounts logGroupClass logGroupIdentifiers',
            (fake, region, input) => ({
                logGroups: [...region.logGroups.keys()]
                    .filter((n) => n.startsWith(input.logGroupNamePrefix ?? ''))
                    .map((n) => ({
                        logGroupName: n,
                        arn: `${region.arn('logs', `log-group:${n}`)}:*`,
                        logGroupArn: region.arn('logs', `log-group:${n}`),
                        creationTime: 0,
                        metricFilterCount: 0,
                        storedBytes: 0,
                    })),
            }),
        ],
        DescribeLogStreams: [
            'logGroupName logGroupIdentifier logStreamNamePrefix orderBy descending nextToken limit',
            (fake, region, input) => ({
                logStreams: [...new Set(groupOf(region, input).events.map((e) => e.stream))].map((logStreamName) => ({
                    logStreamName,
                    creationTime: 0,
                })),
            }),
        ],
    },
    'InvalidParameterException',
);
