// The tables of a program serve from the first request on, whatever became of the process that was to make them.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask, project } from './world.mjs';

const REPO = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(createRequire(path.join(REPO, 'x.js')).resolve('dynalite'));
const TABLES = 12, ROUNDS = 4;

const names = Array.from({ length: TABLES }, (_, i) => `store${i}`);
const program = `import { Function, KVStore } from "@plutolang/pluto";
${names.map((name) => `const ${name} = new KVStore("${name}");\nnew Function(async () => ${name}.get("a"), "of${name}");`).join('\n')}
`;

async function operate(world, operation, body) {
    const authorization = 'AWS4-HMAC-SHA256 Credential=AK/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';
    const answer = await ask(world.endpoint, {
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${operation}`, authorization, 'x-amz-date': '20200101T000000Z' },
        body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, `${operation} ${JSON.stringify(body)}: ${answer.text}`);
    return JSON.parse(answer.text);
}

const tableOf = (world, name) => world.resources[`KVStore/${name}`].awsTableName;
const put = (world, name) => operate(world, 'PutItem', { TableName: tableOf(world, name), Item: { Id: { S: 'a' }, n: { N: '1' } } });
const get = async (world, name) => (await operate(world, 'GetItem', { TableName: tableOf(world, name), Key: { Id: { S: 'a' } } })).Item?.n.N;

// The requests are there before the tables are, and are served when the last one is said to be there.
async function servesWhoWaited(start) {
    for (let i = 0; i < ROUNDS; i++) {
        const world = await start({ 'src/index.ts': program });
        await Promise.all(names.map((name) => put(world, name)));
        await world.close();
    }
}

// The database, changed as a kill between two of its writes leaves it.
async function interrupt(root, changes) {
    const { Level } = require('level');
    const db = new Level(path.join(root, '.pluto/local/dynamodb'), { valueEncoding: 'json' });
    for (const [name, status] of changes) {
        const key = `table~${name}`;
        const table = await db.get(key);
        assert.equal(table.TableStatus, 'ACTIVE');
        await db.put(key, { ...table, TableStatus: status });
    }
    await db.close();
}

async function endsWhatWasBegun(start) {
    const root = project({ 'src/index.ts': program });
    let world = await start(null, [], { root });
    const [created, updated, deleted] = names.map((name) => tableOf(world, name));
    for (const name of names.slice(0, 4)) await put(world, name);
    world.child.kill('SIGINT');
    await world.end;
    await interrupt(root, [[created, 'CREATING'], [updated, 'UPDATING'], [deleted, 'DELETING']]);
    world = await start(null, [], { root });
    assert.deepEqual(await Promise.all(names.slice(0, 4).map((name) => get(world, name))), ['1', '1', undefined, '1']);
    for (const TableName of [created, updated, deleted])
        assert.equal((await operate(world, 'DescribeTable', { TableName })).Table.TableStatus, 'ACTIVE');
    await world.close();
}

// Another process has the database open: said once for each try, and served as soon as it has gone.
async function waitsForTheDatabase(start) {
    const root = project({ 'src/index.ts': program });
    let world = await start(null, [], { root });
    await put(world, names[0]);
    world.child.kill('SIGINT');
    await world.end;
    const { Level } = require('level');
    const db = new Level(path.join(root, '.pluto/local/dynamodb'));
    await db.open();
    world = await start(null, [], { root });
    const said = await world.event('log', (e) => e.resource === 'DynamoDB');
    assert.match(said.line, /^cannot open .*\/dynamodb: .*lock/);
    const got = get(world, names[0]);
    await db.close();
    assert.equal(await got, '1');
    await world.close();
}

export const cases = (start) => [
    ['who asks before the tables are there is served when they are', () => servesWhoWaited(start)],
    ['a table that a kill has left half made, changed or deleted', () => endsWhatWasBegun(start)],
    ['another process has the database open', () => waitsForTheDatabase(start)],
];
