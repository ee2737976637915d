// Models and tables as `pluto run` emulates them, asked by real clients: the AWS SDK for JavaScript and LangChain's
// classes, the SDK for Python, AWS's command line; and what the proxy of `--model` sends to servers that stand for vLLM, Ollama
// and TGI.
//
// The project that all of them run is the folder models/.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ollama, openai, server, tgi } from './models-servers.mjs';
import { llamaCpp, ollamaItself, openaiItself, tgiItself, vllm } from './models-strict.mjs';
import { command, family, gone } from './world.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REPO = path.resolve(HERE, '../..');
const PROJECT = path.join(HERE, 'models');
const SDK = path.join(REPO, 'tests/start/npm-sdk/');
const CHAT = path.join(REPO, 'tests/start/llama2-chat/');

// LangChain's class asks for an SDK that is installed beside another test.
const dynamodb = createRequire(SDK + 'x.js').resolve('@aws-sdk/client-dynamodb');
registerHooks({
    resolve: (specifier, context, next) =>
        next(specifier === '@aws-sdk/client-dynamodb' ? dynamodb : specifier, context),
});
const from = (folder, name) => import(pathToFileURL(createRequire(folder + 'x.js').resolve(name)).href);
const fake = { region: 'us-east-1', credentials: { accessKeyId: 'AK', secretAccessKey: 'S', sessionToken: 'T' } };
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const text = (bytes) => new TextDecoder().decode(bytes);

// What an SDK's client does with a body of JSON.
async function sagemaker(world) {
    const { SageMakerRuntimeClient, ...commands } = await from(SDK, '@aws-sdk/client-sagemaker-runtime');
    const client = new SageMakerRuntimeClient({ ...fake, endpoint: world.endpoint, maxAttempts: 1 });
    const input = (name, body) => ({ EndpointName: world.resources[`SageMaker/${name}`].endpointName, ContentType: 'application/json', Body: JSON.stringify(body) });
    return {
        client, commands,
        ask: async (name, body) => JSON.parse(text((await client.send(new commands.InvokeEndpointCommand(input(name, body)))).Body)),
        stream: async (name, body) => {
            const answer = await client.send(new commands.InvokeEndpointWithResponseStreamCommand(input(name, body)));
            const parts = [];
            for await (const event of answer.Body) parts.push(Buffer.from(event.PayloadPart.Bytes));
            return { answer, parts, text: Buffer.concat(parts).toString() };
        },
    };
}

const events = (sse) => sse.split('\n\n').filter(Boolean).map((e) => e.replace(/^data: ?/, ''));

async function failure(promise) {
    try {
        await promise;
    } catch (error) {
        return error;
    }
    throw new Error('nothing failed');
}

// ---- The stand-in -----------------------------------------------------------------------------------------

const PROMPT = '<|system|>\nYou are kind.</s>\n<|user|>\nWhy is the sky blue?</s>\n<|assistant|>';

async function generates(world) {
    const { ask } = await sagemaker(world);
    const [full] = await ask('tiny', { inputs: PROMPT, parameters: { temperature: 0.5, max_new_tokens: 700, top_p: 0.9 } });
    assert.ok(full.generated_text.startsWith(PROMPT + '\n'));
    assert.match(full.generated_text, /stand-in for TinyLlama\/TinyLlama-1\.1B-Chat-v1\.0\. It read your question “Why is the sky blue\?”/);
    const parameters = { return_full_text: false, max_new_tokens: 5, details: true, seed: 7 };
    const [short] = await ask('tiny', { inputs: PROMPT, parameters });
    assert.equal(short.details.finish_reason, 'length');
    assert.equal(short.details.tokens.map((t) => t.text).join(''), short.generated_text);
    assert.equal(short.details.generated_tokens, 5);
    assert.deepEqual(await ask('tiny', { inputs: PROMPT, parameters }), [short]);
    const [stopped] = await ask('tiny', { inputs: 'x', parameters: { return_full_text: false, stop: ['stand-'], details: true } });
    assert.ok(stopped.generated_text.endsWith('stand-') && stopped.details.finish_reason === 'stop_sequence');
}

