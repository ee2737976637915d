// The fake as a program.
//
//   node tests/fakecfn/main.mjs [--port N] [--http-port N] [--control N] [--region R] [--latency MS] [--timings JSON]
//
// Prints one line of JSON when it listens: {url, http, ca, control, accessKeyId, secretAccessKey}. Ends on SIGTERM.

import { KEY, SECRET, startFake } from './fake.mjs';

const words = process.argv.slice(2);
const option = (name, otherwise) => {
    const at = words.indexOf(`--${name}`);
    return at < 0 ? otherwise : words[at + 1];
};

const fake = await startFake({
    ports: [Number(option('port', 0)), Number(option('http-port', 0))],
    control: Number(option('control', 0)),
    region: option('region', 'us-east-1'),
    latencyMs: Number(option('latency', 0)),
    timings: JSON.parse(option('timings', '{}')),
});
console.log(
    JSON.stringify({
        url: fake.url,
        http: fake.http,
        ca: fake.ca,
        control: fake.controlUrl,
        accessKeyId: KEY,
        secretAccessKey: SECRET,
    }),
);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => fake.close().then(() => process.exit(0)));
