// Services that nobody emulates: their clients can read that, whichever protocol they speak.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ask } from './world.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));

export async function cases(start) {
    const world = await start({ 'src/index.ts': 'import { Function } from "@plutolang/pluto";\nnew Function(async () => 1, "one");\n' });
    const signed = (service) => ({ authorization: `AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/${service}/aws4_request, X` });
    return [
        ['AWS\'s SDK for Python and its command line are told in their protocols', async () => {
            const python = path.resolve(HERE, '../../build/venv/bin/python');
            const env = { PATH: '/usr/bin:/bin', AWS_ACCESS_KEY_ID: 'AK', AWS_SECRET_ACCESS_KEY: 'S', AWS_EC2_METADATA_DISABLED: 'true', HOME: world.state, LANG: 'C.UTF-8' };
            const argument = JSON.stringify({ endpoint: world.endpoint });
            const { stdout } = await promisify(execFile)(python, [path.join(HERE, 'services.py'), argument], { env });
            assert.equal(stdout.trim().split('\n').length, 5);
        }],
        ['the list of requests says which service and operation it was', async () => {
            const event = await world.event('request', (e) => e.operation === 'sqs SendMessage');
            assert.equal(event.status, 501);
        }],
        ['what a request says of itself is text in XML and JSON', async () => {
            const form = { ...signed('sns'), 'content-type': 'application/x-www-form-urlencoded' };
            const xml = await ask(`${world.endpoint}/`, { headers: form, body: 'Version=1&Action=<a>"&Topic=t' });
            assert.equal(xml.status, 501);
            assert.match(xml.text, /<Message>pluto run does not emulate sns \(&lt;a&gt;"\)<\/Message>/);
            const json = await ask(`${world.endpoint}/`, { headers: { ...signed('x'), 'x-amz-target': 'A."b' } });
            assert.equal(JSON.parse(json.text).message, 'pluto run does not emulate x ("b)');
        }],
        ['CBOR is answered in CBOR', async () => {
            const r = await ask(`${world.endpoint}/service/GraniteServiceVersion20100801/operation/ListMetrics`,
                { headers: { ...signed('monitoring'), 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' }, body: '\xa0' });
            assert.equal(r.headers['content-type'], 'application/cbor');
            assert.equal(r.headers['smithy-protocol'], 'rpc-v2-cbor');
            assert.match(r.text, /__type[^]*NotImplemented[^]*message[^]*pluto run does not emulate monitoring \(ListMetrics\)$/);
        }],
    ];
}