async function streams(world) {
    const { stream } = await sagemaker(world);
    const got = await stream('tiny', { inputs: 'Grüße?', parameters: { return_full_text: false }, stream: true });
    assert.equal(got.answer.ContentType, 'text/event-stream');
    assert.equal(got.answer.InvokedProductionVariant, 'AllTraffic');
    const list = events(got.text).map((e) => JSON.parse(e));
    assert.deepEqual(list.map((e) => e.index), list.map((_, i) => i + 1));
    assert.equal(list.filter((e) => !e.token.special).map((e) => e.token.text).join(''), list.at(-1).generated_text);
    assert.ok(got.parts.length > 10 && got.parts.some((p) => !p.toString().endsWith('\n\n')));
}

async function chats(world) {
    const { ask, stream } = await sagemaker(world);
    const messages = [{ role: 'user', content: 'My name is Ada.' }, { role: 'assistant', content: 'Hello.' }, { role: 'user', content: [{ type: 'text', text: 'Who am I?' }] }];
    const whole = await ask('tiny', { model: 'tgi', messages });
    assert.equal(whole.object, 'chat.completion');
    assert.match(whole.choices[0].message.content, /“Who am I\?”.*the first was “My name is Ada\.”/);
    assert.equal(whole.usage.total_tokens, whole.usage.prompt_tokens + whole.usage.completion_tokens);
    const list = events((await stream('tiny', { messages, stream: true, stream_options: { include_usage: true } })).text);
    assert.equal(list.pop(), '[DONE]');
    const chunks = list.map((e) => JSON.parse(e));
    assert.deepEqual(chunks.pop().choices, []);
    assert.equal(chunks.map((c) => c.choices[0].delta.content ?? '').join(''), whole.choices[0].message.content);
    assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
}

async function doesTasks(world) {
    const { ask } = await sagemaker(world);
    const [[cat], [kitten], [tax]] = await ask('vectors', { inputs: ['the cat sat on the mat', 'a cat on a mat', 'taxes are due in May'] });
    const near = (x, y) => x.reduce((sum, v, i) => sum + v * y[i], 0);
    assert.ok(Math.abs(near(cat, cat) - 1) < 1e-3 && near(cat, kitten) > near(cat, tax));
    const context = 'Über dem Kap steht ein Turm. The last keepers left the tower in 1996.';
    const answer = await ask('reader', { inputs: { question: 'When did the keepers leave?', context } });
    assert.equal(answer.answer, [...context].slice(answer.start, answer.end).join(''));
    assert.match(answer.answer, /1996/);
}

async function failsAsAws(world) {
    const { ask, client, commands } = await sagemaker(world);
    const refused = await failure(ask('tiny', { inputs: 'x', parameters: { top_p: 1 } }));
    assert.equal(refused.name, 'ModelError');
    assert.equal(refused.$metadata.httpStatusCode, 424);
    assert.equal(refused.OriginalStatusCode, 422);
    assert.deepEqual(JSON.parse(refused.OriginalMessage),
        { error: 'Input validation error: `top_p` must be > 0.0 and < 1.0', error_type: 'validation' });
    const unknown = await failure(client.send(new commands.InvokeEndpointCommand({ EndpointName: 'nobody', Body: '{}' })));
    assert.equal(unknown.message, 'Endpoint nobody of account 000000000000 not found.');
    assert.equal(unknown.name, 'ValidationError');
    const large = await failure(ask('tiny', { inputs: 'x'.repeat(6 * 2 ** 20) }));
    assert.equal(large.$metadata.httpStatusCode, 413);
}

async function answersLater(world) {
    const { ask, client, commands } = await sagemaker(world);
    const EndpointName = world.resources['SageMaker/patient'].endpointName;
    const folder = path.join(world.state, 's3/questions');
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'one.json'), JSON.stringify({ inputs: 'Later?' }));
    fs.writeFileSync(path.join(folder, 'bad.json'), JSON.stringify({ inputs: '' }));
    const send = (key) => client.send(new commands.InvokeEndpointAsyncCommand({ EndpointName, InputLocation: `s3://questions/${key}` }));
    const file = (location) => path.join(world.state, 's3', location.slice('s3://'.length));
    const arrives = async (location) => {
        for (let i = 0; i < 1500 && !fs.existsSync(file(location)); i++) await wait(20);
        return fs.readFileSync(file(location), 'utf8');
    };
    const good = await send('one.json');
    assert.ok(good.InferenceId && good.$metadata.httpStatusCode === 202);
    assert.match(JSON.parse(await arrives(good.OutputLocation))[0].generated_text, /“Later\?”/);
    assert.match(await arrives((await send('bad.json')).FailureLocation), /cannot be empty/);
    assert.equal((await failure(send('none.json'))).name, 'ValidationError');
    assert.equal((await failure(send('../../../etc/passwd'))).name, 'ValidationError');
    // Where the template says; and each endpoint is asked in its own way.
    assert.match(good.OutputLocation, /^s3:\/\/[a-z0-9-]*sagemakerpatientasyncbucket\/output\/[-0-9a-f]+\.out$/);
    const now = await failure(ask('patient', { inputs: 'x' }));
    assert.ok(now.name === 'ValidationError' && /asynchronous requests only/.test(now.message));
    const tiny = world.resources['SageMaker/tiny'].endpointName;
    const later = await failure(client.send(new commands.InvokeEndpointAsyncCommand({ EndpointName: tiny, InputLocation: 's3://questions/one.json' })));
    assert.ok(later.name === 'ValidationError' && /synchronous requests only/.test(later.message));
}

async function servesLangChain(world) {
    const { SageMakerEndpoint } = await from(CHAT, '@langchain/community/llms/sagemaker_endpoint');
    const { PromptTemplate } = await from(CHAT, 'langchain/prompts');
    const endpointName = world.resources['SageMaker/tiny'].endpointName;
    const llm = new SageMakerEndpoint({
        endpointName, clientOptions: { ...fake, endpoint: world.endpoint },
        modelKwargs: { temperature: 0.5, max_new_tokens: 700, top_p: 0.9 },
        endpointKwargs: { CustomAttributes: 'accept_eula=true' },
        contentHandler: {
            contentType: 'application/json', accepts: 'application/json',
            transformInput: async (inputs, parameters) => new TextEncoder().encode(JSON.stringify({ inputs, parameters })),
            transformOutput: async (output) => JSON.parse(text(output))[0].generated_text,
        },
    });
    const prompt = PromptTemplate.fromTemplate('<|user|>\n{question}</s>\n<|assistant|>');
    const reply = await prompt.pipe(llm).invoke({ question: 'Why is the sky blue?' });
    assert.match(reply.slice(reply.indexOf('<|assistant|>') + '<|assistant|>'.length).trim(), /^This is pluto's stand-in/);
}

// ---- Tables -----------------------------------------------------------------------------------------------

async function keepsItems(world) {
    const { DynamoDBClient, DescribeTableCommand, GetItemCommand } = await from(SDK, '@aws-sdk/client-dynamodb');
    const { DynamoDBDocumentClient, PutCommand, GetCommand, UpdateCommand, QueryCommand, DeleteCommand } = await from(SDK, '@aws-sdk/lib-dynamodb');
    const client = new DynamoDBClient({ ...fake, endpoint: world.endpoint });
    const items = DynamoDBDocumentClient.from(client);
    const TableName = world.resources['KVStore/history'].awsTableName;
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    assert.equal(Table.TableStatus, 'ACTIVE');
    await items.send(new PutCommand({ TableName, Item: { Id: 'a', tags: new Set(['x']), deep: { n: 1.5 } } }));
    const { Item } = await items.send(new GetCommand({ TableName, Key: { Id: 'a' }, ConsistentRead: true }));
    assert.deepEqual(Item, { Id: 'a', tags: new Set(['x']), deep: { n: 1.5 } });
    const { Attributes } = await items.send(new UpdateCommand({
        TableName, Key: { Id: 'b' }, ReturnValues: 'ALL_NEW',
        UpdateExpression: 'SET #h = list_append(if_not_exists(#h, :none), :more)',
        ExpressionAttributeNames: { '#h': 'history' }, ExpressionAttributeValues: { ':none': [], ':more': ['one'] },
    }));
    assert.deepEqual(Attributes, { Id: 'b', history: ['one'] });
    const found = await items.send(new QueryCommand({ TableName, KeyConditionExpression: 'Id = :i', ExpressionAttributeValues: { ':i': 'b' } }));
    assert.equal(found.Count, 1);
    const twice = await failure(items.send(new PutCommand({ TableName, Item: { Id: 'a' }, ConditionExpression: 'attribute_not_exists(Id)' })));
    assert.equal(twice.name, 'ConditionalCheckFailedException');
    await items.send(new DeleteCommand({ TableName, Key: { Id: 'b' } }));
    assert.equal((await failure(client.send(new GetItemCommand({ TableName: 'nobody', Key: { Id: { S: 'a' } } })))).name, 'ResourceNotFoundException');
    client.destroy();
}

async function remembers(world) {
    const { DynamoDBChatMessageHistory } = await from(CHAT, '@langchain/community/stores/message/dynamodb');
    const tableName = world.resources['KVStore/history'].awsTableName;
    const open = () => new DynamoDBChatMessageHistory({ tableName, partitionKey: 'Id', sessionId: 'ada', config: { ...fake, endpoint: world.endpoint } });
    const history = open();
    await history.addUserMessage('I am Ada.');
    await history.addAIChatMessage('Hello, Ada.');
    assert.deepEqual((await open().getMessages()).map((m) => [m._getType(), m.content]), [['human', 'I am Ada.'], ['ai', 'Hello, Ada.']]);
    await history.clear();
    assert.deepEqual(await open().getMessages(), []);
}

// The process that holds the tables.
const holder = (world) => family(world.pid).find((pid) => command(pid).includes('dynamodb.cjs')) ?? 0;

async function survives(world) {
    const { DynamoDBClient, PutItemCommand, GetItemCommand } = await from(SDK, '@aws-sdk/client-dynamodb');
    const client = new DynamoDBClient({ ...fake, endpoint: world.endpoint });
    const TableName = world.resources['KVStore/history'].awsTableName;
    const Id = { S: 'killed' };
    for (let i = 0; i < 3; i++) {
        await client.send(new PutItemCommand({ TableName, Item: { Id, n: { N: String(i) } } }));
        const old = holder(world);
        assert.ok(old > 0);
        process.kill(old, 'SIGKILL');
        const { Item } = await client.send(new GetItemCommand({ TableName, Key: { Id } }));
        assert.equal(Item.n.N, String(i));
        assert.notEqual(holder(world), old);
    }
    client.destroy();
    return TableName;
}

async function staysOverRuns(start) {
    const { DynamoDBClient, GetItemCommand } = await from(SDK, '@aws-sdk/client-dynamodb');
    let world = await start(PROJECT, []);
    const TableName = await survives(world);
    for (const signal of ['SIGINT', 'SIGKILL']) {
        const old = holder(world);
        world.child.kill(signal);
        await world.end;
        await gone([old]);
        world = await start(PROJECT, [], { root: world.root });
        const client = new DynamoDBClient({ ...fake, endpoint: world.endpoint });
        const { Item } = await client.send(new GetItemCommand({ TableName, Key: { Id: { S: 'killed' } } }));
        assert.equal(Item.n.N, '2');
        client.destroy();
    }
    await world.close();
}

// ---- Servers elsewhere ------------------------------------------------------------------------------------

// Runs `body` with a server behind the endpoint `tiny`.
async function behind(start, asked, body, suffix = '', env = {}) {
    const world = await start(PROJECT, ['--model', `tiny=${asked.url}${suffix}`], { env });
    try {
        await body(await sagemaker(world), asked);
    } finally {
        await world.close();
        await asked.close();
    }
}

const PARAMETERS = { max_new_tokens: 9, temperature: 0.5, top_k: 3, stop: ['.'], seed: 1, repetition_penalty: 1.1 };

async function asksOpenAi({ ask, stream }, server) {
    const [answer] = await ask('tiny', { inputs: PROMPT, parameters: { ...PARAMETERS, details: true } });
    assert.equal(answer.generated_text, PROMPT + ' a real answer');
    assert.deepEqual(answer.details, { finish_reason: 'length', generated_tokens: 3, seed: 1, prefill: [], tokens: [] });
    assert.deepEqual(server.last('POST /v1/completions'), {
        model: 'TinyLlama/TinyLlama-1.1B-Chat-v1.0', prompt: PROMPT, max_tokens: 9, temperature: 0.5, top_k: 3, seed: 1,
        repetition_penalty: 1.1, repeat_penalty: 1.1, stop: ['.'],
    });
    await ask('tiny', { inputs: 'x' });
    assert.deepEqual(server.last('POST /v1/completions'),
        { model: 'TinyLlama/TinyLlama-1.1B-Chat-v1.0', prompt: 'x', max_tokens: 100, temperature: 0 });
    const list = events((await stream('tiny', { inputs: 'y', parameters: { return_full_text: false }, stream: true })).text).map((e) => JSON.parse(e));
    assert.deepEqual(list.map((e) => e.token.text), [' a', ' réal', ' “answer”', '</s>']);
    assert.equal(list.at(-1).generated_text, ' a réal “answer”');
    const messages = [{ role: 'user', content: 'hi' }];
    assert.equal((await ask('tiny', { model: 'tgi', messages, tools: [] })).choices[0].message.content, 'chat of 1');
    assert.deepEqual(server.last('POST /v1/chat/completions'), { model: 'TinyLlama/TinyLlama-1.1B-Chat-v1.0', messages, tools: [] });
    assert.equal(server.asked.filter((a) => a.route.startsWith('GET')).length, 3); // /info, /api/version, /v1/models: once
}

async function mapsErrors({ ask, stream }) {
    const refused = await failure(ask('tiny', { inputs: 'refuse' }));
    assert.equal(refused.name, 'ModelError');
    assert.equal(refused.OriginalStatusCode, 422);
    assert.deepEqual(JSON.parse(refused.OriginalMessage), { error: 'Input validation error: no such thing', error_type: 'validation' });
    const broken = await failure(stream('tiny', { inputs: 'break', stream: true }));
    assert.equal(broken.name, 'ModelStreamError');
    assert.equal(broken.ErrorCode, 'StreamBroken');
}

async function chatsWhereItMust({ ask, stream }, server) {
    const [answer] = await ask('tiny', { inputs: PROMPT, parameters: { return_full_text: false } });
    assert.equal(answer.generated_text, 'chat of 2');
    assert.deepEqual(server.last('POST /v1/chat/completions').messages,
        [{ role: 'system', content: 'You are kind.' }, { role: 'user', content: 'Why is the sky blue?' }]);
    const list = events((await stream('tiny', { inputs: 'y', stream: true })).text).map((e) => JSON.parse(e));
    assert.equal(list.at(-1).generated_text, 'ychat piece');
    assert.equal(server.asked.filter((a) => a.route === 'POST /v1/completions').length, 1);
}

async function asksOllama({ ask, stream }, server) {
    const [answer] = await ask('tiny', { inputs: PROMPT, parameters: { ...PARAMETERS, return_full_text: false } });
    assert.equal(answer.generated_text, ' a llama');
    assert.deepEqual(server.last('POST /api/generate'), {
        model: 'tinyllama:latest', prompt: PROMPT, raw: true, stream: false,
        options: { num_predict: 9, temperature: 0.5, top_k: 3, seed: 1, repeat_penalty: 1.1, stop: ['.'] },
    });
    const list = events((await stream('tiny', { inputs: 'y', stream: true })).text).map((e) => JSON.parse(e));
    assert.equal(list.at(-1).generated_text, 'y a llama');
}

async function asksTgi({ ask, stream }, server) {
    const body = { inputs: 'x', parameters: { best_of: 1, grammar: { type: 'regex', value: 'a' } } };
    assert.deepEqual(await ask('tiny', body), [{ generated_text: 'tgi: x' }]);
    assert.deepEqual(server.last('POST /'), body);
    assert.match((await stream('tiny', { inputs: 'x', stream: true })).text, /"generated_text":"tgi"/);
    const refused = await failure(ask('tiny', { inputs: 'x', parameters: { top_p: 2 } }));
    assert.equal(JSON.parse(refused.OriginalMessage).error_type, 'validation');
}

// With every parameter that TGI has a word for, twice, and as a stream; servers that refuse what they do not know.
async function asksStrictly({ ask, stream }, server) {
    const parameters = { ...PARAMETERS, top_p: 0.9, typical_p: 0.5, frequency_penalty: 0.1, return_full_text: false };
    for (const inputs of [PROMPT, 'What is the capital of France?']) {
        const [{ generated_text: text }] = await ask('tiny', { inputs, parameters });
        assert.match(text, /Paris\.?$/);
    }
    const list = events((await stream('tiny', { inputs: PROMPT, parameters, stream: true })).text).map((e) => JSON.parse(e));
    assert.match(list.at(-1).generated_text, /Paris\.?$/);
    return server.asked.filter((a) => a.route.startsWith('POST'));
}

// What was refused is asked for once; then it is known.
const refusedOnce = (posts) => async (world, server) => assert.deepEqual((await asksStrictly(world, server)).map((a) => a.route.slice(5)), posts);

// What is wrong in itself stays so, and is told in the server's words; it says nothing of the server's ways.
async function refusesForGood({ ask }, server) {
    const parameters = { ...PARAMETERS, temperature: 3 };
    for (let i = 0; i < 2; i++) {
        const refused = await failure(ask('tiny', { inputs: 'x', parameters }));
        assert.match(JSON.parse(refused.OriginalMessage).error, /Invalid 'temperature'/);
    }
    const [{ generated_text: text }] = await ask('tiny', { inputs: 'x', parameters: { temperature: 1 } });
    assert.equal(text, 'xParis');
    assert.equal(server.last('POST /v1/chat/completions').max_tokens, 100);
}

async function saysWhatIsAway(start) {
    const away = await tgi();
    await away.close();
    const world = await start(PROJECT, ['--model', `tiny=${away.url}`, '--model', `tinny=${away.url}`]);
    try {
        const { notes } = await world.event('ready');
        assert.ok(notes.includes('a stand-in answers for `patient`, `vectors`, `reader`; a model does with `--model NAME=URL`'), notes.join());
        assert.ok(!notes.some((note) => note.includes('is not served here')), notes.join());
        assert.ok(notes.includes('`--model tinny=`: there is no SageMaker of that name; `tiny` is near'), notes.join());
        const { ask } = await sagemaker(world);
        const error = await failure(ask('tiny', { inputs: 'x' }));
        assert.equal(error.name, 'ModelError');
        assert.ok(error.OriginalMessage.includes(`cannot ask ${away.url}`), error.OriginalMessage);
    } finally {
        await world.close();
    }
}

async function endsWithoutThem(start) {
    const never = new Promise(() => {});
    const silent = await server({ 'GET /info': () => ({ model_id: 'm' }), 'POST /': () => never });
    const world = await start(PROJECT, ['--model', silent.url]);
    const { ask, stream } = await sagemaker(world);
    const broken = [failure(ask('tiny', { inputs: 'x' })), failure(stream('tiny', { inputs: 'x', stream: true }))];
    while (silent.asked.filter((a) => a.route === 'POST /').length < 2) await wait(10);
    const begin = Date.now();
    assert.deepEqual(await world.close(), { code: 0, signal: null });
    assert.ok(Date.now() - begin < 30_000);
    await Promise.all(broken);
    await silent.close();
}

async function servesPython(world) {
    const python = path.join(REPO, 'build/venv/bin/python');
    const argument = JSON.stringify({
        endpoint: world.endpoint, scratch: world.state, tiny: world.resources['SageMaker/tiny'].endpointName,
        table: world.resources['KVStore/history'].awsTableName,
    });
    const env = { PATH: '/usr/bin:/bin', AWS_ACCESS_KEY_ID: 'AK', AWS_SECRET_ACCESS_KEY: 'S', AWS_EC2_METADATA_DISABLED: 'true', HOME: world.state, LANG: 'C.UTF-8' };
    const { stdout } = await promisify(execFile)(python, [path.join(HERE, 'models.py'), argument], { env });
    assert.equal(stdout.trim().split('\n').length, 6);
}

// With one instance for all of these.
const SHARED = {
    'the stand-in generates, with the parameters of TGI': generates,
    'the stand-in streams': streams,
    'the stand-in speaks the Messages API': chats,
    'the stand-in does other tasks': doesTasks,
    'failures are as on AWS': failsAsAws,
    'asynchronous invocations': answersLater,
    'LangChain asks the endpoint': servesLangChain,
    'DynamoDB keeps items': keepsItems,
    "LangChain's chat history": remembers,
    'boto3, LangChain for Python and the AWS CLI': servesPython,
};

export function cases(start) {
    let world;
    const shared = Object.entries(SHARED).map(([name, run]) => [name, async () => run(world ??= await start(PROJECT, []))]);
    return [
        ...shared,
        ['the shared instance ends', async () => world?.close()],
        ['tables outlive their process, and pluto', () => staysOverRuns(start)],
        ['a server like vLLM', async () => behind(start, await openai(), asksOpenAi)],
        ["a server's errors are the model's", async () => behind(start, await openai(), mapsErrors, '/v1#named')],
        ['a server that only chats', async () => behind(start, await openai({ completions: false }), chatsWhereItMust)],
        ['a server like Ollama', async () => behind(start, await ollama(), asksOllama)],
        ['a server of TGI', async () => behind(start, await tgi(), asksTgi)],
        ...[['vLLM, strict', vllm({ forbids: true }), refusedOnce(['/v1/completions', ...Array(3).fill('/v1/completions')])],
            ['vLLM', vllm({ forbids: false }), refusedOnce(Array(3).fill('/v1/completions'))],
            ['llama.cpp', llamaCpp(), refusedOnce(Array(3).fill('/v1/completions'))],
            ['Ollama', ollamaItself(), refusedOnce(Array(3).fill('/api/generate'))],
            ['TGI', tgiItself(), refusedOnce(Array(3).fill('/'))],
            ['OpenAI', openaiItself({ key: 'k-1' }), refusedOnce(['/v1/completions', ...Array(5).fill('/v1/chat/completions')])],
            ['a host that refuses for good', openaiItself({ key: 'k-1', renamed: false }), refusesForGood],
        ].map(([name, made, body]) => [`a server that looks at every word: ${name}`, async () => behind(start, await made, body, '', { PLUTO_MODEL_KEY: 'k-1' })]),
        ['a server that is not there', () => saysWhatIsAway(start)],
        ['pluto ends while a server is silent', () => endsWithoutThem(start)],
    ];
}
